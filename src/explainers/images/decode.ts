import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { imageInside } from '../containers/images.ts';
import { ExplainError, throwIfCancelled } from '../errors.ts';
import { insideOf } from '../files/inside.ts';
import { readWholeFile } from '../files/plainFile.ts';
import { avif } from './decoders/avif.ts';
import { bmp } from './decoders/bmp.ts';
import { dicom } from './decoders/dicom.ts';
import { gif } from './decoders/gif.ts';
import { jpeg } from './decoders/jpeg.ts';
import { jpeg2000 } from './decoders/jpeg2000.ts';
import { npy } from './decoders/npy.ts';
import { png } from './decoders/png.ts';
import { pnm } from './decoders/pnm.ts';
import { tiff } from './decoders/tiff.ts';
import { webp } from './decoders/webp.ts';
import type { Image, ImageFormat, ImageSource } from './image.ts';
import { MAX_FILE_BYTES, reading } from './limits.ts';
import { whatItIs } from './otherFiles.ts';

/** DICOM comes first because its preamble may begin like a TIFF, so that TIFF readers can open the file as well. */
export const imageFormats: readonly ImageFormat[] = [dicom, png, jpeg, webp, bmp, tiff, npy, gif, avif, jpeg2000, pnm];

/**
 * Decodes an image file, whose format is recognised by its content and not by its name. Throws `image` if the file is
 * missing, not an image, damaged, truncated or too large; it never returns half a picture.
 * @param signal ends a decoder in the middle of its work; then throws `cancelled`
 */
export async function decodeImage(image: string | ImageSource, signal?: AbortSignal): Promise<Image> {
  const source = await readImageFile(image);
  throwIfCancelled(signal);
  const format = formatOf(source);
  const decoded = await reading(source, format, () => format.decode(source, signal));
  return source.ids?.length ? { ...decoded, ids: [...decoded.ids, ...source.ids] } : decoded;
}

/** The file in memory, for callers that need its bytes as well as the decoded image. Throws `image`. */
export async function readImageFile(image: string | ImageSource): Promise<ImageSource> {
  if (typeof image !== 'string') return image;
  const fail = (message: string, next: string, cause?: unknown) =>
    new ExplainError({ kind: 'image', message: `${basename(image)} ${message}.`, subject: image, next }, { cause });
  try {
    const info = await stat(image);
    if (info.isDirectory()) throw fail('is a folder, not an image', 'Name an image file in it.');
    if (!info.isFile()) throw fail('is not a regular file', 'Name an image file.');
    if (info.size > MAX_FILE_BYTES) {
      throw fail(
        `is too large: it has ${info.size} bytes, and the limit is ${MAX_FILE_BYTES}`,
        'Scale the image down.',
      );
    }
    const buffer = await readWholeFile(image);
    // A plain Uint8Array: a Buffer's slice() shares memory.
    return { path: image, bytes: new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length) };
  } catch (thrown) {
    if (thrown instanceof ExplainError) throw thrown;
    const code = (thrown as NodeJS.ErrnoException).code ?? '';
    // A path into a file is ENOTDIR, and on Windows ENOENT.
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    const inside = missing ? await insideOf(image) : null;
    if (inside) return { path: image, ...(await imageInside(inside, MAX_FILE_BYTES)) };
    if (missing) throw fail('does not exist', 'Check the path.', thrown);
    throw fail(
      `cannot be read (${code || 'unknown error'})`,
      'Check that you have permission to read the file.',
      thrown,
    );
  }
}

function formatOf(source: ImageSource): ImageFormat {
  const head = source.bytes.subarray(0, 4096);
  const format = imageFormats.find((candidate) => candidate.sniff(head, source.path));
  if (format !== undefined) return format;
  throw new ExplainError({
    kind: 'image',
    message: `${basename(source.path)} ${whatItIs(head)}.`,
    subject: source.path,
    next: `Choose an image: ${imageFormats.map((known) => known.title).join(', ')}.`,
  });
}
