// Written here because no JPEG library on npm reads 12-bit samples.

import type { ImageSource } from '../image.ts';
import { damaged, unsupportedImage } from '../limits.ts';

interface Component {
  readonly id: number;
  readonly table: number;
}

interface Huffman {
  /** By code length: smallest code, largest code (−1: none), index of the first value. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly offset: Int32Array;
  readonly values: Uint8Array;
}

const TITLE = 'DICOM';

/** Zigzag position → row-major position. */
const ZIGZAG = Uint8Array.from(
  Array.from({ length: 64 }, (_, i) => i)
    .map((i) => [i, (i >> 3) + (i & 7)] as const)
    .sort(([a, da], [b, db]) => da - db || (da % 2 === 0 ? b - a : a - b))
    .map(([i]) => i),
);

/** cos((2x + 1)uπ / 16) · C(u) / 2 */
const COSINES = Float64Array.from({ length: 64 }, (_, i) => {
  const [x, u] = [i >> 3, i & 7];
  return (Math.cos(((2 * x + 1) * u * Math.PI) / 16) * (u === 0 ? Math.SQRT1_2 : 1)) / 2;
});

/**
 * JPEG Extended (process 4): Huffman-coded sequential DCT with 12-bit samples of one component, as in DICOM's transfer
 * syntax .4.51. The inverse DCT is computed in float64. ISO/IEC 10918-1. Throws `image`.
 */
export function decodeJpeg12(source: ImageSource, bytes: Uint8Array): Uint16Array {
  const quantisation: Uint16Array[] = [];
  const dc: Huffman[] = [];
  const ac: Huffman[] = [];
  let frame: { height: number; width: number; component: Component } | null = null;
  let restart = 0;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff || bytes[at + 1] === 0xff) {
      at++;
      continue;
    }
    const marker = bytes[at + 1]!;
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    const body = bytes.subarray(at + 4, at + 2 + Math.max(2, length));
    at += 2 + Math.max(2, length);
    if (marker === 0xdb) readQuantisation(body, quantisation);
    else if (marker === 0xc4) readHuffman(source, body, dc, ac);
    else if (marker === 0xdd) restart = (body[0]! << 8) | body[1]!;
    else if (marker === 0xc0 || marker === 0xc1) frame = readFrame(source, body);
    else if (marker >= 0xc2 && marker <= 0xcf)
      throw unsupportedImage(source, TITLE, 'a 12-bit JPEG that is not sequential');
    else if (marker === 0xda) {
      const table = frame && quantisation[frame.component.table];
      const selector = body[2] ?? 0;
      const [dcTable, acTable] = [dc[selector >> 4], ac[selector & 15]];
      if (!frame || !table || !dcTable || !acTable) throw damaged(source, TITLE, 'its JPEG lacks a table');
      return decodeScan(source, bytes.subarray(at), frame, table, dcTable, acTable, restart);
    }
  }
  throw damaged(source, TITLE, 'its JPEG has no pixels');
}

function readQuantisation(body: Uint8Array, tables: Uint16Array[]): void {
  for (let at = 0; at < body.length; ) {
    const head = body[at++]!;
    const wide = head >> 4 !== 0;
    const table = new Uint16Array(64);
    for (let i = 0; i < 64; i++) {
      const value = wide ? (body[at]! << 8) | body[at + 1]! : body[at]!;
      table[ZIGZAG[i]!] = value;
      at += wide ? 2 : 1;
    }
    tables[head & 15] = table;
  }
}

function readHuffman(source: ImageSource, body: Uint8Array, dc: Huffman[], ac: Huffman[]): void {
  for (let at = 0; at + 17 <= body.length; ) {
    const head = body[at]!;
    const counts = body.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const values = body.slice(at + 17, at + 17 + total);
    if (values.length < total) throw damaged(source, TITLE, 'its JPEG code table is cut off');
    const table: Huffman = {
      low: new Int32Array(17),
      high: new Int32Array(17).fill(-1),
      offset: new Int32Array(17),
      values,
    };
    for (let size = 1, code = 0, index = 0; size <= 16; size++, code <<= 1) {
      const count = counts[size - 1]!;
      table.low[size] = code;
      table.offset[size] = index;
      if (count > 0) table.high[size] = code + count - 1;
      code += count;
      index += count;
    }
    (head >> 4 === 0 ? dc : ac)[head & 15] = table;
    at += 17 + total;
  }
}

