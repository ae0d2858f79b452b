import { basename } from 'node:path';
import { type Geometry, type Size, toImagePoint } from '../../contracts/geometry.ts';
import { ExplainError } from '../../errors.ts';
import { NotAFile, openFileToRead } from '../../files/plainFile.ts';
import { mapped } from '../../lists.ts';
import { npyHeader, readNpy } from '../../tensor/npy.ts';
import { decodeImage } from '../decode.ts';
import { relabel, type Segments } from './segments.ts';

/**
 * More than any segment file needs: labels of 16,384 × 16,384 as int64 would be 2 GiB, but no model takes such a
 * picture.
 */
const MAX_BYTES = 2 ** 28;

/**
 * The user's own segments: a .npy of integers [h, w], or a lossless PNG whose grey values or colours are the labels.
 * Labels may be any numbers; they become 0 … n − 1 in their order. The file is on the model's input grid or, if the
 * geometry is given, on the original image. In the second case, each input pixel takes the label under its centre, and
 * everything outside the image (a letterbox's bars) is one more segment.
 * @throws ExplainError `usage`
 */
export async function readSegmentFile(path: string, size: Size, geometry?: Geometry): Promise<Segments> {
  const { labels, size: found } = await labelsOf(path, (declared) => fits(path, declared, size, geometry));
  if (same(found, size)) return relabel(labels, size);
  return relabel(onInput(labels, geometry!), size);
}

/** Throws for labels of another size than the model's input and the image, before they are read. */
function fits(path: string, found: Size, size: Size, geometry: Geometry | undefined): void {
  if (same(found, size) || (geometry && same(found, geometry.image))) return;
  const image = geometry && !same(geometry.image, size) ? `, nor the image's ${said(geometry.image)}` : '';
  throw fail(
    path,
    `has ${said(found)} labels, which is not the model's input size ${said(size)}${image}`,
    'Make the segments on the image itself, or on the model input grid.',
  );
}

interface Labels {
  readonly labels: Int32Array | Float64Array;
  readonly size: Size;
}

async function labelsOf(path: string, check: (size: Size) => void): Promise<Labels> {
  const bytes = await read(path);
  return bytes[0] === 0x93 ? npyLabels(path, bytes, check) : pngLabels(path, bytes, check);
}

async function read(path: string): Promise<Uint8Array> {
  try {
    const file = await openFileToRead(path);
    try {
      const info = await file.stat();
      if (info.size > MAX_BYTES)
        throw fail(path, `is too large: ${info.size} bytes`, 'Save the labels as uint16 or int32.');
      const buffer = await file.readFile();
      return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    if (thrown instanceof ExplainError) throw thrown;
    const code = (thrown as NodeJS.ErrnoException).code;
    if (thrown instanceof NotAFile) throw fail(path, `is ${thrown.what}`, 'Name a .npy or .png file.');
    throw fail(
      path,
      code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`,
      'Check the path of the segment file.',
    );
  }
}

function npyLabels(path: string, bytes: Uint8Array, check: (size: Size) => void): Labels {
  const declared = npyHeader(bytes);
  const size = 'shape' in declared ? sidesOf(declared.shape) : null;
  if (size && size[0] * size[1] > 0) check(size);
  const { data, shape, dtype } = readNpy(bytes, basename(path));
  if (!size || dtype === 'float16' || data.length === 0) {
    throw fail(path, `holds ${dtype} of shape (${shape.join(', ')}), not whole numbers of shape (h, w)`, NEXT);
  }
  const labels = mapped(Float64Array, data as ArrayLike<number | bigint>, Number);
  const bad = labels.findIndex((label) => !Number.isSafeInteger(label));
  if (bad >= 0) throw fail(path, `holds ${labels[bad]}, but labels are whole numbers`, NEXT);
  return { labels, size };
}

/** A batch or channel axis of 1 is not ambiguous. */
function sidesOf(shape: readonly number[]): Size | null {
  const sides = shape.length === 2 ? shape : shape.filter((side) => side !== 1);
  return sides.length === 2 ? [sides[0]!, sides[1]!] : null;
}

async function pngLabels(path: string, bytes: Uint8Array, check: (size: Size) => void): Promise<Labels> {
  if (!PNG.every((byte, i) => bytes[i] === byte)) throw fail(path, 'is neither a .npy nor a PNG file', NEXT);
  const { data, channels, size } = await decodeImage({ path, bytes });
  if (size[0] * size[1] > VAST) check(size);
  if (channels === 1) {
    check(size);
    return { labels: Int32Array.from(data), size };
  }
  const labels = new Float64Array(size[0] * size[1]);
  for (let i = 0, from = 0; i < labels.length; i++, from += 3) {
    labels[i] = (data[from]! * 65536 + data[from + 1]!) * 65536 + data[from + 2]!;
  }
  const most = Math.min(MOST_COLOURS, Math.max(256, Math.floor(labels.length / 4)));
  const colours = new Set<number>();
  for (const label of labels) {
    colours.add(label);
    if (colours.size <= most) continue;
    throw fail(path, `has over ${most} colours in ${labels.length} pixels: a picture, not a segment image`, NEXT);
  }
  check(size);
  return { labels, size };
}

/** Pixels of a picture that takes a noticeable time to look through. */
const VAST = 2 ** 24;
/** No method can take more segments. */
const MOST_COLOURS = 2 ** 20;

const PNG = [0x89, 0x50, 0x4e, 0x47];
const NEXT =
  'Save the labels with numpy.save, as whole numbers of shape (h, w), or as a PNG with one colour per segment.';

/** Each input pixel's label: that of the image pixel under its centre; one more where there is no pixel. */
function onInput(labels: Labels['labels'], geometry: Geometry): Float64Array {
  const [height, width] = geometry.input;
  const [imageHeight, imageWidth] = geometry.image;
  let beside = 0;
  for (const label of labels) if (label >= beside) beside = label + 1;
  const out = new Float64Array(height * width);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = toImagePoint(geometry, [x + 0.5, y + 0.5]).map(Math.floor) as [number, number];
      const inside = row >= 0 && row < imageHeight && column >= 0 && column < imageWidth;
      out[to++] = inside ? labels[row * imageWidth + column]! : beside;
    }
  }
  return out;
}

const same = (a: Size, b: Size) => a[0] === b[0] && a[1] === b[1];
const said = (size: Size) => `${size[0]} × ${size[1]}`;

const fail = (path: string, message: string, next: string) =>
  new ExplainError({ kind: 'usage', message: `${basename(path)} ${message}.`, subject: path, next });
