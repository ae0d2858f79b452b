import type { Size } from '../src/explainers/contracts/geometry.ts';

export interface BandTiffOptions {
  /** What the first samples mean: 1 grey, 2 RGB. */
  readonly photometric?: 1 | 2;
  /** Each band in a strip of its own. */
  readonly planar?: boolean;
}

const [SHORT, LONG] = [3, 4];

/** An uncompressed TIFF with any number of bands. @param data [height, width, bands] */
export function bandTiff(
  [height, width]: Size,
  bands: number,
  data: Uint8Array | Uint16Array | Float32Array,
  { photometric = 1, planar = false }: BandTiffOptions = {},
): Uint8Array {
  const bits = 8 * data.BYTES_PER_ELEMENT;
  const colour = photometric === 2 ? 3 : 1;
  const extra = Array.from({ length: bands - colour }, () => 0);
  const parts = planar ? bands : 1;
  const each = data.byteLength / parts;
  const entries: [tag: number, type: number, values: readonly number[]][] = [
    [256, LONG, [width]],
    [257, LONG, [height]],
    [258, SHORT, Array.from({ length: bands }, () => bits)],
    [259, SHORT, [1]],
    [262, SHORT, [photometric]],
    [273, LONG, []],
    [277, SHORT, [bands]],
    [278, LONG, [height]],
    [279, LONG, Array.from({ length: parts }, () => each)],
    [284, SHORT, [planar ? 2 : 1]],
    ...(extra.length > 0 ? [[338, SHORT, extra] as [number, number, number[]]] : []),
    [339, SHORT, Array.from({ length: bands }, () => (data instanceof Float32Array ? 3 : 1))],
  ];
  const start = 8 + 2 + 12 * entries.length + 4;
  const sizes = entries.map(([tag, type, values]) => (type === SHORT ? 2 : 4) * (tag === 273 ? parts : values.length));
  const spill = sizes.reduce((sum, size) => sum + (size > 4 ? size + (size % 4) : 0), 0);
  const pixels = start + spill;
  entries[5]![2] = Array.from({ length: parts }, (_, i) => pixels + i * each);
  const out = new Uint8Array(pixels + data.byteLength);
  const view = new DataView(out.buffer);
  out.set([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  view.setUint16(8, entries.length, true);
  let far = start;
  for (const [i, [tag, type, values]] of entries.entries()) {
    const at = 10 + 12 * i;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, values.length, true);
    const place = sizes[i]! > 4 ? far : at + 8;
    if (sizes[i]! > 4) {
      view.setUint32(at + 8, far, true);
      far += sizes[i]! + (sizes[i]! % 4);
    }
    for (const [k, value] of values.entries()) {
      if (type === SHORT) view.setUint16(place + 2 * k, value, true);
      else view.setUint32(place + 4 * k, value, true);
    }
  }
  const ordered = planar ? byBand(data, bands) : data;
  out.set(new Uint8Array(ordered.buffer, ordered.byteOffset, ordered.byteLength), pixels);
  return out;
}

function byBand<T extends Uint8Array | Uint16Array | Float32Array>(data: T, bands: number): T {
  const out = data.slice() as T;
  const pixels = data.length / bands;
  for (let i = 0; i < pixels; i++) for (let b = 0; b < bands; b++) out[b * pixels + i] = data[i * bands + b]!;
  return out;
}
