import type { Graph, Node } from '../../graph/graph.ts';
import type { Bounds } from '../../ops/bounds.ts';
import { scalarOf } from '../../ops/families/elementwise.ts';
import { lengthOf } from '../../tensor/storedTensor.ts';
import { toNumbers } from '../../tensor/tensor.ts';

/** Recognises an element-wise operator by its results on some numbers. */
const does = (node: Node, cases: readonly (readonly [readonly number[], number])[]): boolean => {
  const f = scalarOf(node);
  const inputs = node.inputs.filter((name) => name !== '').length;
  return f !== undefined && cases.every(([x, y]) => x.length === inputs && Math.abs(f(x, false, node) - y) < 1e-9);
};

export const isElementwise = (node: Node) => scalarOf(node) !== undefined;
export const isDifference = (node: Node) => does(node, [[[5, 3], 2], [[-1, 0.5], -1.5]]); // biome-ignore format: a table
export const isQuotient = (node: Node) => does(node, [[[6, 3], 2], [[1, -4], -0.25]]); // biome-ignore format: a table
export const isExponential = (node: Node) => does(node, [[[0], 1], [[1], Math.E], [[-2], Math.exp(-2)]]); // biome-ignore format: a table

export const isLogarithm = (node: Node) => does(node, [[[1], 0], [[Math.E], 1], [[0.5], -Math.LN2]]); // biome-ignore format: a table

/** More operators than any written-out activation has. */
const DEEPEST = 24;

/**
 * The function of one number that the graph applies from an element of `base` to the same element of `top`; null if it
 * involves more than one element, or another value that depends on the image. For a constant per class, the smallest or
 * the largest element is used.
 */
export function curveBetween(
  graph: Graph,
  bounds: Bounds,
  base: string,
  top: string,
  perClass: 'least' | 'largest' = 'least',
): ((x: number) => number) | null {
  const at = (value: string, x: number, depth: number): number => {
    if (value === base) return x;
    const constant = graph.constants.get(value);
    if (constant) {
      if (constant.dtype === 'string' || lengthOf(constant) > 1 << 16) return Number.NaN;
      return toNumbers(constant).reduce((a, b) => (perClass === 'least' ? Math.min(a, b) : Math.max(a, b)));
    }
    const node = bounds.made.get(value);
    if (!node || depth > DEEPEST) return Number.NaN;
    const entry = bounds.entry(value);
    // A change of element type changes numbers only by rounding.
    if (entry?.moves || (entry?.role === 'shape' && entry.rises)) return at(node.inputs[0]!, x, depth + 1);
    const f = scalarOf(node);
    return f
      ? f(
          node.inputs.map((name) => (name ? at(name, x, depth + 1) : undefined)),
          false,
          node,
        )
      : Number.NaN;
  };
  const curve = (x: number) => at(top, x, 0);
  return Number.isNaN(curve(0.3)) && Number.isNaN(curve(-0.3)) ? null : curve;
}

/** factor · x + shift, if a curve is the sigmoid of that; null if it is not. */
export function sigmoidFit(curve: (x: number) => number): { readonly factor: number; readonly shift: number } | null {
  const odds = (x: number) => Math.log(curve(x) / (1 - curve(x)));
  const [low, middle, high] = [odds(-1), odds(0), odds(1)];
  const [factor, shift] = [rounded((high - low) / 2), rounded(middle)];
  if (!Number.isFinite(factor) || !Number.isFinite(shift) || factor === 0) return null;
  const reach = 4 / Math.abs(factor);
  const fits = [-1, -0.6, -0.2, 0.3, 0.7, 1].every((share) => {
    const x = share * reach;
    return Math.abs(curve(x) - 1 / (1 + Math.exp(-factor * x - shift))) < 1e-4;
  });
  return fits ? { factor, shift } : null;
}

/** Constants are float32, so a difference this small from a short number is rounding. */
const rounded = (x: number) => (Math.abs(x - Number(x.toPrecision(4))) < 1e-5 ? Number(x.toPrecision(4)) : x);

/** 1 if a curve rises from one end to the other, −1 if it falls, 0 if it does neither. */
export function direction(
  curve: (x: number) => number,
  places: readonly number[] = [-20, -5, -1, -0.1, 0.1, 1, 5, 20],
): 1 | -1 | 0 {
  const values = places.map(curve);
  const steps = values.slice(1).map((value, i) => value - values[i]!);
  if (steps.some(Number.isNaN) || values[0] === values.at(-1)) return 0;
  return steps.every((step) => step >= 0) ? 1 : steps.every((step) => step <= 0) ? -1 : 0;
}

/** slope · x + shift, if a curve equals that at every number; null if it bends. */
export function lineOf(curve: (x: number) => number): { readonly slope: number; readonly shift: number } | null {
  const [a, b, c] = [curve(-3), curve(0), curve(7)];
  const slope = (b - a) / 3;
  const straight = Math.abs(c - (b + 7 * slope)) < 1e-5 * Math.max(1, Math.abs(c));
  return slope !== 0 && straight ? { slope, shift: b } : null;
}

/** Whether a curve only multiplies by one positive number and adds another. */
export const isRisingLine = (curve: (x: number) => number): boolean => (lineOf(curve)?.slope ?? 0) > 0;
