import { labelsInside } from '../../containers/labels.ts';
import { DamagedContainer } from '../../containers/tar.ts';
import type { AnnotationFile } from '../../contracts/labels/annotation.ts';
import { ExplainError, errorReport } from '../../errors.ts';
import { kindOfContainer } from '../../files/inside.ts';
import { isLfsPointer, LFS_POINTER, LFS_PULL } from '../../files/lfsPointer.ts';
import { readWholeFile } from '../../files/plainFile.ts';
import { decodeImage } from '../../images/decode.ts';
import { dicomFrames } from '../../images/decoders/dicom.ts';
import { type AnnotationIndex, wholeIndex } from '../annotationIndex.ts';
import { jsonWalk } from '../files/jsonWalk.ts';
import type { AnnotationFormat, FormatInput } from '../format.ts';
import { formatById, formatOf, formats } from '../formats/formats.ts';
import { ImageIndex } from '../match/names.ts';
import { parsed, segmentsOf } from '../thread/parserThread.ts';
import { Turns } from '../turns.ts';

/**
 * Larger annotation files are refused, because they could not be read within seconds. The second limit is for formats
 * that are kept as a table.
 */
const MAX_BYTES = 256 * 2 ** 20;
const MAX_INDEXED_BYTES = 2 ** 30;
/** A file's contents, and its images by their names. */
export interface OpenFile {
  readonly index: AnnotationIndex;
  readonly images: ImageIndex;
}

/** The formats' ids, for people. */
export function knownFormats(): string {
  return formats.map(({ id }) => id).join(', ');
}

/** Throws `annotation` for a file that is too large. */
export function checkSize(path: string, bytes: number, format?: string): void {
  // Of a container, only its labels are read.
  if (kindOfContainer(path)) return;
  const indexed = format === undefined ? mayBeIndexed(path) : formatById(format)?.index;
  const limit = indexed ? MAX_INDEXED_BYTES : MAX_BYTES;
  if (bytes > limit) throw tooLarge(path, bytes, limit);
}

/** May this be a file of a format that is kept as a table? */
function mayBeIndexed(path: string): boolean {
  const lower = path.toLowerCase();
  return formats.some(({ index, extensions }) => index && extensions.some((ending) => lower.endsWith(ending)));
}

/** Reads a file; null if no format claims it. Throws `annotation` if it is broken. */
export async function openFile(
  path: string,
  id: string | undefined,
  beside: FormatInput['beside'],
): Promise<OpenFile | null> {
  const kind = kindOfContainer(path);
  if (kind) return openContainer(path, kind, id, beside);
  const file: FormatInput = { path, bytes: await readWholeFile(path), ...(beside && { beside }) };
  if (isLfsPointer(file.bytes)) {
    throw new ExplainError({
      kind: 'annotation',
      message: `The annotation file ${LFS_POINTER}.`,
      subject: path,
      next: LFS_PULL,
    });
  }
  const turns = new Turns();
  const walk = jsonWalk(file.bytes);
  while (!walk.step()) await turns.rest();
  const format = id === undefined ? formatOf(file) : named(id, file.path);
  if (!format) return null;
  if (!format.index && file.bytes.length > MAX_BYTES) throw tooLarge(file.path, file.bytes.length, MAX_BYTES);
  const index = format.index
    ? await turns.all(format.index(file, segmentsOf))
    : wholeIndex(await parsed(format, await decoded(format, file)), file.bytes.length);
  return { index, images: new ImageIndex(index.names) };
}

/** The file with what its format needs decoded. Throws `annotation` if that fails. */
export async function decoded(format: AnnotationFormat, file: FormatInput): Promise<FormatInput> {
  try {
    if (format.needsPicture?.(file)) return await withPicture(file);
    if (format.needsFrames?.(file)) return { ...file, frames: await dicomFrames(file) };
    return file;
  } catch (thrown) {
    const { kind, message } = errorReport(thrown);
    if (kind !== 'image') throw thrown;
    throw new ExplainError({
      kind: 'annotation',
      message: `The mask cannot be read: ${message}`,
      subject: file.path,
      next: format.needsFrames
        ? 'Export the segmentation again, uncompressed if that is possible.'
        : 'Write the mask again as a grey PNG or a NumPy array of numbers.',
    });
  }
}

