import { inflateRawSync } from 'node:zlib';
import dicomParser from 'dicom-parser';
import { own } from '../../tables.ts';
import type { ImageSource } from '../image.ts';
import { damaged, firstLine, MAX_FILE_BYTES } from '../limits.ts';
import { mendedDicom } from './mended.ts';

export type DataSet = ReturnType<typeof dicomParser.parseDicom>;
export type Element = DataSet['elements'][string];

export interface DicomFile {
  readonly data: DataSet;
  /** Transfer syntax UID. */
  readonly syntax: string;
  readonly littleEndian: boolean;
  /** Functional groups of the first frame, in which an enhanced object keeps its windows and rescale values. */
  readonly frameGroups: readonly DataSet[];
}

const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
const IMPLICIT_LITTLE = '1.2.840.10008.1.2';
const EXPLICIT_BIG = '1.2.840.10008.1.2.2';
const PIXEL_DATA = 'x7fe00010';
const DICOM_TITLE = 'DICOM';

/** Whether the bytes are DICOM: the 'DICM' mark, or, in files without a preamble, a first element of group 2 or 8. */
export function isDicom(head: Uint8Array): boolean {
  return hasMark(head) || bareSyntax(head) !== null;
}

function hasMark(head: Uint8Array): boolean {
  return head.length >= 132 && head[128] === 0x44 && head[129] === 0x49 && head[130] === 0x43 && head[131] === 0x4d;
}

/** For files without a preamble: 'meta' if the file meta group comes first, else the syntax of the bare data set. */
function bareSyntax(head: Uint8Array): 'meta' | typeof EXPLICIT_LITTLE | typeof IMPLICIT_LITTLE | null {
  if (head.length < 16 || head[1] !== 0 || head[3]! > 0x10) return null;
  const upper = (at: number) => head[at]! >= 0x41 && head[at]! <= 0x5a;
  const explicit = upper(4) && upper(5);
  if (head[0] === 2) return explicit && head[3] === 0 ? 'meta' : null;
  if (head[0] !== 8) return null;
  if (explicit) return EXPLICIT_LITTLE;
  return head[4]! <= 64 && head[5] === 0 && head[6] === 0 && head[7] === 0 ? IMPLICIT_LITTLE : null;
}

/** How a deflated data set is inflated; for an image, on a thread. */
export type Inflater = (deflated: Uint8Array) => Promise<Uint8Array>;

/**
 * The same as {@link parseDicom}, but a deflated data set is inflated elsewhere. Throws `image`.
 * @param check called with all that is to be parsed, before it is
 */
export async function parseDicomFile(
  source: ImageSource,
  inflate: Inflater,
  check: (bytes: Uint8Array, inflated: boolean) => Promise<void> = async () => {},
): Promise<DicomFile> {
  await check(source.bytes, false);
  let deflated: { readonly bytes: Uint8Array; readonly start: number } | undefined;
  const found = parseDicom(source, (bytes, start) => {
    deflated = { bytes, start };
    // Nothing after the meta group is read yet.
    return bytes.subarray(0, start);
  });
  if (!deflated) return found;
  const { bytes, start } = deflated;
  const body = await inflate(bytes.subarray(start));
  const whole = joined(bytes.subarray(0, start), body);
  await check(whole, true);
  return parseDicom(source, () => whole);
}

/** Parses the data set. Throws `image`. */
export function parseDicom(
  source: ImageSource,
  inflater: (bytes: Uint8Array, start: number) => Uint8Array = inflated,
): DicomFile {
  const bare = hasMark(source.bytes) ? null : bareSyntax(source.bytes);
  const bytes = bare === null ? source.bytes : withPreamble(source.bytes, bare);
  let data: DataSet;
  try {
    data = dicomParser.parseDicom(mendedDicom(bytes), {
      inflater,
    } as Parameters<typeof dicomParser.parseDicom>[1]);
  } catch (thrown) {
    const detail = thrown !== null && typeof thrown === 'object' && 'exception' in thrown ? thrown.exception : thrown;
    const line = firstLine(detail).replace(/^dicomParser[.:]\w+: ?/, '');
    const cut = /overrun|past the end|greater than or equal|maxPosition/.test(line);
    throw damaged(source, DICOM_TITLE, cut ? 'it ends in the middle of an element' : line, thrown);
  }
  const syntax = data.string('x00020010') ?? IMPLICIT_LITTLE;
  return { data, syntax, littleEndian: syntax !== EXPLICIT_BIG, frameGroups: frameGroups(data) };
}

/** The parser requires a preamble, the mark and a transfer syntax; this adds them to files that were stored without. */
function withPreamble(bytes: Uint8Array, bare: string): Uint8Array {
  const mark = [0x44, 0x49, 0x43, 0x4d];
  const uid = bare.length % 2 === 0 ? bare : `${bare}\0`;
  const syntax = [2, 0, 0x10, 0, 0x55, 0x49, uid.length, 0, ...Array.from(uid, (c) => c.charCodeAt(0))];
  const meta = bare === 'meta' ? [] : syntax;
  const whole = new Uint8Array(128 + mark.length + meta.length + bytes.length);
  whole.set(mark, 128);
  whole.set(meta, 132);
  whole.set(bytes, 132 + meta.length);
  return whole;
}

function inflated(array: Uint8Array, position: number): Uint8Array {
  const body = inflateRawSync(array.subarray(position), { maxOutputLength: MAX_FILE_BYTES });
  return joined(array.subarray(0, position), body);
}

function joined(head: Uint8Array, body: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}

function frameGroups(data: DataSet): DataSet[] {
  const groups: DataSet[] = [];
  // Per-frame (5200,9230) before shared (5200,9229).
  for (const tag of ['x52009230', 'x52009229']) {
    const item = own(data.elements, tag)?.items?.[0]?.dataSet;
    for (const element of Object.values(item?.elements ?? {})) {
      const inner = element.items?.[0]?.dataSet;
      if (inner !== undefined) groups.push(inner);
    }
  }
  return groups;
}

/** The first data set that has the element: the file's own, else the first frame's functional groups. */
export function holderOf(file: DicomFile, tag: string): DataSet | undefined {
  return [file.data, ...file.frameGroups].find((data) => (own(data.elements, tag)?.length ?? 0) > 0);
}

/** The numbers of a decimal or integer string element ('2048\\1024'). */
export function decimals(file: DicomFile, tag: string): number[] {
  const text = holderOf(file, tag)?.string(tag) ?? '';
  return text === '' ? [] : text.split('\\').map(Number).filter(Number.isFinite);
}

export function text(file: DicomFile, tag: string): string {
  return holderOf(file, tag)?.string(tag) ?? '';
}

/** The first item of a sequence. */
export function firstItem(file: DicomFile, tag: string): DataSet | undefined {
  return own(holderOf(file, tag)?.elements, tag)?.items?.[0]?.dataSet;
}

export function pixelElement(file: DicomFile): Element | undefined {
  return file.data.elements[PIXEL_DATA];
}
