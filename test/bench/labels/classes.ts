import type { ImageAnnotation } from '../../../src/explainers/contracts/results.ts';
import type { CheckedImage } from '../../../src/explainers/labelCheck/checkedImage.ts';
import type { Observation } from '../../../src/explainers/labelCheck/observation.ts';
import { rankFindings } from '../../../src/explainers/labelCheck/rank.ts';
import { FIRST_SEED, Random } from './random.ts';
import type { LabelSet } from './sets.ts';

/** Of the labels, this share is dropped, as many are added, and as many swapped. */
const SHARE = 0.1;

/** One planting; per image and class, row by row. */
export interface LabelTrial {
  readonly kind: 'labels';
  readonly row: string;
  readonly seed: number;
  readonly given: readonly (readonly number[])[];
  readonly scores?: readonly (readonly number[])[];
  /** The items that are ranked; absent: all. */
  readonly among?: readonly number[];
  readonly wrong: readonly (0 | 1)[];
  readonly ours: readonly number[];
}

/** Where errors of a row can be: a label that is missing is none that is there. */
const ROWS: Readonly<Record<string, { readonly plants: readonly Plant[]; readonly among?: 'absent' | 'given' }>> = {
  'dropped, among the labels not given': { plants: ['drop'], among: 'absent' },
  'added, among the labels given': { plants: ['add'], among: 'given' },
  'swapped, among all': { plants: ['swap'] },
  'all three, among all': { plants: ['drop', 'add', 'swap'] },
};
type Plant = 'drop' | 'add' | 'swap';

export function labelTrials(set: LabelSet, said: readonly Observation[], seeds: number): LabelTrial[] {
  return Object.entries(ROWS).flatMap(([row, { plants, among }]) =>
    Array.from({ length: seeds }, (_, seed) => trial(set, said, { row, plants, seed, among })),
  );
}

function trial(
  set: LabelSet,
  said: readonly Observation[],
  { row, plants, seed, among }: { row: string; plants: readonly Plant[]; seed: number; among?: 'absent' | 'given' },
): LabelTrial {
  const classes = set.labels.length;
  const { given, wrong } = plantErrors(set, plants, new Random(FIRST_SEED + seed));
  const images = given.map((labels, i) => imageOf(i, labels, said[i]!, classes));
  const ours = new Array<number>(images.length * classes).fill(0);
  const card = { labels: set.labels, thresholds: set.labels.map(() => 0.5) };
  for (const { suspicion, finding } of rankFindings(images, card, ['unlabelled', 'doubtful'], true))
    ours[Number(finding.image) * classes + suspicion.index] = suspicion.score;
  return {
    kind: 'labels',
    row: `NIH, 334 images × 14 labels: ${row}`,
    ...(among && { among: ours.flatMap((_, i) => (isGiven(given, i, classes) === (among === 'given') ? [i] : [])) }),
    seed,
    given,
    // Once is enough: the predictions are the same in every trial.
    ...(seed === 0 && { scores: said.map(({ scores }) => [...scores]) }),
    wrong,
    ours,
  };
}

function isGiven(given: LabelTrial['given'], item: number, classes: number): boolean {
  return given[Math.floor(item / classes)]!.includes(item % classes);
}

function plantErrors({ truth, labels }: LabelSet, plants: readonly Plant[], random: Random) {
  const classes = labels.length;
  const has = truth.map((own) => labels.map((_, index) => own.includes(index)));
  const wrong = new Array<0 | 1>(truth.length * classes).fill(0);
  const frequency = labels.map((_, index) => truth.filter((own) => own.includes(index)).length);
  const present = random.shuffled(truth.flatMap((own, image) => own.map((index) => [image, index] as const)));
  const count = Math.round(SHARE * present.length);
  const free = (image: number, index: number) => !has[image]![index] && !wrong[image * classes + index];
  const flip = (image: number, index: number) => {
    has[image]![index] = !has[image]![index];
    wrong[image * classes + index] = 1;
  };
  const errors: Readonly<Record<Plant, () => void>> = {
    drop: () => flip(...present.pop()!),
    add: () => {
      // As often as the class is: noise that leaves the classes' shares as they are.
      for (;;) {
        const [image, index] = [random.below(truth.length), random.weighted(frequency)];
        if (free(image, index)) return flip(image, index);
      }
    },
    swap: () => {
      const [image, index] = present.pop()!;
      const weights = frequency.map((weight, other) => (free(image, other) ? weight : 0));
      flip(image, index);
      flip(image, random.weighted(weights));
    },
  };
  for (const plant of plants) for (let i = 0; i < count; i++) errors[plant]();
  return { given: has.map((row) => row.flatMap((set, index) => (set ? [index] : []))), wrong };
}

/** As a file that covers all classes gives it. */
function imageOf(place: number, labels: readonly number[], said: Observation, classes: number): CheckedImage {
  const all = Array.from({ length: classes }, (_, index) => index);
  const annotations = labels.map((index): ImageAnnotation => {
    return { index, label: String(index), shape: null, file: '/labels.csv', format: 'csv', line: place + 2 };
  });
  return {
    path: String(place),
    exclusive: false,
    scores: said.scores,
    predicted: (index) => said.scores[index]! >= 0.5,
    states: new Map(all.map((index) => [index, labels.includes(index) ? 'present' : 'absent'])),
    annotations,
    absentIn: [{ file: '/labels.csv', line: place + 2, classes: new Set(all) }],
    regions: new Map(),
  };
}
