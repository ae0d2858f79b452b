import path from 'node:path';
import { ExplainError } from '../../errors.ts';
import { LFS_POINTER, LFS_PULL } from '../../files/lfsPointer.ts';
import { leadsOut } from '../../files/reach.ts';
import type { Graph } from '../../graph/graph.ts';
import { readsOf } from '../../graph/rewrite.ts';
import type { Opening } from '../../importers/importer.ts';
import { Bounds } from '../../ops/bounds.ts';
import { isFloat } from '../../tensor/dtype.ts';
import type { Pixels, Settings } from '../origin/origin.ts';
import { curveBetween, lineOf } from '../scores/scoreCurve.ts';
import { IMAGENET_CLASSES } from './imagenetClasses.ts';
import { applicationPixels } from './kerasApplications.ts';
import { LABEL_FILES, labelsOf, parseLabels, pythonLabels } from './labelFile.ts';
import { readText } from './nearbyFiles.ts';

/** What can be inferred from a model file and the files next to it; each guess in words. */
export interface Inferred<T> {
  readonly value: T;
  readonly guess?: string;
}

/** Size, layout and channels from the shape of the image input; undefined if the shape does not determine them. */
export interface InputShape {
  readonly layout: 'nchw' | 'nhwc';
  readonly channels: number;
  readonly height: number | undefined;
  readonly width: number | undefined;
}

const IMAGE_CHANNELS = new Set<unknown>([1, 3, 4]);

/**
 * Reads [1, C, H, W] or [1, H, W, C]; undefined if neither position has 1, 3 or 4 channels.
 * @param bands the number of channels, if the card says it
 */
export function inputShape(
  shape: readonly (number | string)[],
  layout?: 'nchw' | 'nhwc',
  bands?: number,
): InputShape | undefined {
  if (shape.length !== 4) return undefined;
  const known = bands === undefined ? IMAGE_CHANNELS : new Set<unknown>([bands]);
  const first = known.has(shape[1]);
  const last = known.has(shape[3]);
  // [1, 3, 4, 3] and the like: channels first, as PyTorch writes them.
  const found = layout ?? (first ? 'nchw' : last ? 'nhwc' : undefined);
  if (!found) return undefined;
  const [channels, height, width] = found === 'nchw' ? [shape[1], shape[2], shape[3]] : [shape[3], shape[1], shape[2]];
  return {
    layout: found,
    channels: typeof channels === 'number' ? channels : (bands ?? 3),
    height: typeof height === 'number' ? height : undefined,
    width: typeof width === 'number' ? width : undefined,
  };
}

/** Labels in the model file's metadata or in a file next to it, if there are as many as classes. */
export function inferLabels(
  graph: Graph,
  {
    model,
    opening,
    within = [],
    beside,
  }: {
    readonly model: string;
    readonly opening?: Opening;
    readonly within?: readonly string[];
    readonly beside?: Settings | undefined;
  },
  classes: number,
): Inferred<readonly string[]> {
  const misfits: string[] = [];
  const fits = (labels: readonly string[], where: string) => {
    if (labels.length === classes) return true;
    if (labels.length > 0) misfits.push(`${where} names ${labels.length}`);
    return false;
  };
  for (const key of ['names', 'classes', 'labels', 'class_names', 'id2label']) {
    const text = graph.metadata.get(key);
    if (text === undefined) continue;
    const labels = metadataLabels(text);
    if (fits(labels, `the model's metadata '${key}'`)) return { value: labels };
  }
  const { labels: named, labelsFrom = '' } = beside ?? {};
  if (named && fits(named, labelsFrom)) return { value: named, guess: `labels: from ${labelsFrom}` };
  const folder = path.dirname(model);
  const stem = path.basename(model).replace(/\.[^.]*$/, '');
  for (const name of [`${stem}.labels.txt`, `${stem}.txt`, ...LABEL_FILES]) {
    const file = path.join(folder, name);
    opening?.(file);
    // A link may lead anywhere.
    const labels = leadsOut(file, [folder, ...within]) ? undefined : labelsIn(file, misfits);
    if (labels && fits(labels, name)) return { value: labels, guess: `labels: from ${name} next to the model` };
  }
  if (classes === IMAGENET_CLASSES.length && graph.metadata.has('keras.application')) {
    return { value: IMAGENET_CLASSES, guess: 'labels: ImageNet’s, as those of the models of keras.applications' };
  }
  const why = misfits.length > 0 ? `; ${misfits.join(', ')}, but the model has ${classes} outputs` : '';
  return {
    value: Array.from({ length: classes }, (_, i) => `class ${i}`),
    guess: `labels: none found, so classes are numbered${why}`,
  };
}

