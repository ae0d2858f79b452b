import { RandomState } from '../../numerics/randomMt19937.ts';

/** Rows of masks: 1 keeps a segment, 0 hides it. */
export interface MaskRows {
  /** [count, width], row by row. */
  readonly rows: Uint8Array;
  readonly count: number;
  readonly width: number;
}

/** How LIME draws its masks; in all of them, each row by itself is a fair coin per segment. */
export const SAMPLINGS = {
  balanced:
    'in pairs of a mask and its opposite, and in blocks in which every two segments are hidden together equally often: the same limit with fewer samples',
  paired: 'in pairs of a mask and its opposite',
  independent: 'a coin per segment and sample, drawn as the lime library draws them for this seed',
  drawn: 'a coin per segment and sample, where the fit leaves the whole image out, as in captum',
} as const;

export type Sampling = keyof typeof SAMPLINGS;

/** `count` masks of `width` segments; the first keeps all. */
export function limeMasks(sampling: Sampling, count: number, width: number, seed: number): MaskRows {
  const random = new RandomState(seed);
  const rows = new Uint8Array(count * width);
  DRAW[sampling](rows, count, width, random);
  rows.fill(1, 0, width);
  return { rows, count, width };
}

type Draw = (rows: Uint8Array, count: number, width: number, random: RandomState) => void;

const DRAW: Readonly<Record<Sampling, Draw>> = {
  independent: (rows, _count, _width, random) => {
    // The library first draws a seed for the segmentation, which has no further effect.
    random.integer(0, 1000);
    for (let i = 0; i < rows.length; i++) rows[i] = random.integer(0, 2);
  },
  drawn: (rows, _count, _width, random) => {
    for (let i = 0; i < rows.length; i++) rows[i] = random.integer(0, 2);
  },
  paired: (rows, count, width, random) => {
    for (let r = 1; r < count; r += 2) {
      for (let i = 0; i < width; i++) rows[r * width + i] = random.integer(0, 2);
      opposite(rows, r, r + 1, count, width);
    }
  },
  /**
   * Blocks of a Sylvester–Hadamard matrix. Each segment gets one of its columns, and a coin decides whether it is
   * inverted, so that a row by itself is uniform while the columns of a block are orthogonal. Pairs also make them
   * orthogonal to all products of two.
   */
  balanced: (rows, count, width, random) => {
    const order = 2 ** Math.ceil(Math.log2(width + 1));
    for (let start = 1; start < count; start += 2 * order) {
      const columns = random.permutation(order - 1);
      const turned = Uint8Array.from({ length: width }, () => random.integer(0, 2));
      const sequence = random.permutation(order);
      // Orthogonal rows first and all their opposites after them, so that a first fit needs no more rows than segments.
      for (let k = 0; k < order && start + k < count; k++) {
        const row = (start + k) * width;
        for (let i = 0; i < width; i++) rows[row + i] = parity(sequence[k]! & (columns[i]! + 1)) ^ turned[i]!;
        opposite(rows, start + k, start + order + k, count, width);
      }
    }
  },
};

/** Row `to` hides the segments that row `from` keeps, if there is room for it. */
function opposite(rows: Uint8Array, from: number, to: number, count: number, width: number): void {
  if (to >= count) return;
  for (let i = 0; i < width; i++) rows[to * width + i] = 1 - rows[from * width + i]!;
}

/** Whether the number of ones among the bits is odd. */
function parity(bits: number): number {
  let rest = bits;
  for (const shift of [16, 8, 4, 2, 1]) rest ^= rest >>> shift;
  return rest & 1;
}
