import type { Emit } from '../emit.ts';

/** How a kernel lay on what it slid over; all arrays have one number per spatial axis. */
export interface Sliding {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Begins, then ends. */
  readonly pads: readonly number[];
  readonly group: number;
  /** Size of the kernel. */
  readonly taps: readonly number[];
}

/** A value [N, C, …], or a gradient [K·N, C, …]. */
interface Slid {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Σ over images and places of `over` under each tap times `by`: the gradient of a convolution's kernel, itself a
 * convolution with strides and dilations exchanged. Exactly one of the two is a gradient with a leading axis of seeds.
 * `over` has R channels, `by` has S; the result is [K, S, R/group, …taps].
 */
function correlation(e: Emit, over: Slid, by: Slid, seeds: 'over' | 'by', sliding: Sliding): string {
  const { group, taps, strides, dilations, pads } = sliding;
  const [images, r] = over.shape as [number, number, ...number[]];
  const s = by.shape[1]!;
  const axes = taps.map((_, axis) => axis);
  const behind = (count: number) => axes.map((axis) => axis + count);
  // [K, N, G, R/G, …] → [K·R/G, G·N, …] (no seeds: [R/G, G·N, …])
  const data = e.reshape(
    e.transpose(e.reshape(over.name, [-1, images, group, r / group, ...over.shape.slice(2)]), [
      0,
      3,
      2,
      1,
      ...behind(4),
    ]),
    [-1, group * images, ...over.shape.slice(2)],
  );
  // [K, N, G, S/G, …] → [G·K·S/G, N, …]
  const kernel = e.reshape(
    e.transpose(e.reshape(by.name, [-1, images, group, s / group, ...by.shape.slice(2)]), [2, 0, 3, 1, ...behind(4)]),
    [-1, images, ...by.shape.slice(2)],
  );
  const attributes = { strides: dilations, dilations: strides, pads, group, kernel_shape: by.shape.slice(2) };
  const whole = e.op('Conv', [data, kernel], attributes);
  // What the floor in the output's size dropped lies behind the last tap.
  const cut = e.slice(whole, behind(2), axes.map(() => 0), taps); // biome-ignore format: one line
  return seeds === 'by'
    ? // [R/G, G, K, S/G, …] → [K, G, S/G, R/G, …]
      e.reshape(e.transpose(e.reshape(cut, [r / group, group, -1, s / group, ...taps]), [2, 1, 3, 0, ...behind(4)]), [
        -1,
        s,
        r / group,
        ...taps,
      ])
    : // [K, R/G, S, …] → [K, S, R/G, …]
      e.transpose(e.reshape(cut, [-1, r / group, s, ...taps]), [0, 2, 1, ...behind(3)]);
}

/** The gradient [K, M, C/g, …] of the kernel of a convolution of `x`, from the gradient of its output. */
export const ofKernel = (e: Emit, x: Slid, g: Slid, sliding: Sliding): string => correlation(e, x, g, 'by', sliding);

/** The gradient [K, C, M/g, …] of the kernel of a transposed convolution of `x`, from the gradient of its output. */
export const ofTransposedKernel = (e: Emit, x: Slid, g: Slid, sliding: Sliding): string =>
  correlation(e, g, x, 'over', sliding);

/** The gradient [K, M] of a bias per channel, from the gradient [K·N, M, …] of the output. */
export function ofBias(e: Emit, g: Slid): string {
  const apart = e.split(g.name, g.shape);
  const axes = [1, ...g.shape.slice(2).map((_, axis) => axis + 3)];
  return e.op('ReduceSum', [apart, e.ints(axes)], { keepdims: 0 });
}
