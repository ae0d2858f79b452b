import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Images whose labels are taken for right, and the model that is asked of them. */
export interface LabelSet {
  readonly name: string;
  /** A model card without its labels. */
  readonly card: { readonly task: 'multi-label' | 'multi-class' } & Readonly<Record<string, unknown>>;
  readonly labels: readonly string[];
  /** Absolute paths. */
  readonly images: readonly string[];
  /** Classes of which evidence is wanted. */
  readonly mapsOf: readonly number[];
  /** Per image: the classes that it has. */
  readonly truth: readonly (readonly number[])[];
}

export type Box = readonly [x: number, y: number, width: number, height: number];

export interface BoxSet extends Omit<LabelSet, 'truth'> {
  readonly boxes: readonly { readonly image: number; readonly index: number; readonly box: Box }[];
}

const FINDINGS = [
  'Atelectasis', 'Cardiomegaly', 'Effusion', 'Infiltration', 'Mass', 'Nodule', 'Pneumonia', 'Pneumothorax', 'Consolidation',
  'Edema', 'Emphysema', 'Fibrosis', 'Pleural_Thickening', 'Hernia',
]; // biome-ignore format: one list

const chestCard = (data: string) =>
  ({
    model: path.join(data, 'models/cxr-nih14-efficientnet-lite0/model.onnx'),
    task: 'multi-label',
    input: { size: [224, 224], scale: 1, mean: 127, std: 128 },
    output: { name: 'logits' },
  }) as const;

/** NIH ChestX-ray14: 334 images that the model has not seen, unpacked into `out`, with the set's own 14 labels. */
export function nihLabels(data: string, out: string): LabelSet {
  const [, ...rows] = readFileSync(path.join(data, 'benchmark/nih-heldout-labels.csv'), 'utf8').trim().split(/\r?\n/);
  const cells = rows.map((row) => row.split(','));
  return {
    name: 'nih-labels',
    card: chestCard(data),
    labels: FINDINGS,
    images: cells.map(([file]) => path.join(out, 'heldout', file!)),
    mapsOf: [],
    truth: cells.map(([, ...values]) => values.flatMap((value, index) => (value === '1' ? [index] : []))),
  };
}

interface Coco {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly categories: readonly { readonly id: number; readonly name: string; readonly imagenet_index?: number }[];
  readonly annotations: readonly {
    readonly image_id: number;
    readonly category_id: number;
    readonly bbox: Box;
    readonly part?: string;
  }[];
}

function boxesOf(file: string, indexOf: (category: Coco['categories'][number]) => number, part?: string) {
  const coco = JSON.parse(readFileSync(file, 'utf8')) as Coco;
  const categories = new Map(coco.categories.map((category) => [category.id, indexOf(category)]));
  const places = new Map(coco.images.map(({ id }, place) => [id, place]));
  const boxes = coco.annotations
    .filter((each) => part === undefined || each.part === part)
    .map((each) => ({
      image: places.get(each.image_id)!,
      index: categories.get(each.category_id)!,
      box: each.bbox,
    }));
  return { files: coco.images.map((image) => image.file_name), boxes };
}

/** The 60 official boxes of NIH ChestX-ray14 on the images at hand. */
export function nihBoxes(data: string): BoxSet {
  const file = path.join(data, 'annotations/nih/boxes.coco.json');
  const { files, boxes } = boxesOf(file, ({ name }) => FINDINGS.indexOf(name));
  return {
    name: 'nih-boxes',
    card: chestCard(data),
    labels: FINDINGS,
    images: files.map((name) => path.join(data, 'images/nih', name)),
    mapsOf: [...FINDINGS.keys()],
    boxes,
  };
}

/** Oxford-IIIT Pet: a box around each animal's head. */
export function petBoxes(data: string): BoxSet {
  const file = path.join(data, 'annotations/pets/instances.coco.json');
  const { files, boxes } = boxesOf(file, (category) => category.imagenet_index!, 'head');
  const classes = JSON.parse(
    readFileSync(path.join(data, 'models/imagenet-efficientnet-lite0/classes.json'), 'utf8'),
  ) as readonly { readonly index: number; readonly name: string }[];
  return {
    name: 'pet-boxes',
    card: {
      model: path.join(data, 'models/imagenet-efficientnet-lite0/model.onnx'),
      task: 'multi-class',
      input: { size: [224, 224], resize: 'squash', scale: 1, mean: 127, std: 128 },
    },
    // Two classes of ImageNet are called crane, and two maillot.
    labels: classes.map(({ index, name }) => `${index} ${name}`),
    images: files.map((name) => path.join(data, 'images/pets', name)),
    mapsOf: [...new Set(boxes.map(({ index }) => index))].sort((a, b) => a - b),
    boxes,
  };
}
