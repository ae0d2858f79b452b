// The label benchmark's trials: errors planted in labels that are taken for right, and how suspicious Check Labels
// finds each label. Written as JSON for labels.py, which scores the same trials with cleanlab. Run by
// scripts/bench/labels.mjs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadObservation, type Observation } from '../../src/explainers/labelCheck/observation.ts';
import { Session } from '../../src/explainers/session.ts';
import { boxTrials } from './labels/boxes.ts';
import { labelTrials } from './labels/classes.ts';
import { type BoxSet, nihBoxes, nihLabels, petBoxes } from './labels/sets.ts';

const [data, out, seeds] = process.argv.slice(2) as [string, string, string];
const session = new Session();

/**
 * What the model says of each image, with maps of the classes that matter: the check itself asks it, and its journal
 * keeps it.
 */
async function observe(set: {
  readonly name: string;
  readonly card: object;
  readonly labels: readonly string[];
  readonly images: readonly string[];
  readonly mapsOf: readonly number[];
}): Promise<readonly Observation[]> {
  const folder = path.join(out, set.name);
  mkdirSync(folder, { recursive: true });
  const at = (file: string) => path.join(folder, file);
  writeFileSync(at('model.explain.json'), JSON.stringify({ ...set.card, labels: set.labels }));
  // A region of each class makes a map of each.
  const coco = {
    images: set.images.map((file, id) => ({ id, file_name: path.basename(file) })),
    categories: set.labels.map((name, id) => ({ id, name })),
    annotations: set.images.flatMap((_, i) =>
      set.mapsOf.map((index) => ({ id: i * 1000 + index, image_id: i, category_id: index, bbox: [0, 0, 9, 9] })),
    ),
  };
  writeFileSync(at('all.coco.json'), JSON.stringify(coco));
  await session.checkLabels({
    model: at('model.explain.json'),
    sources: [{ path: at('all.coco.json') }],
    images: set.images,
    journal: at('journal.jsonl'),
    kinds: [],
  });
  const lines = readFileSync(at('journal.jsonl'), 'utf8').trim().split('\n');
  const said = new Map(
    lines.map((line) => {
      const { image, said } = JSON.parse(line) as { image: string; said: unknown };
      return [path.resolve(folder, image), loadObservation(said, set.labels.length)!];
    }),
  );
  return set.images.map((image) => said.get(path.resolve(image))!);
}

async function main(): Promise<void> {
  const count = Number(seeds);
  const labels = nihLabels(data, out);
  const trials: object[] = labelTrials(labels, await observe(labels), count);
  for (const set of [nihBoxes(data), petBoxes(data)] satisfies BoxSet[])
    trials.push(...boxTrials(set, await observe(set), count));
  writeFileSync(path.join(out, 'trials.json'), JSON.stringify(trials));
  await session.dispose();
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
