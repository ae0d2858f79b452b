import { deflateSync } from 'node:zlib';

/** A TIFF to be written: the numbers of its tags in addition to those that follow from the strips. */
export interface TiffSpec {
  readonly little: boolean;
  readonly big: boolean;
  readonly tags: Readonly<Record<number, number | readonly number[]>>;
  /** Decoded bytes of each strip, in the file's byte order. */
  readonly strips: readonly Uint8Array[];
  readonly deflate?: boolean;
  /** Tags that say nothing of the pixels, as scanners and microscopes write them. */
  readonly foreign?: boolean;
}

/** The file, and where its strips lie. */
export function writeTiff({ little, big, tags, strips, deflate = false, foreign = false }: TiffSpec) {
  const stored = strips.map((strip) => (deflate ? deflateSync(strip) : strip));
  const head = big ? 16 : 8;
  const offsets: number[] = [];
  let at = head;
  for (const strip of stored) {
    offsets.push(at);
    at += strip.length + (strip.length % 2);
  }
  const all: Record<number, number | readonly number[]> = { ...tags };
  if (deflate) all[259] = 8;
  if (foreign) {
    all[65001] = [1, 2, 3, 4, 5];
    all[700] = 7;
  }
  all[273] = offsets;
  all[279] = stored.map((strip) => strip.length);
  const entries = Object.entries(all).sort(([a], [b]) => Number(a) - Number(b));
  const [countBytes, entryBytes, linkBytes] = big ? [8, 20, 8] : [2, 12, 4];
  const valuesAt = at + countBytes + entries.length * entryBytes + linkBytes;
  const bytes = new Uint8Array(valuesAt + entries.reduce((sum, [, v]) => sum + 4 * [v].flat().length, 0));
  const view = new DataView(bytes.buffer);
  const offset = (to: number, value: number) =>
    big ? view.setBigUint64(to, BigInt(value), little) : view.setUint32(to, value, little);
  bytes.set(little ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, big ? 43 : 42, little);
  if (big) view.setUint16(4, 8, little);
  offset(big ? 8 : 4, at);
  for (const [i, strip] of stored.entries()) bytes.set(strip, offsets[i]!);
  if (big) view.setBigUint64(at, BigInt(entries.length), little);
  else view.setUint16(at, entries.length, little);
  let outside = valuesAt;
  for (const [i, [tag, value]] of entries.entries()) {
    const values = [value].flat();
    const entry = at + countBytes + i * entryBytes;
    view.setUint16(entry, Number(tag), little);
    view.setUint16(entry + 2, 4, little);
    offset(entry + 4, values.length);
    const inside = 4 * values.length <= linkBytes;
    if (!inside) offset(entry + (big ? 12 : 8), outside);
    for (const [k, v] of values.entries())
      view.setUint32((inside ? entry + (big ? 12 : 8) : outside) + 4 * k, v, little);
    if (!inside) outside += 4 * values.length;
  }
  return { bytes, strips: stored.map((strip, i) => ({ offset: offsets[i]!, length: strip.length })) };
}
