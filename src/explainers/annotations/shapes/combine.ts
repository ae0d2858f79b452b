/**
 * How the masks of several shapes or readers become one: a pixel is set if it is set in any, most (at least half), or
 * all of them.
 */
export type CombineRule = 'union' | 'majority' | 'intersection';

const NEEDED: Readonly<Record<CombineRule, (masks: number) => number>> = {
  union: () => 1,
  majority: (masks) => masks / 2,
  intersection: (masks) => masks,
};

/** Combines masks on the same grid into one; none is an error, because its size would be unknown. */
export function combineMasks(masks: readonly Uint8Array[], rule: CombineRule): Uint8Array {
  const [first] = masks;
  if (!first || masks.some(({ length }) => length !== first.length))
    throw new RangeError('masks of one size are needed');
  const needed = NEEDED[rule](masks.length);
  return first.map((_, i) => (masks.reduce((votes, mask) => votes + (mask[i] ? 1 : 0), 0) >= needed ? 1 : 0));
}
