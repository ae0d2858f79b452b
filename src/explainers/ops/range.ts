import type { Node } from '../graph/graph.ts';
import { greatest, least } from '../lists.ts';

/** Bounds that hold for every element of a value and every image; ±∞ if there is none. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * A combination of all elements along some axes: their sum, the sum of their sizes, their Euclidean norm, the largest,
 * or log Σ exp.
 */
export type Total = 'sum' | 'sizes' | 'norm' | 'largest' | 'logSumExp';

/** What an operator's range rule knows about a node. */
export interface RangeContext {
  readonly node: Node;
  /** Bounds of input `i`; undefined if they are unknown, or the input is absent. */
  x(i: number): Range | undefined;
  /**
   * How input `i` was computed from input `of`: as one of its totals (see `total` of an operator's entry), if it was.
   */
  totalOf(i: number, of: number): Total | undefined;
  /** Whether input `i` is input `of` plus a value that is not negative. */
  atLeast(i: number, of: number): boolean;
  /** How many elements of input 0 contribute to each element of the output; undefined if a shape is unknown. */
  readonly perElement: number | undefined;
}

export type RangeRule = (c: RangeContext) => Range | undefined;

const { NEGATIVE_INFINITY: LOWEST, POSITIVE_INFINITY: HIGHEST } = Number;

export const ANYTHING: Range = { low: LOWEST, high: HIGHEST };
export const UNIT: Range = { low: 0, high: 1 };
const SIGNED_UNIT: Range = { low: -1, high: 1 };
const NOT_NEGATIVE: Range = { low: 0, high: HIGHEST };
const NOT_POSITIVE: Range = { low: LOWEST, high: 0 };

export const within =
  (range: Range): RangeRule =>
  () =>
    range;
export const unit = within(UNIT);
export const signedUnit = within(SIGNED_UNIT);
export const notNegative = within(NOT_NEGATIVE);
export const notPositive = within(NOT_POSITIVE);

/** Input 0's own elements, or means of them. */
export const ofFirst: RangeRule = (c) => c.x(0);

/** Elements of any of the inputs, except absent ones; unknown if one of them is unknown. */
export const ofSome =
  (...inputs: readonly number[]): RangeRule =>
  (c) => {
    const chosen = inputs.length > 0 ? inputs : c.node.inputs.flatMap((name, i) => (name ? [i] : []));
    return union(chosen.map((i) => c.x(i)));
  };

function union(ranges: readonly (Range | undefined)[]): Range | undefined {
  let all: Range | undefined;
  for (const range of ranges) {
    if (!range) return undefined;
    all = all ? { low: Math.min(all.low, range.low), high: Math.max(all.high, range.high) } : range;
  }
  return all;
}

/** An increasing (or decreasing) function of input 0. */
export const monotone =
  (f: (x: number, node: Node) => number): RangeRule =>
  (c) => {
    const x = c.x(0);
    if (!x) return undefined;
    const ends = [f(x.low, c.node), f(x.high, c.node)];
    return ends.some(Number.isNaN)
      ? ANYTHING
      : { low: least(ends as [number, number]), high: greatest(ends as [number, number]) };
  };

/** Input 0's elements, and the fill of the border (input 2, else 0). */
export const ofPadded: RangeRule = (c) => union([c.x(0), c.node.inputs[2] ? c.x(2) : { low: 0, high: 0 }]);

/** The bounds of a pool that may count borders of zeros. */
export const ofPool: RangeRule = (c) => union([c.x(0), { low: 0, high: 0 }]);

/**
 * A linear map may have either sign, unless weights, data and bias are all free of one. Weights come first because they
 * usually decide.
 */
export const ofLinear: RangeRule = (c) => {
  for (let i = c.node.inputs.length - 1; i >= 0; i--) {
    if (c.node.inputs[i] && !((c.x(i)?.low ?? LOWEST) >= 0)) return ANYTHING;
  }
  return NOT_NEGATIVE;
};

type Corner = (a: number, b: number) => number;

/** 0 · ∞ is 0 here: a factor of 0 stays 0, however large the other one. */
const product: Corner = (a, b) => (a === 0 || b === 0 ? 0 : a * b);

function corners(f: Corner, a: Range | undefined, b: Range | undefined): Range | undefined {
  if (!a || !b) return undefined;
  const all = [f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)] as const;
  return all.some(Number.isNaN) ? ANYTHING : { low: least(all), high: greatest(all) };
}

const sum: Corner = (a, b) => a + b;

function addRanges(a: Range | undefined, b: Range | undefined): Range | undefined {
  // A value without bounds has none after an addition either, so the other operand need not be known.
  if (isAnything(a) || isAnything(b)) return ANYTHING;
  return a && b ? { low: sum(a.low, b.low), high: sum(a.high, b.high) } : undefined;
}

export const isAnything = (range: Range | undefined) => range?.low === LOWEST && range.high === HIGHEST;

export const ofSum: RangeRule = (c) => c.node.inputs.map((_, i) => c.x(i)).reduce(addRanges);

