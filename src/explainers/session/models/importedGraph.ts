import path from 'node:path';
import type { ImportComparison } from '../../contracts/importing.ts';
import type { Engine } from '../../engines/engine.ts';
import { ExplainError, throwIfCancelled } from '../../errors.ts';
import { readWholeFile } from '../../files/plainFile.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Exported } from '../../python/report.ts';
import { float32, sizeOf, type TensorOf, toNumbers } from '../../tensor/tensor.ts';

/** The least that is allowed: what float32 loses in a network. */
const LEAST = 1e-4;
/** How many times as far from the original an export may be as the original is from exact numbers. */
const TIMES = 3;

/**
 * Compares an exported graph with the model's own answers that Python stored next to it.
 * @throws ExplainError `model` if they differ
 */
export async function compareExport(
  graph: Graph,
  { compare, noise }: Exported,
  folder: string,
  engine: Engine,
  subject: string,
  signal?: AbortSignal,
): Promise<readonly ImportComparison[]> {
  const limit = Math.max(LEAST, Number.isFinite(noise) ? TIMES * noise : 0);
  const input = graph.inputs.find((name) => !graph.constants.has(name));
  const [output] = graph.outputs;
  const executable = await engine.compile(graph);
  try {
    const compared: ImportComparison[] = [];
    for (const [i, { batch, image, logits }] of compare.entries()) {
      throwIfCancelled(signal);
      const feeds = new Map([[input!, await stored(folder, `image${i}`, image)]]);
      const wanted = await stored(folder, `logits${i}`, logits);
      const ran = await executable.run(feeds).catch((thrown: unknown) => {
        throw differs(subject, `does not run on a batch of ${batch}: ${reason(thrown)}`);
      });
      const given = ran.get(output!)!;
      if (given.shape.join() !== wanted.shape.join()) {
        throw differs(subject, `gives [${given.shape.join(', ')}] instead of [${wanted.shape.join(', ')}]`);
      }
      const difference = apart(toNumbers(given), wanted.data);
      if (!(difference <= limit)) {
        throw differs(
          subject,
          `differs from the model by ${share(difference)} of its largest output for a batch of ${batch}, but at most ${share(limit)} may come from rounding`,
        );
      }
      compared.push({ batch, difference, limit });
    }
    return compared;
  } finally {
    await executable.dispose();
  }
}

function differs(subject: string, how: string): ExplainError {
  return new ExplainError({
    kind: 'model',
    message: `The export ${how}, so it was not written.`,
    subject,
    next: 'Check that the model gives the same answer each time, and that no value of the image decides what it computes; then import it again.',
  });
}

const reason = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, '');

/** 0.0123 as '1.2 %'. */
const share = (value: number) => `${Number((100 * value).toPrecision(2))} %`;

async function stored(folder: string, name: string, shape: readonly number[]): Promise<TensorOf<'float32'>> {
  const bytes = await readWholeFile(path.join(folder, `${name}.f32`), 4 * sizeOf(shape));
  // A copy, because the numbers must lie at a multiple of four bytes.
  return float32(shape, new Float32Array(new Uint8Array(bytes).buffer));
}

/** The largest difference, as a share of the largest value of `b`; NaN if one has a number where the other has none. */
function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [most, largest] = [0, 1e-12];
  for (let i = 0; i < b.length; i++) {
    const difference = Object.is(a[i], b[i]) || a[i] === b[i] ? 0 : Math.abs(a[i]! - b[i]!);
    if (!(difference <= most)) most = difference;
    if (Math.abs(b[i]!) > largest) largest = Math.abs(b[i]!);
  }
  return most / largest;
}
