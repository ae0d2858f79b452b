import { numberAttribute, stringAttribute } from '../graph/attributes.ts';
import { least } from '../lists.ts';
import { sizeOf, toNumbers } from '../tensor/tensor.ts';
import { isStatic, misfit } from './elements.ts';
import type { InferContext, OpEntry } from './op.ts';

/**
 * What a runtime trusts of operators that have no entry: it ends the process instead of throwing an error. Those with
 * one declare it there (`refuses`).
 */
const CHECKS: ReadonlyMap<string, (c: InferContext) => void> = new Map([
  ['Multinomial', (c) => atMost(c, 'sample_size', 2 ** 24)],
  ['TreeEnsembleRegressor', (c) => atMost(c, 'n_targets', 2 ** 20)],
  ['SVMRegressor', (c) => atMost(c, 'n_targets', 2 ** 20)],
  ...['HannWindow', 'HammingWindow', 'BlackmanWindow'].map((op) => [op, hasShortWindow] as const),
]);

/**
 * Refuses a node that is known to end the process of ONNX Runtime, or to keep it busy for minutes.
 * @param sameName the entry of that name in ONNX's own domain: operators of the same name in others trust the same
 * @param declared whether the node's operator has an entry, which checks its inputs
 * @throws ExplainError `model`
 */
export function checkDeadly(c: InferContext, sameName: OpEntry | undefined, declared: boolean): void {
  if (sameName) sameName.refuses?.(c);
  else CHECKS.get(c.node.op)?.(c);
  if (!declared) hasElements(c);
}

/** Many operators divide by the sizes of their inputs, or read the first element, without a look. */
function hasElements(c: InferContext): void {
  const empty = c.types.findIndex((type) => type?.shape?.includes(0));
  if (empty >= 0)
    throw misfit(c, `reads an empty value, '${c.node.inputs[empty]}' [${c.types[empty]!.shape!.join(', ')}]`);
}

/** The standard deviation that it draws with is a positive number. */
export function hasSpread(c: InferContext): void {
  const scale = numberAttribute(c.node, 'scale', 1);
  if (!(scale > 0 && Number.isFinite(scale))) throw misfit(c, `has the standard deviation ${scale}`);
}

/** The range that it draws from is one. */
export function hasRange(c: InferContext): void {
  const [low, high] = [numberAttribute(c.node, 'low', 0), numberAttribute(c.node, 'high', 1)];
  if (!(low < high && Number.isFinite(high - low))) throw misfit(c, `draws numbers from ${low} to ${high}`);
}

function hasShortWindow(c: InferContext): void {
  const size = c.constant(0);
  const [samples = 1] = size ? toNumbers(size) : [];
  if (!(samples >= 0 && samples <= 2 ** 24)) throw misfit(c, `makes a window of ${samples} samples`);
}

function atMost(c: InferContext, name: string, most: number): void {
  const value = numberAttribute(c.node, name, 1);
  if (!(value >= 1 && value <= most)) throw misfit(c, `has ${value} in its attribute '${name}'`);
}

/** Its attribute is one of these, or absent. */
export function oneOf(c: InferContext, name: string, known: readonly string[]): void {
  const value = stringAttribute(c.node, name, known[0]);
  if (!known.includes(value)) throw misfit(c, `has '${value}' in its attribute '${name}', not ${known.join(' or ')}`);
}

/** Input `i` is a single number. */
export function isOne(c: InferContext, i: number): void {
  const shape = c.types[i]?.shape;
  if (isStatic(shape) && sizeOf(shape) !== 1)
    throw misfit(c, `takes one number for its input ${i}, not [${shape.join(', ')}]`);
}

/** Each input has its batch axes, and at least one more. */
export function countsBatches(c: InferContext): void {
  const count = numberAttribute(c.node, 'batch_dims', 0);
  const fewest = least(c.types.map((type) => type?.shape?.length ?? 64));
  if (!(count >= 0 && count < fewest)) throw misfit(c, `has ${count} batch axes`);
}
