// One model of `npm run models` in the product: describe, predict, gradient, Grad-CAM, LRP, LIME, each with its time.
//   node measure.cjs FOLDER: reads job.json there, writes measured.json after each step and maps as NAME.f32
import fs from 'node:fs';
import path from 'node:path';
import type { AnyParameters } from '../../src/explainers/contracts/parameters.ts';
import type { Heatmap } from '../../src/explainers/contracts/results.ts';
import { errorReport } from '../../src/explainers/errors.ts';
import { Session } from '../../src/explainers/session.ts';

interface Job {
  readonly model: string;
  readonly image: string;
  readonly target: number;
}

const LIME: AnyParameters = { samples: 10, segments: 'grid:4x4' };

const folder = process.argv[2]!;
const job = JSON.parse(fs.readFileSync(path.join(folder, 'job.json'), 'utf8')) as Job;
const measured: Record<string, object> = {};

/** The most memory that this process held so far, in bytes. */
const peak = () => process.resourceUsage().maxRSS * 1024;

async function step(name: string, work: () => Promise<object>): Promise<boolean> {
  const start = performance.now();
  const taken = () => ({ ms: Math.round(performance.now() - start), peak: peak() });
  try {
    measured[name] = { ok: true, ...(await work()), ...taken() };
  } catch (thrown) {
    measured[name] = { ok: false, error: errorReport(thrown), ...taken() };
  }
  fs.writeFileSync(path.join(folder, 'measured.json'), JSON.stringify(measured));
  return (measured[name] as { ok: boolean }).ok;
}

const request = { model: job.model, image: job.image };

async function mapOf(session: Session, method: string, parameters: AnyParameters = {}): Promise<Heatmap> {
  const channels = method === 'gradient';
  const { maps } = await session.explain({
    ...request,
    method,
    parameters,
    classes: [job.target],
    seed: 0,
    ...(channels ? { channels } : {}),
  });
  return maps[0]!;
}

/** Keeps the map next to the job, and reports what is known of it without a reference. */
function kept(name: string, { channels, values, notes, figures }: Heatmap): object {
  const all = channels ?? values;
  fs.writeFileSync(path.join(folder, `${name}.f32`), new Uint8Array(all.buffer, all.byteOffset, all.byteLength));
  return { finite: all.every(Number.isFinite), blank: all.every((value) => value === 0), notes, figures };
}

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** ‖a − b‖ / ‖b‖; 0 where both are blank. */
function relative(a: Float32Array, b: Float32Array): number {
  const length = norm(b);
  const difference = norm(a.map((value, i) => value - b[i]!));
  return length === 0 ? difference : difference / length;
}

async function inspect(session: Session): Promise<object> {
  const { operators, activation, layers, opset } = await session.describe({ model: job.model });
  const layer = layers.find(({ automatic }) => automatic);
  return {
    operators,
    activation,
    opset,
    layer: layer ? { name: layer.name, op: layer.op, shape: layer.shape } : null,
  };
}

async function run(): Promise<void> {
  const session = new Session({ threads: 1 });
  if (!(await step('inspect', () => inspect(session)))) return;
  await step('predict', async () => {
    const { scores, notes } = await session.predict(request);
    return { logits: scores.map(({ logit }) => logit), notes };
  });
  for (const method of ['gradient', 'gradCam', 'lrp']) {
    await step(method, async () => kept(method, await mapOf(session, method)));
  }
  let inBatches: Heatmap | null = null;
  await step('lime', async () => kept('lime', (inBatches = await mapOf(session, 'lime', LIME))));
  await session.dispose();
  if (!inBatches) return;
  const { values } = inBatches as Heatmap;
  const alone = new Session({ threads: 1, batchMemory: 1 });
  await step('limeAlone', async () => ({ apart: relative((await mapOf(alone, 'lime', LIME)).values, values) }));
  await alone.dispose();
}

run().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
