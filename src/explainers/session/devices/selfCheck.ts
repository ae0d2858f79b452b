import type { Engine, Executable } from '../../engines/engine.ts';
import { errorReport } from '../../errors.ts';
import { withoutStop } from '../../errorText.ts';
import { compileForward } from '../../method/forward.ts';
import type { ExplainableModel, ExplainContext } from '../../method/method.ts';
import { resolveParameters } from '../../method/parameterValues.ts';
import { methods } from '../../methods/methods.ts';
import type { TensorOf } from '../../tensor/tensor.ts';
import { testImage } from '../testImage.ts';
import { whyNot } from '../whyNot.ts';
import type { Check, Compared } from './check.ts';

/**
 * How far a device's numbers may be from the CPU's. A gradient jumps where a maximum or a sign changes by the last bit.
 */
const ALLOWED: Readonly<Record<Compared, number>> = { 'forward pass': 1e-3, gradient: 5e-3, 'Grad-CAM': 2e-3 };
/** Less than a tenth is no gain, because transfers and the rest of a method take time, too. */
const GAIN = 0.9;
/** The number of runs, of which the fastest counts. */
const TIMES = 3;
/** The time limit of a device for all of it, in milliseconds. */
const PATIENCE = 60_000;

export interface SelfCheckOptions {
  readonly patience?: number;
  /** A clock, in milliseconds. */
  readonly now?: () => number;
}

/**
 * Compares forward pass, gradient and Grad-CAM of one image on a device with the CPU's, and times them. Parts for which
 * the model has no gradient or no layer are left out.
 */
export async function selfCheck(
  model: ExplainableModel,
  cpu: Engine,
  device: Engine,
  { patience = PATIENCE, now = () => performance.now() }: SelfCheckOptions = {},
): Promise<Check> {
  const input = testImage(model);
  const truth = await measured(model, input, cpu, now, new AbortController().signal);
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const waiting = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), patience);
  });
  const measuring = measured(model, input, device, now, late.signal);
  measuring.catch(() => {});
  try {
    const own = await Promise.race([measuring, waiting]);
    if (own === 'late') return { outcome: 'late', reason: `it was not done within ${Math.round(patience / 1000)} s` };
    return compared(own, truth);
  } catch (thrown) {
    const { kind, message } = errorReport(thrown);
    const reason = withoutStop(message);
    return kind === 'unsupported' ? { outcome: 'lacks', reason } : { outcome: 'broken', reason };
  } finally {
    clearTimeout(timer);
    late.abort();
  }
}

interface Measured {
  readonly values: ReadonlyMap<Compared, Float32Array>;
  readonly milliseconds: number;
}

function compared(own: Measured, truth: Measured): Check {
  let greatest = 0;
  for (const [what, values] of truth.values) {
    const difference = distance(own.values.get(what)!, values);
    if (!(difference <= ALLOWED[what]))
      return { outcome: 'wrong', what, difference: Number.isFinite(difference) ? difference : null };
    greatest = Math.max(greatest, difference);
  }
  const figures = { difference: greatest, device: own.milliseconds, cpu: truth.milliseconds };
  return { outcome: own.milliseconds < GAIN * truth.milliseconds ? 'good' : 'slow', figures };
}

/** ‖a − b‖ / ‖b‖; for zeros, ‖a‖. */
function distance(a: Float32Array, b: Float32Array): number {
  let [off, size] = [0, 0];
  for (const [i, value] of b.entries()) {
    off += (a[i]! - value) ** 2;
    size += value ** 2;
  }
  return Math.sqrt(size === 0 ? off : off / size);
}

async function measured(
  model: ExplainableModel,
  input: TensorOf<'float32'>,
  engine: Engine,
  now: () => number,
  signal: AbortSignal,
): Promise<Measured> {
  const executables = new Map<string, Promise<Executable>>();
  const compiled: ExplainContext['compiled'] = (key, make) => {
    const known = executables.get(key) ?? engine.compile(make());
    executables.set(key, known);
    return known;
  };
  try {
    const forward = await compileForward({ model, compiled });
    const feeds = new Map([[model.input, input]]);
    const scores = (await forward.run(feeds, { signal })).get(model.logits) as TensorOf<'float32'>;
    const values = new Map<Compared, Float32Array>([['forward pass', scores.data]]);
    const target = scores.data.reduce((best, value, i) => (value > scores.data[best]! ? i : best), 0);
    const context = contextOf(model, engine, { input, target, signal, compiled });
    const explained = async (id: string) => {
      const method = methods.get(id)!;
      const parameters = resolveParameters(method);
      if (whyNot(method, model, parameters)) return undefined;
      return (await method.explain(context, parameters))[0]?.values.data;
    };
    for (const [what, id] of MAPS) {
      const map = await explained(id);
      if (map) values.set(what, map);
    }
    let milliseconds = Number.POSITIVE_INFINITY;
    for (let time = 0; time < TIMES; time++) {
      const start = now();
      await forward.run(feeds, { signal });
      await explained('gradient');
      milliseconds = Math.min(milliseconds, now() - start);
    }
    return { values, milliseconds };
  } finally {
    for (const executable of executables.values()) void executable.then((each) => each.dispose()).catch(() => {});
  }
}

const MAPS: readonly (readonly [Compared, string])[] = [
  ['gradient', 'gradient'],
  ['Grad-CAM', 'gradCam'],
];

function contextOf(
  model: ExplainableModel,
  engine: Engine,
  own: Pick<ExplainContext, 'input' | 'signal' | 'compiled'> & { readonly target: number },
): ExplainContext {
  const { target, ...rest } = own;
  return {
    ...rest,
    model,
    engine,
    targets: [target],
    pixelRange: { low: [], high: [] },
    seed: 0,
    progress: () => {},
  };
}