async function withPicture(file: FormatInput): Promise<FormatInput> {
  const { size, channels, max, data } = await decodeImage({ path: file.path, bytes: new Uint8Array(file.bytes) });
  const samples = data instanceof Float32Array ? Uint8Array.from(data) : data;
  return { ...file, picture: { size, channels, max, samples } };
}

/** The labels in a container, read as the file of labels that they would be outside of it. Throws `annotation`. */
async function openContainer(
  path: string,
  kind: NonNullable<ReturnType<typeof kindOfContainer>>,
  id: string | undefined,
  beside: FormatInput['beside'],
): Promise<OpenFile | null> {
  const found = await labelsInside(path, kind).catch((thrown: unknown) => {
    if (!(thrown instanceof DamagedContainer)) throw thrown;
    throw new ExplainError({
      kind: 'annotation',
      message: `The file ${thrown.message}.`,
      subject: path,
      next: 'Write it again with the program that made it.',
    });
  });
  if (found.kind === 'folder') return openArchive(path, found.text, id);
  const file: FormatInput = { path, bytes: found.text, ...(beside && { beside }) };
  const format = id === undefined ? formatOf(file) : named(id, path);
  if (!format || format.folder) return null;
  const index = wholeIndex(withRows(await parsed(format, file), found.head), found.text.length);
  const inside = found.holdsImages && ({ folder: true, contains: true } as const);
  return { index: { ...index, ...inside }, images: new ImageIndex(index.names) };
}

/** A folder per class in a tar, often within one folder. */
function openArchive(path: string, listing: Uint8Array, id: string | undefined): OpenFile | null {
  const lines = new TextDecoder()
    .decode(listing)
    .split('\n')
    .filter((line) => line !== '');
  const top = `${lines[0]?.split('/')[0]}/`;
  const within = lines.every((line) => line.startsWith(top) && line.includes('/', top.length)) ? top : '';
  const below = new TextEncoder().encode(lines.map((line) => line.slice(within.length)).join('\n'));
  const file: FormatInput = { path, bytes: below, folder: true };
  const format = id === undefined ? formatOf(file) : named(id, path);
  if (!format?.folder) return null;
  const parsed = format.parse(file);
  const images = parsed.images.map((image) => ({ ...image, image: `${within}${image.image}` }));
  const index = wholeIndex({ ...parsed, images }, listing.length);
  return { index: { ...index, folder: true, contains: true }, images: new ImageIndex(index.names) };
}

/** Rows, counted from 1, in the place of lines. */
function withRows(file: AnnotationFile, head: number): AnnotationFile {
  if (head === 0) return file;
  const row = <T extends { readonly line?: number }>(each: T): T =>
    each.line === undefined ? each : { ...each, line: Math.max(1, each.line - head) };
  return {
    ...file,
    images: file.images.map((image) => ({ ...row(image), annotations: image.annotations.map(row) })),
  };
}

/** A folder per class by the list of its images; null if no format claims it. Throws `annotation`. */
export function openFolder(path: string, listing: Uint8Array, id: string | undefined): OpenFile | null {
  const file: FormatInput = { path, bytes: listing, folder: true };
  const format = id === undefined ? formatOf(file) : named(id, path);
  if (!format?.folder) return null;
  const index = { ...wholeIndex(format.parse(file), listing.length), folder: true as const };
  return { index, images: new ImageIndex(index.names) };
}

function named(id: string, path: string): AnnotationFormat {
  const format = formatById(id);
  if (format) return format;
  throw new ExplainError({
    kind: 'annotation',
    message: `There is no annotation format "${id}".`,
    subject: path,
    next: `Use one of ${knownFormats()}, or leave "format" out.`,
  });
}

function tooLarge(path: string, bytes: number, limit: number): ExplainError {
  return new ExplainError({
    kind: 'annotation',
    message: `The file has ${Math.round(bytes / 2 ** 20)} MB, but files above ${limit / 2 ** 20} MB are not read.`,
    subject: path,
    next: 'Split the annotation file, for example by patient or by folder.',
  });
}
