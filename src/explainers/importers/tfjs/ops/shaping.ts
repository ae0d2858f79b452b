import { table } from '../../../tables.ts';
import { resized } from '../../channelsLast/resizing.ts';
import {
  flattened,
  joined,
  padded,
  reduced,
  reshaping,
  sliced,
  squeezed,
  transposition,
  unsqueezed,
} from '../../channelsLast/shaping.ts';
import { axisOf, rowSize, type Size } from '../../channelsLast/value.ts';
import { damaged, EXPORT_TO_ONNX, unread } from '../../problem.ts';
import { type GraphOp, type GraphValue, inputAt, intsAt, numbersAt, type OpCall } from '../graphOp.ts';

/** Integers that are known before the run, so no operator has to compute them. */
const known = (ints: readonly Size[], shape: readonly Size[] = [ints.length]): GraphValue => ({
  name: '',
  shape,
  order: 'plain',
  ints,
});

function axesOf(call: OpCall, i: number, rank: number): readonly number[] {
  const axes = numbersAt(call, i).map((axis) => axisOf(axis, rank));
  if (axes.every((axis) => axis !== undefined)) return axes as number[];
  throw damaged(`Operation '${call.node.name}' names an axis that its value does not have.`, call.node.name);
}

const reshaped: GraphOp = (call) => {
  const x = inputAt(call, 0);
  const [batch, ...rest] = intsAt(call, 1);
  if (rest.some((size) => size === null) || batch === undefined) {
    throw unread(`Operation '${call.node.name}' reshapes to a size that is open.`, call.node.name, EXPORT_TO_ONNX);
  }
  const row = rowSize(x.shape);
  const sizes = rest as readonly number[];
  // [-1, 1280] keeps the batch if a row has 1280 elements; anything else would mix images.
  const kept = sizes.includes(-1) || (row !== undefined && sizes.reduce((product, size) => product * size, 1) === row);
  if (!kept) throw unread(`Operation '${call.node.name}' reshapes across the batch.`, call.node.name, EXPORT_TO_ONNX);
  return sizes.length === 1 ? flattened(call.draft, x) : reshaping(call.draft, x, sizes);
};

const reducing =
  (op: string): GraphOp =>
  (call) => {
    const x = inputAt(call, 0);
    return reduced(call.draft, op, x, axesOf(call, 1, x.shape.length), call.node.boolean('keep_dims', false));
  };

/** begin, end and stride of each axis, with masks whose bits leave one of them out. */
const strided: GraphOp = (call) => {
  const { node, draft } = call;
  const x = inputAt(call, 0);
  const [begin, end, stride] = [1, 2, 3].map((i) => numbersAt(call, i));
  const masked = (mask: string, axis: number) => Math.floor(node.number(mask, 0) / 2 ** axis) % 2 === 1;
  if (node.number('ellipsis_mask', 0) !== 0 || node.number('new_axis_mask', 0) !== 0) {
    throw unread(
      `Operation '${node.name}' picks a part of a value in a way that is not read.`,
      node.name,
      EXPORT_TO_ONNX,
    );
  }
  const cuts = begin!.map((start, axis) => {
    const single = masked('shrink_axis_mask', axis);
    const from = masked('begin_mask', axis) && !single ? (stride![axis]! > 0 ? 0 : -1) : start;
    const to = single ? (start === -1 ? null : start + 1) : masked('end_mask', axis) ? null : end![axis]!;
    return { axis, start: from, end: to, step: single ? 1 : stride![axis]! };
  });
  const gone = cuts.flatMap(({ axis }) => (masked('shrink_axis_mask', axis) ? [axis] : []));
  if (x.ints) {
    const { start, end: stop, step } = cuts[0]!;
    const at = x.ints.slice(start, stop ?? undefined).filter((_, i) => i % Math.max(step, 1) === 0);
    return known(at, gone.length > 0 ? [] : [at.length]);
  }
  const real = cuts.filter(({ start, end: stop, step }) => start !== 0 || stop !== null || step !== 1);
  const part = sliced(draft, x, real);
  return gone.length > 0 ? squeezed(draft, part, gone) : part;
};

/** Operations that move elements, and those that compute shapes. */
export const shapingOps = table<GraphOp>({
  Reshape: reshaped,
  Mean: reducing('ReduceMean'),
  Sum: reducing('ReduceSum'),
  Max: reducing('ReduceMax'),
  Min: reducing('ReduceMin'),
  Prod: reducing('ReduceProd'),
  Shape: (call) => known(inputAt(call, 0).shape),
  StridedSlice: strided,
  Pack: (call) => known(call.inputs.flatMap((_, i) => intsAt(call, i))),
  Transpose: (call) => transposition(call.draft, inputAt(call, 0), numbersAt(call, 1)),
  Squeeze: (call) => {
    const x = inputAt(call, 0);
    const given = call.node.numbers('squeeze_dims').map((axis) => axisOf(axis, x.shape.length) ?? 0);
    const axes = given.length > 0 ? given : x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
    return squeezed(call.draft, x, axes);
  },
  ExpandDims: (call) => {
    const x = inputAt(call, 0);
    const [axis] = axesOf(call, 1, x.shape.length + 1);
    return x.ints ? known(x.ints) : unsqueezed(call.draft, x, axis!);
  },
  ConcatV2: (call) => {
    const values = call.inputs.slice(0, -1);
    if (values.every(({ ints }) => ints)) return known(values.flatMap(({ ints }) => ints!));
    const [axis] = axesOf(call, call.inputs.length - 1, inputAt(call, 0).shape.length);
    return joined(call.draft, values, axis!);
  },
  Pad: (call) => padded(call.draft, inputAt(call, 0), pairs(numbersAt(call, 1))),
  PadV2: (call) => {
    const { constant } = inputAt(call, 2);
    return padded(call.draft, inputAt(call, 0), pairs(numbersAt(call, 1)), 'constant', Number(constant?.data[0] ?? 0));
  },
  MirrorPad: (call) => padded(call.draft, inputAt(call, 0), pairs(numbersAt(call, 1)), 'reflect'),
  Slice: (call) => {
    const x = inputAt(call, 0);
    const [begin, size] = [numbersAt(call, 1), numbersAt(call, 2)];
    const cuts = begin.map((start, axis) => ({
      axis,
      start,
      end: size[axis] === -1 ? null : start + size[axis]!,
      step: 1,
    }));
    return sliced(call.draft, x, cuts.filter(({ start, end }) => start !== 0 || end !== null)); // biome-ignore format: one line
  },
  ResizeBilinear: (call) => resizing(call, 'linear'),
  ResizeNearestNeighbor: (call) => resizing(call, 'nearest'),
});

function resizing(call: OpCall, mode: 'linear' | 'nearest'): GraphValue {
  const [height, width] = numbersAt(call, 1);
  return resized(call.draft, inputAt(call, 0), [height!, width!], {
    mode,
    halfPixel: call.node.boolean('half_pixel_centers', false),
    corners: call.node.boolean('align_corners', false),
  });
}

const pairs = (list: readonly number[]): readonly (readonly [number, number])[] =>
  Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i]!, list[2 * i + 1]!]);
