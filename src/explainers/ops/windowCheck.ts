import { numberAttribute, numbersAttribute, stringAttribute } from '../graph/attributes.ts';
import type { Dim } from '../graph/graph.ts';
import { misfit } from './elements.ts';
import type { InferContext } from './op.ts';
import { extent } from './window.ts';

/** Runtimes compute memory sizes from these numbers without checking them. */
const LARGEST = 2 ** 31 - 1;
const AUTO_PADS: ReadonlySet<string> = new Set(['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER']);

const isWhole = (from: number) => (value: number) => Number.isInteger(value) && value >= from && value <= LARGEST;

/** An attribute with one number (or `times` numbers) per spatial axis. */
function perAxis(c: InferContext, name: string, rank: number, from: number, times = 1): readonly number[] {
  const values = numbersAttribute(c.node, name, Array<number>(rank * times).fill(from));
  if (values.length !== rank * times) {
    throw misfit(c, `has ${values.length} numbers in its attribute '${name}' for ${rank} spatial axes`);
  }
  const wrong = values.find((value) => !isWhole(from)(value));
  if (wrong !== undefined) throw misfit(c, `has ${wrong} in its attribute '${name}'`);
  return values;
}

/**
 * Checks that what a convolution or a pool declares about its window is consistent, because an inconsistency crashes
 * the runtime's process instead of raising an error there.
 * @param kernel sizes of the kernel, one per spatial axis
 * @throws ExplainError `model`
 */
export function checkWindow(
  c: InferContext,
  x: readonly Dim[],
  kernel: readonly number[],
  most: 'kernel' | 'any',
): void {
  const rank = x.length - 2;
  if (rank < 1 || kernel.length !== rank) {
    throw misfit(c, `has a kernel of ${kernel.length} axes for an input of shape [${x.join(', ')}]`);
  }
  const odd = kernel.find((size) => !isWhole(1)(size));
  if (odd !== undefined) throw misfit(c, `has a kernel of size ${odd}`);
  const given = numbersAttribute(c.node, 'kernel_shape', kernel);
  if (given.length !== rank || given.some((size, axis) => size !== kernel[axis])) {
    throw misfit(c, `has the kernel_shape [${given.join(', ')}], but a kernel of [${kernel.join(', ')}]`);
  }
  perAxis(c, 'strides', rank, 1);
  const dilations = perAxis(c, 'dilations', rank, 1);
  const autoPad = stringAttribute(c.node, 'auto_pad', 'NOTSET');
  if (!AUTO_PADS.has(autoPad)) throw misfit(c, `has '${autoPad}' in its attribute 'auto_pad'`);
  const pads = perAxis(c, 'pads', rank, 0, 2);
  if (most === 'kernel' && autoPad === 'NOTSET') {
    const wide = pads.findIndex((pad, i) => pad >= extent(kernel[i % rank]!, dilations[i % rank]!));
    if (wide >= 0)
      throw misfit(c, `pads by ${pads[wide]}, which is not less than its kernel of ${kernel[wide % rank]}`);
  }
}

/**
 * Checks the channels of a convolution: of its input, its kernel and its groups. A computed kernel may have an unknown
 * number of filters.
 */
export function checkChannels(c: InferContext, channels: Dim | undefined, taken: number, grouped: Dim): void {
  const group = numberAttribute(c.node, 'group', 1);
  if (!isWhole(1)(group)) throw misfit(c, `has ${group} groups`);
  if (typeof grouped === 'number' && grouped % group !== 0)
    throw misfit(c, `has ${grouped} channels in ${group} groups`);
  if (typeof channels === 'number' && channels !== taken) {
    throw misfit(c, `takes ${taken} channels, but its input has ${channels}`);
  }
}

/** Checks that an output has a positive size along each axis of known size. */
export function checkOutput(c: InferContext, sizes: readonly Dim[]): void {
  const empty = sizes.find((size) => typeof size === 'number' && !isWhole(1)(size));
  if (empty !== undefined) throw misfit(c, `leaves nothing of its input: an output size of ${empty}`);
}

/** A boolean attribute. */
export function flag(c: InferContext, name: string): boolean {
  const value = numberAttribute(c.node, name, 0);
  if (value !== 0 && value !== 1) throw misfit(c, `has ${value} in its attribute '${name}', which must be 0 or 1`);
  return value === 1;
}