function readFrame(source: ImageSource, body: Uint8Array) {
  if (body[5] !== 1) throw unsupportedImage(source, TITLE, 'a 12-bit JPEG in colour');
  return {
    height: (body[1]! << 8) | body[2]!,
    width: (body[3]! << 8) | body[4]!,
    component: { id: body[6]!, table: body[8]! },
  };
}

/** Bits of an entropy-coded segment; removes stuffed zeros and stops at markers. */
class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #buffer = 0;
  #left = 0;
  /** Bits that were requested beyond the end. */
  missing = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bit(): number {
    if (this.#left === 0) {
      const byte = this.#bytes[this.#at];
      const next = this.#bytes[this.#at + 1];
      if (byte === undefined || (byte === 0xff && next !== 0)) {
        this.missing++;
        return 0;
      }
      this.#at += byte === 0xff ? 2 : 1;
      this.#buffer = byte;
      this.#left = 8;
    }
    this.#left--;
    return (this.#buffer >> this.#left) & 1;
  }

  /** `count` bits as JPEG's signed magnitude (F.2.2.1, EXTEND). */
  signed(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = (value << 1) | this.bit();
    return count > 0 && value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
  }

  symbol(table: Huffman): number {
    let code = 0;
    for (let size = 1; size <= 16; size++) {
      code = (code << 1) | this.bit();
      if (code <= table.high[size]!) return table.values[table.offset[size]! + code - table.low[size]!] ?? 0;
    }
    this.missing++;
    return 0;
  }

  /** Moves to just after the next restart marker. */
  restart(): void {
    this.#left = 0;
    while (this.#at + 1 < this.#bytes.length) {
      const marker = this.#bytes[this.#at + 1]!;
      if (this.#bytes[this.#at] === 0xff && marker >= 0xd0 && marker <= 0xd7) {
        this.#at += 2;
        return;
      }
      this.#at++;
    }
  }
}

function decodeScan(
  source: ImageSource,
  bytes: Uint8Array,
  { height, width }: { height: number; width: number },
  quantisation: Uint16Array,
  dc: Huffman,
  ac: Huffman,
  restart: number,
): Uint16Array {
  const out = new Uint16Array(height * width);
  const reader = new BitReader(bytes);
  const across = Math.ceil(width / 8);
  const blocks = across * Math.ceil(height / 8);
  const block = new Float64Array(64);
  let previous = 0;
  for (let b = 0; b < blocks; b++) {
    if (restart > 0 && b > 0 && b % restart === 0) {
      reader.restart();
      previous = 0;
    }
    block.fill(0);
    previous += reader.signed(reader.symbol(dc) & 15);
    block[0] = previous * quantisation[0]!;
    for (let k = 1; k < 64; k++) {
      const symbol = reader.symbol(ac);
      const size = symbol & 15;
      if (size === 0 && symbol !== 0xf0) break;
      k += symbol >> 4;
      if (size > 0 && k < 64) block[ZIGZAG[k]!] = reader.signed(size) * quantisation[ZIGZAG[k]!]!;
    }
    if (reader.missing > 0) throw damaged(source, TITLE, 'its compressed pixels are cut off');
    writeBlock(block, out, (b % across) * 8, Math.floor(b / across) * 8, height, width);
  }
  return out;
}

const half = new Float64Array(64);

/** Inverse DCT, level shift by 2048, clipped to 12 bits. */
function writeBlock(
  block: Float64Array,
  out: Uint16Array,
  left: number,
  top: number,
  height: number,
  width: number,
): void {
  for (let v = 0; v < 8; v++) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let u = 0; u < 8; u++) sum += COSINES[x * 8 + u]! * block[v * 8 + u]!;
      half[v * 8 + x] = sum;
    }
  }
  for (let y = 0; y < 8 && top + y < height; y++) {
    for (let x = 0; x < 8 && left + x < width; x++) {
      let sum = 2048;
      for (let v = 0; v < 8; v++) sum += COSINES[y * 8 + v]! * half[v * 8 + x]!;
      out[(top + y) * width + left + x] = Math.min(4095, Math.max(0, Math.round(sum)));
    }
  }
}