/** The labels of a file that nobody named; a file with another purpose (annotations in a labels.json) is ignored. */
function labelsIn(file: string, misfits: string[]): readonly string[] | undefined {
  try {
    const text = readText(file, 'card');
    return text === undefined ? undefined : parseLabels(text, file);
  } catch (thrown) {
    if (!(thrown instanceof ExplainError)) throw thrown;
    if (thrown.next === LFS_PULL) misfits.push(`${path.basename(file)} ${LFS_POINTER}`);
    return undefined;
  }
}

/** Metadata that holds class names: JSON, a Python literal (Ultralytics), or names with commas. */
function metadataLabels(text: string): readonly string[] {
  try {
    return labelsOf(JSON.parse(text));
  } catch {
    const literal = pythonLabels(text);
    return literal.length > 0 || /^[[{]/.test(text.trim()) ? literal : text.split(',').map((name) => name.trim());
  }
}

/**
 * The pixel arithmetic by a settings file next to the model, else by the model's origin. Ultralytics' models take 0…1,
 * of everything in a letterbox, or (classifiers) of the centre; a model that takes integers, or subtracts and divides
 * by constants itself, takes plain pixels; those of keras.applications what their architecture fixes; Keras' others
 * (channels last) mostly −1…1; all others, as torchvision's and timm's, ImageNet's mean and deviation.
 */
export function inferNormalisation(
  graph: Graph,
  layout: 'nchw' | 'nhwc',
  input: string,
  beside?: Settings,
): Inferred<Pixels> {
  if (beside?.pixels) {
    return { value: beside.pixels, guess: `input: as ${beside.from} says` };
  }
  const plain = { mean: [0], std: [1], resize: 'squash', cropFraction: 0.875 } as const;
  if (/ultralytics/i.test(graph.metadata.get('author') ?? '') || graph.metadata.has('stride')) {
    const classifies = (graph.metadata.get('task') ?? 'classify') === 'classify';
    return { value: { ...plain, scale: 255, resize: classifies ? 'crop' : 'letterbox', cropFraction: 1 } };
  }
  const dtype = graph.types.get(input)?.dtype ?? 'float32';
  if (!isFloat(dtype)) {
    return { value: { ...plain, scale: 1 }, guess: `input: pixels 0…255, because the model takes ${dtype}` };
  }
  const inside = normalisesItself(graph, input);
  if (inside)
    return { value: { ...plain, scale: 1 }, guess: `input: pixels 0…255, because the model begins with ${inside}` };
  const known = applicationPixels(graph.metadata.get('keras.application'));
  if (known) {
    const guess = `input: as keras.applications’ preprocess_input does in the mode ‘${known.mode}’`;
    return { value: { ...plain, ...known.pixels }, guess };
  }
  return layout === 'nhwc' || graph.metadata.get('framework') === 'keras'
    ? { value: { ...plain, scale: 127.5, mean: [1] }, guess: 'input: (pixel / 127.5 − 1), as in most Keras models' }
    : {
        value: { ...plain, scale: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
        guess: "input: ImageNet's mean and standard deviation, squashed to size",
      };
}

/** The arithmetic with large constants that the model does before its first weights ('Sub, Div'); else undefined. */
function normalisesItself(graph: Graph, input: string): string | undefined {
  const done: string[] = [];
  const bounds = new Bounds(graph);
  let forPixels = false;
  for (let value = input; ; ) {
    const readers = graph.nodes.filter((node) => readsOf(node).includes(value));
    const [node] = readers;
    const output = node?.outputs[0];
    if (readers.length !== 1 || !node || output === undefined) break;
    const curve = curveBetween(graph, bounds, value, output);
    const line = curve && lineOf(curve);
    if (!line) break;
    if (line.slope !== 1 || line.shift !== 0) {
      done.push(node.op);
      // 1/255, 127.5 and 103.9 are meant for 0…255; a mean of 0.485 is not.
      forPixels ||= Math.abs(line.slope) < 1 / 16 || Math.abs(line.shift / line.slope) >= 16;
    }
    value = output;
  }
  return forPixels ? done.join(', ') : undefined;
}
