import type { RandomSource } from '../../src/explainers/numerics/random.ts';

/** An integer in [0, n); 0 where n is 0. */
export const below = (random: RandomSource, n: number) => (n > 0 ? random.integer(0, n) : 0);

export const pick = <T>(random: RandomSource, list: readonly T[]): T => list[below(random, list.length)]!;

type Edit = (bytes: Buffer, random: RandomSource) => Buffer;

const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

const edits: readonly Edit[] = [
  function flip(bytes, random) {
    for (let n = 1 + below(random, 8); n > 0 && bytes.length > 0; n--) {
      bytes[below(random, bytes.length)]! ^= 1 << below(random, 8);
    }
    return bytes;
  },
  function replace(bytes, random) {
    for (let n = 1 + below(random, 4); n > 0 && bytes.length > 0; n--) {
      bytes[below(random, bytes.length)] = below(random, 256);
    }
    return bytes;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, below(random, bytes.length));
  },
  function edge(bytes, random) {
    const width = pick(random, [1, 2, 4]);
    if (bytes.length < width) return bytes;
    const at = below(random, bytes.length - width + 1);
    const value = pick(random, EDGES) % 2 ** (8 * width);
    if (random.random() < 0.5) bytes.writeUIntLE(value, at, width);
    else bytes.writeUIntBE(value, at, width);
    return bytes;
  },
  function remove(bytes, random) {
    const at = below(random, bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 64))]);
  },
  function repeat(bytes, random) {
    const at = below(random, bytes.length);
    const part = bytes.subarray(at, at + 1 + below(random, 64));
    return Buffer.concat([
      bytes.subarray(0, at),
      ...Array<Buffer>(1 + below(random, 20)).fill(part),
      bytes.subarray(at),
    ]);
  },
  function move(bytes, random) {
    bytes.copyWithin(below(random, bytes.length), below(random, bytes.length), below(random, bytes.length));
    return bytes;
  },
  function insert(bytes, random) {
    const at = below(random, bytes.length);
    const noise = Buffer.from(Array.from({ length: 1 + below(random, 16) }, () => below(random, 256)));
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
];

/** The bytes with one to three random edits; never the same array. */
export function damagedBytes(bytes: Uint8Array, random: RandomSource): Uint8Array {
  let damaged: Buffer = Buffer.from(bytes);
  for (let n = 1 + below(random, 3); n > 0; n--) damaged = pick(random, edits)(damaged, random);
  return damaged;
}
