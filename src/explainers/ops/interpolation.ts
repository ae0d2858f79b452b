import { numberAttribute, stringAttribute } from '../graph/attributes.ts';
import type { Node } from '../graph/graph.ts';
import { table } from '../tables.ts';
import { checkAxisMatrix } from './axisMatrix.ts';

/**
 * How Resize reads one axis: `scale` is output over input as the model states it, which may differ from the ratio of
 * the sizes.
 */
export interface ResizedAxis {
  readonly input: number;
  readonly output: number;
  readonly scale: number;
  /** tf_crop_and_resize: the part of the axis to keep, 0 … 1. */
  readonly crop: readonly [number, number];
}

const f = Math.fround;
/** (x + ½) / scale − ½ */
const halfPixel = (x: number, scale: number): number => f(f(f(x + 0.5) / scale) - 0.5);

/**
 * The position of output x on the input, by coordinate_transformation_mode. Computed in float32 and in ONNX Runtime's
 * order, because the last bit decides which element is read if a position is on a place or half-way between two.
 */
const POSITIONS = table<(x: number, axis: ResizedAxis) => number>({
  half_pixel: (x, { scale }) => halfPixel(x, scale),
  half_pixel_symmetric: (x, { input, output, scale }) => {
    const offset = f(f(input / 2) * f(1 - f(output / f(scale * input))));
    // Its constants are doubles in ONNX Runtime.
    return f(offset + (x + 0.5) / scale - 0.5);
  },
  pytorch_half_pixel: (x, { output, scale }) => (output > 1 ? halfPixel(x, scale) : 0),
  asymmetric: (x, { scale }) => f(x / scale),
  align_corners: (x, { input, output }) => (output === 1 ? 0 : f(f(x * (input - 1)) / (output - 1))),
  tf_crop_and_resize: (x, { input, output, crop: [start, end] }) =>
    output > 1
      ? f(f(start * (input - 1)) + f(f(f(x * f(end - start)) * (input - 1)) / (output - 1)))
      : f(0.5 * f(f(start + end) * (input - 1))),
});

/** Positions this close to half-way between two places count as half-way. */
const HALF_WAY = 1e-6;

/** The nearest place; `half` decides between two that are equally near: 0 the one before, 1 the one after. */
function rounded(position: number, half: 0 | 1): number {
  const floor = Math.floor(position);
  return Math.abs(position - floor - 0.5) < HALF_WAY ? floor + half : Math.floor(position + 0.5);
}

/** The neighbour that `nearest` picks, by nearest_mode. */
const NEAREST = table<(position: number) => number>({
  round_prefer_floor: (position) => rounded(position, 0),
  round_prefer_ceil: (position) => rounded(position, 1),
  floor: Math.floor,
  ceil: Math.ceil,
});

/** The kernels that weight neighbours by their distance, and their reach. */
const KERNELS = table<{ reach: number; weigh: (distance: number, a: number) => number }>({
  linear: { reach: 1, weigh: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  cubic: { reach: 2, weigh: keys },
});

/** Keys' cubic convolution (1981). */
function keys(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/**
 * The matrix [output, input], in C order, by which Resize maps one axis; all of its modes are linear in the image.
 * Follows ONNX's reference implementation (onnx/reference/ops/op_resize.py): neighbours outside repeat the border, or
 * are left out.
 * @throws ExplainError `memory`
 */
export function interpolationMatrix(node: Node, axis: ResizedAxis): Float64Array {
  checkAxisMatrix(node, axis.output, Math.max(axis.input, 2 * reachOf(node, axis)));
  const matrix = new Float64Array(axis.output * axis.input);
  const transformation = stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel');
  const position = POSITIONS[transformation]!;
  for (let x = 0; x < axis.output; x++) {
    const at = position(x, axis);
    if (transformation === 'tf_crop_and_resize' && (at < 0 || at > axis.input - 1)) continue;
    for (const [place, weight] of neighbours(node, axis, at)) {
      matrix[x * axis.input + Math.min(Math.max(place, 0), axis.input - 1)]! += weight;
    }
  }
  return matrix;
}

/** When the image shrinks, an antialiasing kernel widens to cover all the elements it represents. */
const squeezeOf = (node: Node, { scale }: ResizedAxis): number =>
  numberAttribute(node, 'antialias', 0) === 1 ? Math.min(scale, 1) : 1;

/** How far the neighbours of a position may be away. */
const reachOf = (node: Node, axis: ResizedAxis): number =>
  (KERNELS[stringAttribute(node, 'mode', 'nearest')]?.reach ?? 0) / squeezeOf(node, axis);

function neighbours(node: Node, axis: ResizedAxis, at: number): readonly (readonly [place: number, weight: number])[] {
  const kernel = KERNELS[stringAttribute(node, 'mode', 'nearest')];
  if (!kernel) return [[NEAREST[stringAttribute(node, 'nearest_mode', 'round_prefer_floor')]!(at), 1]];
  const squeeze = squeezeOf(node, axis);
  const a = numberAttribute(node, 'cubic_coeff_a', -0.75);
  const leaveOut = numberAttribute(node, 'exclude_outside', 0) === 1;
  const reach = reachOf(node, axis);
  const found: (readonly [number, number])[] = [];
  for (let place = Math.ceil(at - reach); place <= at + reach; place++) {
    if (leaveOut && (place < 0 || place >= axis.input)) continue;
    found.push([place, kernel.weigh((place - at) * squeeze, a)]);
  }
  const total = found.reduce((sum, [, weight]) => sum + weight, 0);
  return found.map(([place, weight]) => [place, weight / total]);
}