export const ofDifference: RangeRule = (c) => {
  const total = c.totalOf(1, 0);
  if (total === 'largest' || total === 'logSumExp') return NOT_POSITIVE;
  if (c.atLeast(1, 0)) return NOT_POSITIVE;
  const b = c.x(1);
  return addRanges(c.x(0), b && { low: -b.high, high: -b.low });
};

export const ofProduct: RangeRule = (c) => {
  const [a, b] = [c.x(0), c.x(1)];
  const found = corners(product, a, b);
  return found && c.node.inputs[0] === c.node.inputs[1] ? { ...found, low: Math.max(0, found.low) } : found;
};

export const ofQuotient: RangeRule = (c) => {
  const [a, b] = [c.x(0), c.x(1)];
  // A fraction of a total, or e / (1 + e).
  const total = c.totalOf(1, 0);
  if (a && a.low >= 0 && ((total && total !== 'logSumExp') || c.atLeast(1, 0))) return UNIT;
  if (total === 'sizes' || total === 'norm') return SIGNED_UNIT;
  const inverse = b && reciprocal(b);
  return inverse ? corners(product, a, inverse) : a && b ? ANYTHING : undefined;
};

/** For numbers of one sign. */
function reciprocal({ low, high }: Range): Range {
  if (low >= 0) return { low: 1 / high, high: low === 0 ? HIGHEST : 1 / low };
  return high < 0 ? { low: 1 / high, high: 1 / low } : ANYTHING;
}

export const ofReciprocal: RangeRule = (c) => {
  const x = c.x(0);
  return x && reciprocal(x);
};

export const ofMean: RangeRule = (c) => {
  const whole = ofSum(c);
  const n = c.node.inputs.length;
  return whole && { low: whole.low / n, high: whole.high / n };
};

export const ofLargest: RangeRule = (c) => extreme(c, Math.max);
export const ofSmallest: RangeRule = (c) => extreme(c, Math.min);

function extreme(c: RangeContext, pick: Corner): Range | undefined {
  const given = c.node.inputs.map((_, i) => c.x(i));
  if (given.some((range) => !range)) return undefined;
  return given.reduce((a, b) => ({ low: pick(a!.low, b!.low), high: pick(a!.high, b!.high) }));
}

/** Between two bounds, either of which may be absent. */
export const ofClip: RangeRule = (c) => {
  const given = (i: number, otherwise: Range) => (c.node.inputs[i] ? (c.x(i) ?? ANYTHING) : otherwise);
  const [low, high] = [given(1, { low: LOWEST, high: LOWEST }), given(2, { low: HIGHEST, high: HIGHEST })];
  const x = c.x(0) ?? ANYTHING;
  const clipped = {
    low: Math.min(Math.max(x.low, low.low), high.low),
    high: Math.min(Math.max(x.high, low.high), high.high),
  };
  return c.x(0) || (clipped.low > LOWEST && clipped.high < HIGHEST) ? clipped : undefined;
};

export const ofPower: RangeRule = (c) => {
  const [base, power] = [c.x(0), c.x(1)];
  if (!base || !power) return undefined;
  if (base.low >= 0) return corners((a, b) => a ** b, base, power);
  return power.low === power.high && power.low % 2 === 0 ? NOT_NEGATIVE : ANYTHING;
};

export const ofAbsolute: RangeRule = (c) => {
  const x = c.x(0);
  if (!x) return undefined;
  const high = Math.max(Math.abs(x.low), Math.abs(x.high));
  return { low: x.low <= 0 && x.high >= 0 ? 0 : Math.min(Math.abs(x.low), Math.abs(x.high)), high };
};

export const ofTotal: RangeRule = (c) => {
  const x = c.x(0);
  const n = c.perElement;
  if (!x) return undefined;
  if (n === undefined) return x.low >= 0 ? NOT_NEGATIVE : ANYTHING;
  return { low: product(x.low, n), high: product(x.high, n) };
};

export const ofProducts: RangeRule = (c) => {
  const x = c.x(0);
  return x && (x.low >= 0 && x.high <= 1 ? UNIT : x.low >= 0 ? NOT_NEGATIVE : ANYTHING);
};

/** Divided by a norm, so none is larger than 1. */
export const ofNormalised: RangeRule = (c) => ((c.x(0)?.low ?? LOWEST) >= 0 ? UNIT : SIGNED_UNIT);

/** (x − zero point) · scale with one scale for all. */
export const ofDequantized: RangeRule = (c) => {
  const [x, scale, zero] = [c.x(0), c.x(1), c.node.inputs[2] ? c.x(2) : { low: 0, high: 0 }];
  return corners(product, addRanges(x, zero && { low: -zero.high, high: -zero.low }), scale);
};

export const ofQuantized: RangeRule = (c) => {
  const [x, scale, zero] = [c.x(0), c.x(1), c.node.inputs[2] ? c.x(2) : { low: 0, high: 0 }];
  return addRanges(corners(product, x, scale && reciprocal(scale)), zero);
};
