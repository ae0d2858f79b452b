import { greatest } from '../../lists.ts';
import { own, table } from '../../tables.ts';
import { type DataSet, type DicomFile, decimals, type Element, firstItem, text } from './dataset.ts';
import type { PixelLayout } from './pixelModule.ts';
import { expandedTable } from './segmentedTable.ts';

/** A lookup table element pair (PS3.3 C.11.1.1): entries for `first`, `first + 1` …; the ends repeat. */
interface Lut {
  readonly first: number;
  readonly entries: ArrayLike<number>;
  /** Largest value an entry can have. */
  readonly top: number;
}

/** `count` entries of so many bits from an element's data; null if it is damaged. */
type ReadEntries = (item: DataSet, tag: string, element: Element, count: number, bits: number) => Lut['entries'] | null;

function readLut(
  item: DataSet,
  descriptorTag: string,
  dataTag: string,
  signed: boolean,
  readEntries: ReadEntries = plainEntries,
): Lut | null {
  const element = own(item.elements, dataTag);
  const descriptor = [0, 1, 2].map((i) => item.uint16(descriptorTag, i));
  if (element === undefined || descriptor.includes(undefined)) return null;
  const count = descriptor[0] === 0 ? 65536 : descriptor[0]!;
  const first = signed ? (descriptor[1]! << 16) >> 16 : descriptor[1]!;
  const bits = descriptor[2]!;
  if (bits < 1 || bits > 16 || element.dataOffset + element.length > item.byteArray.length) return null;
  const entries = readEntries(item, dataTag, element, count, bits);
  return entries && { first, entries, top: 2 ** bits - 1 };
}

const plainEntries: ReadEntries = (item, tag, element, count) => {
  const wide = element.length >= 2 * count;
  if (!wide && element.length < count) return null;
  return wide
    ? Uint16Array.from({ length: count }, (_, i) => item.uint16(tag, i) ?? 0)
    : item.byteArray.subarray(element.dataOffset, element.dataOffset + count);
};

const segmentedEntries: ReadEntries = (item, tag, element, count, bits) => {
  const wide = bits > 8;
  const words = wide
    ? Array.from({ length: element.length >> 1 }, (_, i) => item.uint16(tag, i) ?? 0)
    : item.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
  return expandedTable(words, wide, count);
};

function lookUp(lut: Lut, value: number): number {
  const index = Math.min(lut.entries.length - 1, Math.max(0, Math.trunc(value) - lut.first));
  return lut.entries[index]!;
}

/** Stored values → the modality's own (Hounsfield units, optical density …), by LUT or rescale slope and intercept. */
export function modalityTransform(file: DicomFile, layout: PixelLayout): ((stored: number) => number) | null {
  const item = firstItem(file, 'x00283000');
  const lut = item && readLut(item, 'x00283002', 'x00283006', layout.signed);
  if (lut) return (stored) => lookUp(lut, stored);
  const slope = decimals(file, 'x00281053')[0] ?? 1;
  const intercept = decimals(file, 'x00281052')[0] ?? 0;
  return slope === 1 && intercept === 0 ? null : (stored) => stored * slope + intercept;
}

export interface Voi {
  /** Modality value → 0 … 255. */
  readonly map: (value: number) => number;
  readonly note: string;
}

type WindowFunction = (value: number, center: number, width: number) => number;

/** PS3.3 C.11.2.1.2 and .3, to 0 … 1. */
const WINDOWS = table<WindowFunction>({
  LINEAR: (value, center, width) => {
    if (value <= center - 0.5 - (width - 1) / 2) return 0;
    if (value > center - 0.5 + (width - 1) / 2) return 1;
    return (value - (center - 0.5)) / (width - 1) + 0.5;
  },
  LINEAR_EXACT: (value, center, width) => {
    if (value <= center - width / 2) return 0;
    if (value > center + width / 2) return 1;
    return (value - center) / width + 0.5;
  },
  SIGMOID: (value, center, width) => 1 / (1 + Math.exp((-4 * (value - center)) / width)),
});

/** The file's first VOI: its LUT, else its window; null if it has neither. */
export function voiTransform(file: DicomFile, layout: PixelLayout): Voi | null {
  const item = firstItem(file, 'x00283010');
  const lut = item && readLut(item, 'x00283002', 'x00283006', layout.signed);
  if (lut) return { map: (value) => (lookUp(lut, value) / lut.top) * 255, note: 'windowed by its VOI table' };
  const center = decimals(file, 'x00281050')[0];
  const width = decimals(file, 'x00281051')[0];
  if (center === undefined || width === undefined) return null;
  // One for each window; the first window is used.
  const written = text(file, 'x00281056').split('\\')[0]!.trim();
  const known = Object.hasOwn(WINDOWS, spelling(written));
  const name = known ? spelling(written) : 'LINEAR';
  const window = WINDOWS[name]!;
  if (name === 'LINEAR' ? width < 1 : width <= 0) return null;
  const suffix = name === 'LINEAR' ? '' : `, ${name}`;
  const unknown =
    known || written === ''
      ? ''
      : `; its window function ${quoted(written)} is not defined by DICOM, and is taken as LINEAR`;
  return {
    map: (value) => window(value, center, width) * 255,
    note: `windowed: centre ${center}, width ${width}${suffix}${unknown}`,
  };
}

/** DICOM's name of a window function from the file's spelling: 'linear exact'. */
function spelling(written: string): string {
  return written.toUpperCase().replace(/[\s_-]+/g, '_');
}

function quoted(written: string): string {
  return JSON.stringify(written.replace(/[^\x20-\x7e]/g, '?').slice(0, 20));
}

/** The red, green and blue tables of PALETTE COLOR; null if one is missing or damaged. */
export function paletteTables(file: DicomFile, layout: PixelLayout): readonly [Lut, Lut, Lut] | null {
  const { data } = file;
  const [red, green, blue] = [1, 2, 3].map((c) =>
    own(data.elements, `x0028120${c}`)
      ? readLut(data, `x0028110${c}`, `x0028120${c}`, layout.signed)
      : readLut(data, `x0028110${c}`, `x0028122${c}`, layout.signed, segmentedEntries),
  );
  return red && green && blue ? [red, green, blue] : null;
}

/** Stored indices through three tables, channels interleaved. */
export function throughTables(
  indices: ArrayLike<number>,
  value: (bits: number) => number,
  tables: readonly [Lut, Lut, Lut],
): { data: Uint8Array | Uint16Array; max: number } {
  const max = greatest(tables.map((table) => table.top));
  const data = max <= 255 ? new Uint8Array(indices.length * 3) : new Uint16Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.min(max, lookUp(tables[c]!, value(indices[i]!)));
  }
  return { data, max };
}
