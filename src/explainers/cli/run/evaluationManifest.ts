import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ModelCard } from '../../contracts/card.ts';
import type { ClassChoice } from '../../contracts/classChoice.ts';
import type { EvaluateRequest } from '../../contracts/evaluation.ts';
import type { AnnotationFiles, ModelDescription } from '../../contracts/results.ts';
import { type Manifest, SCHEMA } from '../../evaluation/manifest.ts';
import { sha256Of } from '../../files/sha256.ts';
import type { Session } from '../../session.ts';
import type { RunPlan } from '../flags/explainFlags.ts';
import type { Arguments } from '../flags/flags.ts';
import type { ManyImages } from '../flags/manyImages.ts';
import { VERSION } from '../version.ts';

/** Annotation files with more bytes together are known by their sizes. */
const MOST_HASHED = 2 ** 30;
/** Of the command line, what says only how it runs. */
const NOT_AGAIN = ['out', 'resume', 'shard', 'shards', 'workers', 'threads', 'timeout', 'json', 'text', 'recheck-device', 'batch-memory', 'memory']; // biome-ignore format: one line
/** Values that are paths, which another working folder would change. */
const PATHS = ['images', 'model', 'annotations'];

export interface Planned {
  readonly description: ModelDescription;
  readonly model: string;
  readonly plan: Pick<RunPlan, 'sources' | 'given' | 'seed' | 'assess'>;
  readonly methods: EvaluateRequest['methods'];
  readonly classes: readonly ClassChoice[];
  readonly images: ManyImages;
  readonly annotations: AnnotationFiles | null;
  readonly maps: boolean;
  readonly partImages: number;
}

/** Everything that decides the rows of a run. */
export async function evaluationManifest(
  { description, model, plan, methods, classes, images, annotations, maps, partImages }: Planned,
  session: Session,
  args: Arguments,
  cwd: string,
): Promise<Manifest> {
  const { card, engine, sha256, logits, activation } = description;
  const { metrics, comparisons } = session.catalogue();
  const { assess } = plan;
  const files = (annotations?.files ?? []).map((file) => file.path).sort();
  return {
    schema: SCHEMA,
    arguments: typedAgain(args, cwd),
    versions: { 'saliency-lens': VERSION, [engine.id]: engine.version },
    device: engine.device,
    model: { path: model, sha256, logits, activation },
    card: cardSettings(card),
    images: { folder: images.folder, count: images.images.length, names: images.images.map(({ name }) => name) },
    annotations: { sources: plan.sources ?? null, files, sha256: await contentsOf(files) },
    inputs: plan.given.inputs ?? null,
    classes,
    methods,
    assess: assess.metrics,
    compare: assess.compare,
    seed: plan.seed,
    metrics: {
      agreement: metrics.map(({ id }) => id),
      assessment: assess.metrics.map(({ id }) => id),
      comparison: assess.compare ? comparisons.map(({ id }) => id) : [],
    },
    maps,
    partImages,
  };
}

/** What the card decides; its paths differ between machines, and its guesses are in the other fields. */
function cardSettings(card: ModelCard): Manifest['card'] {
  const { task, labels, input, output, thresholds, aliases, explain, quantised } = card;
  const inputs = (card.inputs ?? []).map(({ from: _, ...input }) => input);
  return { task, labels, input, output, thresholds, aliases, explain, quantised, inputs };
}

/** The command line, with absolute paths. */
function typedAgain(args: Arguments, cwd: string): readonly string[] {
  const again = ['evaluate'];
  for (const name of args.names) {
    if (NOT_AGAIN.includes(name)) continue;
    for (const value of args.all(name)) {
      const isPath = PATHS.includes(name) || (name === 'threshold' && /\.csv$/i.test(value));
      again.push(args.isSwitch(name) ? `--${name}` : `--${name}=${isPath ? path.resolve(cwd, value) : value}`);
    }
  }
  return again;
}

/** Names what the annotation files say. */
async function contentsOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const sizes: number[] = [];
  for (const file of files) sizes.push((await stat(file).catch(() => null))?.size ?? -1);
  const isLarge = sizes.reduce((sum, size) => sum + size, 0) > MOST_HASHED;
  for (const [i, file] of files.entries()) {
    const content = isLarge || sizes[i]! < 0 ? sizes[i]! : await sha256Of(file).catch(() => sizes[i]!);
    hash.update(JSON.stringify([path.basename(file), content]));
  }
  return hash.digest('hex');
}
