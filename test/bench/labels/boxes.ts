import type { Geometry } from '../../../src/explainers/contracts/geometry.ts';
import type { FindingKind, ImageAnnotation } from '../../../src/explainers/contracts/results.ts';
import type { CheckedImage } from '../../../src/explainers/labelCheck/checkedImage.ts';
import { type Cells, gridOf } from '../../../src/explainers/labelCheck/evidence.ts';
import { type Observation, regionsOf } from '../../../src/explainers/labelCheck/observation.ts';
import { overlap } from '../../../src/explainers/labelCheck/overlap.ts';
import { rankFindings } from '../../../src/explainers/labelCheck/rank.ts';
import { above, hasMask, otsuLevel } from '../../../src/explainers/metrics/mask/maskLevel.ts';
import { FIRST_SEED, Random } from './random.ts';
import type { Box, BoxSet } from './sets.ts';

/** Of the boxes. */
const SHARE = 0.2;
/** A box that was moved overlaps its old place less than this. */
const APART = 0.1;

export interface BoxTrial {
  readonly kind: 'moved' | 'swapped';
  readonly row: string;
  readonly seed: number;
  readonly task: 'multi-label' | 'multi-class';
  readonly boxes: BoxSet['boxes'];
  /**
   * Per image, once: scores, and as an object detector's output a box around the strong evidence of each class with a
   * map.
   */
  readonly scores?: readonly (readonly number[])[];
  readonly detections?: readonly (readonly { readonly index: number; readonly box: Box }[])[];
  readonly wrong: readonly (0 | 1)[];
  readonly ours: readonly number[];
}

const KINDS: Readonly<Record<BoxTrial['kind'], readonly FindingKind[]>> = {
  moved: ['elsewhere'],
  swapped: ['swapped'],
};
const NAMES: Readonly<Record<string, string>> = {
  'nih-boxes': 'NIH, 60 boxes',
  'pet-boxes': 'Oxford-IIIT Pet, 29 boxes of heads',
};

export function boxTrials(set: BoxSet, said: readonly Observation[], seeds: number): BoxTrial[] {
  return (['moved', 'swapped'] as const).flatMap((kind) =>
    Array.from({ length: seeds }, (_, seed) => trial(set, said, kind, seed)),
  );
}

function trial(set: BoxSet, said: readonly Observation[], kind: BoxTrial['kind'], seed: number): BoxTrial {
  const random = new Random(FIRST_SEED + seed);
  const { boxes, wrong } = plantErrors(set, said, kind, random);
  const annotations = boxes.map(({ index, box: [x, y, width, height] }, i): ImageAnnotation => {
    const shape = { kind: 'box', x, y, width, height } as const;
    return { index, label: set.labels[index]!, shape, file: '/boxes.json', format: 'coco', id: String(i), line: i + 1 };
  });
  const images = said.map((one, place) =>
    imageOf(
      set,
      place,
      one,
      annotations.filter((_, i) => boxes[i]!.image === place),
    ),
  );
  const ours = new Array<number>(boxes.length).fill(0);
  const card = { labels: set.labels, thresholds: set.labels.map(() => 0.5) };
  for (const { suspicion } of rankFindings(images, card, KINDS[kind], true)) {
    const place = annotations.indexOf(suspicion.annotation!);
    ours[place] = Math.max(ours[place]!, suspicion.score);
  }
  return {
    kind,
    row: `${NAMES[set.name]}: ${kind}`,
    seed,
    task: set.card.task,
    boxes,
    ...(seed === 0 && {
      scores: said.map(({ scores }) => [...scores]),
      detections: said.map(({ maps, geometry }) =>
        [...maps].flatMap(([index, cells]) => (cells ? [{ index, box: strongBox(cells, geometry) }] : [])),
      ),
    }),
    wrong,
    ours,
  };
}

function plantErrors(set: BoxSet, said: readonly Observation[], kind: BoxTrial['kind'], random: Random) {
  const boxes = [...set.boxes];
  const wrong = new Array<0 | 1>(boxes.length).fill(0);
  const classes = boxes.map(({ index }) => index);
  const chosen = random.shuffled([...boxes.keys()]).slice(0, Math.round(SHARE * boxes.length));
  for (const place of chosen) {
    const { image, index, box } = boxes[place]!;
    if (kind === 'swapped') {
      const others = classes.filter((other) => other !== index);
      boxes[place] = { image, index: others[random.below(others.length)]!, box };
      wrong[place] = 1;
      continue;
    }
    const [height, width] = said[image]!.geometry.image;
    for (let attempt = 0; attempt < 200 && !wrong[place]; attempt++) {
      const moved = [random.next() * (width - box[2]), random.next() * (height - box[3]), box[2], box[3]] as const;
      if (overlap(shapeOf(box), shapeOf(moved)) >= APART) continue;
      boxes[place] = { image, index, box: moved };
      wrong[place] = 1;
    }
  }
  return { boxes, wrong };
}

const shapeOf = ([x, y, width, height]: Box) => ({ kind: 'box', x, y, width, height }) as const;

/** As a COCO file with these boxes gives it. */
function imageOf(set: BoxSet, place: number, said: Observation, annotations: readonly ImageAnnotation[]): CheckedImage {
  const best = said.scores.indexOf(Math.max(...said.scores));
  const exclusive = set.card.task === 'multi-class';
  const spoken = new Set(set.boxes.map(({ index }) => index));
  const drawn = new Set(annotations.map(({ index }) => index!));
  return {
    path: String(place),
    exclusive,
    scores: said.scores,
    predicted: (index) => (exclusive ? index === best : said.scores[index]! >= 0.5),
    states: new Map([...spoken, ...drawn].map((index) => [index, drawn.has(index) ? 'drawn' : 'absent'])),
    annotations,
    absentIn: [],
    regions: regionsOf(said, annotations),
  };
}

/** The box around the evidence above Otsu's threshold, in pixels of the image. */
function strongBox(cells: Cells, { input, scale, offset }: Geometry): Box {
  const [rows, columns] = gridOf(input);
  const values = Float32Array.from(cells);
  const evidence = { values, width: columns, min: Math.min(...values), max: Math.max(...values) };
  const strong = hasMask(evidence) ? above(evidence, otsuLevel(evidence).level) : new Uint8Array(cells.length).fill(1);
  const places = [...strong.keys()].filter((i) => strong[i]);
  const ys = places.map((i) => Math.floor(i / columns));
  const xs = places.map((i) => i % columns);
  const onImage = (cell: number, count: number, axis: 0 | 1) =>
    ((cell / count) * input[axis] - offset[axis]) / scale[axis];
  const [left, right] = [onImage(Math.min(...xs), columns, 1), onImage(Math.max(...xs) + 1, columns, 1)];
  const [top, bottom] = [onImage(Math.min(...ys), rows, 0), onImage(Math.max(...ys) + 1, rows, 0)];
  return [left, top, right - left, bottom - top];
}
