import type { Size } from '../../contracts/geometry.ts';
import type { Annotation, AnnotationFile } from '../../contracts/labels/annotation.ts';
import { isFloat } from '../../tensor/dtype.ts';
import { isNpy, npyTensor } from '../../tensor/npy.ts';
import { type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { isOtherPicture, maskPixels, mayBeMask } from '../files/maskPicture.ts';
import { isPng, type PngPixels } from '../files/png.ts';
import { defineFormat, type FormatInput } from '../format.ts';
import { BESIDE_NAMES, classNames } from '../match/classNames.ts';
import { COLOUR_FILE, labelColours } from '../match/labelColours.ts';
import { maskName, namedAsMask } from '../match/maskNames.ts';
import { annotationError, Problems } from '../problems.ts';
import { encodeRuns } from '../shapes/runs.ts';
import { declaredSize } from '../shapes/shapes.ts';

/** A class number above this is more likely an intensity. */
const MAX_CLASS = 64;
/** The value of undecided pixels in class masks (Pascal VOC). */
const VOID = 255;

/**
 * Masks as images or arrays: binary (0 and anything else; edges in between are thresholded at half), by class number
 * (the names are in `classes.txt` nearby; 0 is no class), or one file per class, `STEM_CLASS_mask.png`. The class of a
 * binary mask is in its name, else in its folder's name, else it is 'mask'; map that to the model's class under
 * "aliases" in the model card.
 */
export const maskImage = defineFormat({
  id: 'maskImage',
  title: 'mask PNG, NPY, JPEG, BMP, TIFF',
  page: {
    shapes:
      'binary, by class number, a plane or a file per class; by colour with `labelmap.txt`; JPEG, BMP and TIFF in a folder `masks` or called `…_mask`',
    absent: 'yes',
    image: 'the file’s name without `_mask`',
  },
  extensions: ['.png', '.npy', '.jpg', '.jpeg', '.bmp', '.tif', '.tiff'],
  beside: [...BESIDE_NAMES, COLOUR_FILE],
  mayBe: mayBeMask,
  masks: true,
  needsPicture: ({ bytes }) => isOtherPicture(bytes),
  sniff: ({ path, bytes }) =>
    ((isPng(bytes) || isNpy(bytes)) && namedAsMask(path)) || (isOtherPicture(bytes) && mayBeMask(path)),
  parse(file) {
    const problems = new Problems();
    const { image, label } = maskName(file.path);
    const pixels = isNpy(file.bytes) ? null : pixelsOf(file);
    const coloured = pixels && colouredClasses(file, pixels, image, problems);
    if (coloured) return { path: file.path, format: 'maskImage', problems: problems.list(), ...coloured };
    const planes = pixels ? [imagePlane(pixels, problems)] : arrayPlanes(file);
    const names = namesByValue(file, planes.length > 1);
    const found = new Map<string, Uint8Array | null>();
    for (const [index, plane] of planes.entries()) {
      const own = planes.length > 1 ? (names?.get(index) ?? `class ${index}`) : (label ?? 'mask');
      for (const [name, set] of classesOf(plane, own, planes.length > 1 || label !== null ? null : names, problems))
        found.set(name, set);
    }
    const size = planes[0]!.size;
    const annotations = [...found].flatMap(([name, set]): Annotation[] =>
      set ? [{ label: name, shape: { kind: 'runs', size, counts: encodeRuns(set, size) } }] : [],
    );
    return {
      path: file.path,
      format: 'maskImage',
      labels: [...found.keys()],
      images: [{ image, size, annotations }],
      problems: problems.list(),
    };
  },
});

const BACKGROUND = /^_*(?:background|bg|none|unlabell?ed|void)_*$/i;

/**
 * The names by pixel value, where 0 is no class. If a list does not begin with the background, its first name is 1; if
 * it begins with labelme's ignored name, that is no value. Planes of one class each are counted from 0.
 */
function namesByValue({ beside }: FormatInput, planes: boolean): ReadonlyMap<number, string> | null {
  const names = classNames(beside);
  if (!names || planes || !names.has(0)) return names;
  if (BACKGROUND.test(names.get(0)!)) return new Map([...names].filter(([n]) => n > 0));
  const step = BACKGROUND.test(names.get(1) ?? '') && /^_*ignore_*$/i.test(names.get(0)!) ? -1 : 1;
  return new Map([...names].map(([n, name]) => [n + step, name] as const).filter(([n]) => n > 0));
}

interface Plane {
  readonly size: Size;
  readonly values: ArrayLike<number>;
  /** The value of a fully set pixel, if the file has intensities; null: class numbers. */
  readonly full: number | null;
}

function pixelsOf(file: FormatInput): PngPixels {
  const pixels = maskPixels(file.bytes, file.picture);
  if ('fault' in pixels) throw unreadable(file, pixels.fault);
  return pixels;
}

/** The classes of a mask whose colours are in `labelmap.txt`; null if there is none, or the mask has no colours. */
function colouredClasses(
  { beside }: FormatInput,
  { size, channels, samples, palette, max }: PngPixels,
  image: string,
  problems: Problems,
): Pick<AnnotationFile, 'labels' | 'images'> | null {
  const colours = labelColours(beside);
  if (!colours) return null;
  if (max !== 255 && !palette) return null;
  if (channels < 3 && !palette) return null;
  const masks = new Map<string, Uint8Array>();
  let unknown = 0;
  for (let i = 0; i < size[0] * size[1]; i++) {
    const [from, at] = palette ? [palette, 3 * samples[i]!] : [samples, i * channels];
    const name = colours.get(from[at]! * 65536 + from[at + 1]! * 256 + from[at + 2]!);
    if (name === undefined) unknown++;
    else if (!BACKGROUND.test(name)) {
      const mask = masks.get(name) ?? new Uint8Array(size[0] * size[1]);
      mask[i] = 1;
      masks.set(name, mask);
    }
  }
  if (unknown > 0)
    problems.add(null, `${unknown} pixels have a colour that ${COLOUR_FILE} does not name, and count as outside`);
  const annotations = [...masks].map(
    ([label, mask]): Annotation => ({ label, shape: { kind: 'runs', size, counts: encodeRuns(mask, size) } }),
  );
  const labels = [...new Set(colours.values())].filter((name) => !BACKGROUND.test(name));
  return { labels, images: [{ image, size, annotations }] };
}

function imagePlane({ size, channels, samples, palette, max }: PngPixels, problems: Problems): Plane {
  if (channels === 1) return { size, values: samples, full: palette ? null : max };
  const grey = new Float64Array(size[0] * size[1]);
  let coloured = false;
  for (let i = 0; i < grey.length; i++) {
    const at = i * channels;
    grey[i] = samples[at]!;
    if (channels >= 3 && (samples[at] !== samples[at + 1] || samples[at] !== samples[at + 2])) {
      coloured = true;
      grey[i] = Math.max(samples[at]!, samples[at + 1]!, samples[at + 2]!);
    }
  }
  if (coloured) problems.add(null, 'its colours are not distinguished: everything that is not dark counts as set');
  return { size, values: grey, full: max };
}

/** [h, w], or one such plane per class: [c, h, w] or [h, w, c], where the smallest axis is the classes. */
function arrayPlanes(file: FormatInput): Plane[] {
  const array = npyTensor(file.bytes);
  if ('fault' in array) throw unreadable(file, `it ${array.fault}`);
  const values = valuesOf(array);
  const shape = array.shape.length === 4 && array.shape[0] === 1 ? array.shape.slice(1) : array.shape;
  const last = shape.length === 3 && shape[2]! < shape[0]!;
  const [classes, height, width] =
    shape.length === 2 ? [1, ...shape] : shape.length === 3 ? (last ? [shape[2], shape[0], shape[1]] : shape) : [];
  const size = declaredSize(height, width);
  if (!size || classes === undefined || classes > MAX_CLASS)
    throw unreadable(
      file,
      `its shape is ${array.shape.join(' × ')}, but a mask has height and width, or a plane for each class`,
    );
  const pixels = size[0] * size[1];
  const full = isFloat(array.dtype) && !someAbove(values, 1) ? 1 : VOID;
  return Array.from({ length: classes }, (_, c) => ({
    size,
    values: Float64Array.from({ length: pixels }, (_, i) => values[last ? i * classes + c : c * pixels + i]!),
    full,
  }));
}

/** 64-bit integers and half floats as numbers; everything else is numbers already. */
function valuesOf(array: Tensor): ArrayLike<number> {
  const { dtype, data } = array;
  const asNumbers = dtype === 'int64' || dtype === 'uint64' || dtype === 'float16';
  return asNumbers
    ? toNumbers(array)
    : (data as Exclude<Tensor['data'], readonly string[] | BigInt64Array | BigUint64Array>);
}

/** Floats up to 1 are shares, which count from a half; all else is as in an image of 8 bits. */
function someAbove(values: ArrayLike<number>, limit: number): boolean {
  for (let i = 0; i < values.length; i++) if (values[i]! > limit) return true;
  return false;
}

/** Each class's pixels; null: it has none, so it is absent. */
function classesOf(
  { size, values, full }: Plane,
  label: string,
  names: ReadonlyMap<number, string> | null,
  problems: Problems,
): [string, Uint8Array | null][] {
  const counts = countsOf(values);
  const set = [...counts.keys()].filter((value) => value !== 0 && !Number.isNaN(value)).sort((a, b) => a - b);
  const pixels = (wanted: (value: number) => boolean) => {
    const out = new Uint8Array(size[0] * size[1]);
    for (let i = 0; i < out.length; i++) out[i] = wanted(values[i]!) ? 1 : 0;
    return out;
  };
  const classes = set.filter((value) => value !== VOID);
  if (isNumbered(classes, set, full, names)) {
    if (set.includes(VOID))
      problems.add(null, `the value ${VOID} is undecided: its ${counts.get(VOID)} pixels count as outside`);
    return [
      ...classes.map((value): [string, Uint8Array] => [
        names?.get(value) || `class ${value}`,
        pixels((v) => v === value),
      ]),
      ...[...(names ?? [])].flatMap(([n, name]): [string, null][] =>
        n > 0 && name !== '' && !classes.includes(n) ? [[name, null]] : [],
      ),
    ];
  }
  if (set.length === 0) return [[label, null]];
  if (set.length === 1) return [[label, pixels((v) => v === set[0])]];
  const top = set.at(-1)!;
  const middle = set.length === 2 && full !== null && Math.abs(set[0]! / top - 0.5) < 0.01 ? set[0]! : null;
  if (middle !== null) {
    problems.add(
      null,
      `the value ${middle} between 0 and ${top} is undecided: its ${counts.get(middle)} pixels count as outside`,
    );
    return [[label, pixels((v) => v === top)]];
  }
  const half = (full ?? top) / 2;
  const soft = set.slice(0, -1).reduce((sum, value) => sum + counts.get(value)!, 0);
  problems.add(null, `${soft} pixels are neither 0 nor ${top}; the mask is thresholded at half`);
  const cut = pixels((v) => v >= half);
  return [[label, cut.includes(1) ? cut : null]];
}

/** How many pixels have each value; runs of one value are counted at once. */
function countsOf(values: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; ) {
    const value = values[i]!;
    let end = i + 1;
    while (end < values.length && values[end] === value) end++;
    counts.set(value, (counts.get(value) ?? 0) + end - i);
    i = end;
  }
  return counts;
}

/** Class numbers as opposed to intensities: small integers, several of them, or named. */
function isNumbered(
  classes: readonly number[],
  set: readonly number[],
  full: number | null,
  names: ReadonlyMap<number, string> | null,
): boolean {
  if (classes.length === 0 || !classes.every((value) => Number.isInteger(value) && value > 0 && value <= MAX_CLASS))
    return false;
  if (full === 1) return false;
  return classes.length > 1 || names !== null || (full === null && set.length > 1);
}

function unreadable(file: FormatInput, fault: string) {
  return annotationError(
    file.path,
    null,
    `The mask cannot be read: ${fault}.`,
    'Write the mask again as a grey PNG or a NumPy array of numbers.',
  );
}
