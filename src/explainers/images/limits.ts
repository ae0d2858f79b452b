import { basename } from 'node:path';
import { ExplainError } from '../errors.ts';
import type { ImageFormat, ImageSource } from './image.ts';

/**
 * The largest number of pixels of an image: 16,384 × 16,384. For a larger one (such as a whole slide), cut out a region
 * first.
 */
export const MAX_PIXELS = 2 ** 28;

/** The size of the largest image file that is read. */
export const MAX_FILE_BYTES = 2 ** 30;
/** Bands of one image: more than any sensor has. */
export const MOST_BANDS = 512;

/** Throws `image` if a header declares no pixels, or more than {@link MAX_PIXELS}. */
export function checkSize(path: string, height: number, width: number): void {
  if (!(height >= 1 && width >= 1)) {
    throw new ExplainError({
      kind: 'image',
      message: `${basename(path)} has no pixels: its header says ${width} × ${height}.`,
      subject: path,
      next: 'Export the image again.',
    });
  }
  if (height * width > MAX_PIXELS) {
    throw new ExplainError({
      kind: 'image',
      message: `${basename(path)} is too large: its header says ${width} × ${height} pixels, and the limit is ${MAX_PIXELS.toLocaleString('en')}.`,
      subject: path,
      next: 'Scale the image down or cut out a region, then explain that.',
    });
  }
}

/** The `image` error for a file whose content does not hold what its header promises. */
export function damaged(source: ImageSource, title: string, detail: string, cause?: unknown): ExplainError {
  return new ExplainError(
    {
      kind: 'image',
      message: `${basename(source.path)} is a damaged or truncated ${title} file: ${detail}.`,
      subject: source.path,
      next: 'Copy or export the image again; if other programs open it, save it from there as PNG.',
    },
    { cause },
  );
}

/** The `image` error for a valid file that uses an unsupported part of its format. */
export function unsupportedImage(source: ImageSource, title: string, detail: string): ExplainError {
  return new ExplainError({
    kind: 'image',
    message: `${basename(source.path)} is a ${title} file of a kind that is not supported: ${detail}.`,
    subject: source.path,
    next: 'Convert the image to PNG.',
  });
}

/** Runs a format's reader; if it throws anything but an {@link ExplainError}, the file is damaged. */
export async function reading<T>(source: ImageSource, format: ImageFormat, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof ExplainError) throw thrown;
    throw damaged(source, format.title, firstLine(thrown), thrown);
  }
}

/** The first line of a library's error, without a final full stop. WASM libraries throw numbers and strings. */
export function firstLine(thrown: unknown): string {
  // The JavaScript engine's own message ('Cannot read properties of …') says nothing about the file.
  const ours = thrown instanceof TypeError || thrown instanceof RangeError || thrown instanceof ReferenceError;
  const text = thrown instanceof Error && !ours ? thrown.message : typeof thrown === 'string' ? thrown : '';
  const line = text
    .slice(0, 1000)
    .split('\n')[0]!
    .trim()
    .replace(/(?<!\.)\.+$/, '');
  return line === '' || line.length > 200 ? 'its content cannot be decoded' : line;
}
