import { hasAttribute, numberAttribute, numbersAttribute, stringAttribute } from '../../graph/attributes.ts';
import type { Dim, Node, ValueType } from '../../graph/graph.ts';
import { greatest, least } from '../../lists.ts';
import { fromNumbers, isFloat } from '../../tensor/dtype.ts';
import { toNumbers } from '../../tensor/tensor.ts';
import { toldBatch } from '../batchForms.ts';
import { axisIn, isStatic, knownNumbers, misfit, typeOfInput } from '../elements.ts';
import { emitterOf, noRule } from '../gradients.ts';
import { interpolationMatrix, type ResizedAxis } from '../interpolation.ts';
import { defineOps, type InferContext, type VjpContext } from '../op.ts';
import { fromFront, unknownDim } from '../types.ts';

function axesOf(node: Node, rank: number): readonly number[] {
  const all = Array.from({ length: rank }, (_, axis) => axis);
  return hasAttribute(node, 'axes') ? numbersAttribute(node, 'axes').map((axis) => fromFront(axis, rank)) : all;
}

/** The request of the model: factors or sizes, per resized axis. */
interface Request {
  readonly scales: readonly number[] | undefined;
  readonly sizes: readonly number[] | undefined;
  readonly roi: readonly number[] | undefined;
}

/** Every axis of the data as it is resized; axes that the model does not list keep their length. */
function resizedAxes(node: Node, shape: readonly number[], request: Request): readonly ResizedAxis[] {
  const axes = axesOf(node, shape.length);
  const { scales, roi } = request;
  const sizes = request.sizes?.length ? request.sizes : undefined;
  const policy = stringAttribute(node, 'keep_aspect_ratio_policy', 'stretch');
  const factors = sizes?.map((size, i) => Math.fround(size / shape[axes[i]!]!)) ?? scales ?? [];
  const common = policy === 'not_larger' ? least(factors) : greatest(factors);
  return shape.map((input, axis) => {
    const i = axes.indexOf(axis);
    const crop = [roi?.[i] ?? 0, roi?.[i + axes.length] ?? 1] as const;
    if (i < 0) return { input, output: input, scale: 1, crop: [0, 1] };
    if (!sizes) return { input, output: Math.floor(Math.fround(input * factors[i]!)), scale: factors[i]!, crop };
    if (policy === 'stretch') return { input, output: sizes[i]!, scale: factors[i]!, crop };
    return { input, output: Math.floor(Math.fround(input * common) + 0.5), scale: common, crop };
  });
}

function infer(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  if (!shape) return [{ dtype, shape: null }];
  const [roi, scales, sizes] = [1, 2, 3].map((i) => knownNumbers(c, i));
  const axes = axesOf(c.node, shape.length).map((axis) => axisIn(c, axis, shape.length));
  const asked = sizes?.length ? sizes : scales;
  if (asked?.length && asked.length !== axes.length)
    throw misfit(c, `has ${asked.length} sizes for ${axes.length} axes`);
  if (!scales?.length && !sizes?.length) {
    return [{ dtype, shape: shape.map((dim, axis): Dim => (axes.includes(axis) ? unknownDim(c, axis) : dim)) }];
  }
  if (isStatic(shape)) {
    return [{ dtype, shape: resizedAxes(c.node, shape, { roi, scales, sizes }).map(({ output }) => output) }];
  }
  const dims = shape.map((dim, axis): Dim => {
    const i = axes.indexOf(axis);
    return i < 0 || (scales?.[i] === 1 && !sizes?.length) ? dim : (sizes?.[i] ?? unknownDim(c, axis));
  });
  return [{ dtype, shape: dims }];
}

const isCrop = (node: Node) =>
  stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize';

/** The transposed interpolation, one axis after the other. */
function vjp(c: VjpContext): readonly (string | null)[] {
  const e = emitterOf(c);
  const shape = c.shape(c.x[0]!);
  const [roi, scales, sizes] = [1, 2, 3].map((i) => {
    const tensor = c.x[i] ? c.constant(c.x[i]) : undefined;
    if (c.x[i] && !tensor) throw noRule(c, 'to a computed size');
    return tensor && toNumbers(tensor);
  });
  const rank = shape.length;
  const dtype = c.type(c.x[0]!).dtype;
  let g = c.g[0]!;
  // Whatever the factors, the runtime copies an image that keeps its size.
  if (c.shape(c.y[0]!).join() === shape.join()) return [c.g[0]!, null, null, null].slice(0, c.x.length);
  if (isCrop(c.node) && numberAttribute(c.node, 'antialias', 0) === 1) throw noRule(c, 'of a part, antialiased');
  for (const [axis, resized] of resizedAxes(c.node, shape, { roi, scales, sizes }).entries()) {
    // With this factor the runtime reads no other positions along the axis, whichever part it keeps.
    if (resized.scale === 1) continue;
    const values = interpolationMatrix(c.node, resized);
    const matrix = c.b.constant(
      fromNumbers(dtype !== 'string' && isFloat(dtype) ? dtype : 'float32', [resized.output, resized.input], values),
      'interpolation',
    );
    if (axis === rank - 1) g = e.matmul(g, matrix);
    else if (axis === rank - 2) g = e.matmul(e.transpose(matrix, [1, 0]), g);
    else {
      const swap = Array.from({ length: rank + 1 }, (_, i) => i);
      [swap[axis + 1], swap[rank]] = [rank, axis + 1];
      g = e.transpose(e.matmul(e.transpose(g, swap), matrix), swap);
    }
  }
  return [g, null, null, null].slice(0, c.x.length);
}

/** Resampling: every mode is linear in the image, so it counts as pooling. */
export const resizeOps = defineOps([
  {
    op: 'Resize',
    hands: (node) => (stringAttribute(node, 'mode', 'nearest') === 'nearest' ? [0] : []),
    batch: toldBatch(3),
    role: 'pool',
    infer,
    vjp,
    wrt: [0],
  },
]);
