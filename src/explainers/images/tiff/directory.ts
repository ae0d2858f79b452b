import type { ImageSource } from '../image.ts';
import { damaged } from '../limits.ts';

/** Tags of TIFF 6.0 and its common extensions that describe the layout of the pixels in the file. */
export const TAG = {
  subfileType: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planar: 284,
  faxOptions3: 292,
  faxOptions4: 293,
  predictor: 317,
  colourMap: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  inkSet: 332,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  ycbcrCoefficients: 529,
  ycbcrSubsampling: 530,
  ycbcrPositioning: 531,
  referenceBlackWhite: 532,
  depth: 32997,
} as const;

/** Bytes of a value by its type (TIFF 6.0, BigTIFF); and how to read the integer types. */
const BYTES: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
const BYTE = new Set([1, 7]);
const SHORT = 3;
const LONG = new Set([4, 13]);
const LONG8 = new Set([16, 18]);
const MAX_ENTRIES = 4096;
const MAX_PAGES = 10_000;

interface Entry {
  /** Where the entry itself begins. */
  readonly at: number;
  readonly type: number;
  readonly count: number;
  /** Where its values begin. */
  readonly values: number;
}

/** The first page's directory of a TIFF file, as written; nothing is decoded. */
export class TiffDirectory {
  readonly little: boolean;
  /** BigTIFF: offsets of 8 bytes. */
  readonly big: boolean;
  /** Directories of the file's main chain. */
  readonly pages: number;
  readonly entries: ReadonlyMap<number, Entry>;
  readonly #view: DataView;

  /** Throws `image`. */
  constructor(source: ImageSource) {
    const { bytes } = source;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.little = bytes[0] === 0x49;
    this.big = bytes[2] === 43 || bytes[3] === 43;
    const cut = () => damaged(source, 'TIFF', 'its directory is cut off');
    if (bytes.length < (this.big ? 16 : 8)) throw cut();
    const first = this.#offset(this.big ? 8 : 4);
    const page = this.#page(first);
    if (page === null) throw cut();
    this.entries = page.entries;
    const seen = new Set([first]);
    for (let next = page.next; next !== 0 && !seen.has(next) && seen.size < MAX_PAGES; ) {
      const following = this.#page(next);
      if (following === null) break;
      seen.add(next);
      next = following.next;
    }
    this.pages = seen.size;
  }

  /** The integers of a tag; none if it is absent, of another type, or outside the file. */
  numbers(tag: number): readonly number[] {
    const entry = this.entries.get(tag);
    if (entry === undefined || !this.inFile(entry)) return [];
    const size = BYTES[entry.type]!;
    const read = this.#reader(entry.type);
    return read === null ? [] : Array.from({ length: entry.count }, (_, i) => read(entry.values + i * size));
  }

  number(tag: number): number | undefined {
    return this.numbers(tag)[0];
  }

  inFile({ type, count, values }: Entry): boolean {
    return values + (BYTES[type] ?? 0) * count <= this.#view.byteLength;
  }

  #reader(type: number): ((at: number) => number) | null {
    const view = this.#view;
    if (BYTE.has(type)) return (at) => view.getUint8(at);
    if (type === SHORT) return (at) => view.getUint16(at, this.little);
    if (LONG.has(type)) return (at) => view.getUint32(at, this.little);
    return LONG8.has(type) ? (at) => Number(view.getBigUint64(at, this.little)) : null;
  }

  #offset(at: number): number {
    return this.big ? Number(this.#view.getBigUint64(at, this.little)) : this.#view.getUint32(at, this.little);
  }

  #page(at: number): { entries: Map<number, Entry>; next: number } | null {
    const view = this.#view;
    const [head, size, link] = this.big ? [8, 20, 8] : [2, 12, 4];
    if (at < 8 || at + head > view.byteLength) return null;
    const count = this.big ? Number(view.getBigUint64(at, this.little)) : view.getUint16(at, this.little);
    const end = at + head + count * size;
    if (count === 0 || count > MAX_ENTRIES || end > view.byteLength) return null;
    const entries = new Map<number, Entry>();
    for (let i = 0; i < count; i++) {
      const entry = at + head + i * size;
      const tag = view.getUint16(entry, this.little);
      const type = view.getUint16(entry + 2, this.little);
      const length = this.big
        ? Number(view.getBigUint64(entry + 4, this.little))
        : view.getUint32(entry + 4, this.little);
      const inside = entry + (this.big ? 12 : 8);
      const values = (BYTES[type] ?? 0) * length <= link ? inside : this.#offset(inside);
      if (!entries.has(tag)) entries.set(tag, { at: entry, type, count: length, values });
    }
    // If a file ends with its last directory, there is no next one.
    return { entries, next: end + link <= view.byteLength ? this.#offset(end) : 0 };
  }
}
