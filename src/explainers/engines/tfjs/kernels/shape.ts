import { numberAttribute, numbersAttribute } from '../../../graph/attributes.ts';
import { axisOf, input, integers, type Kernel, lacks, like } from '../kernel.ts';
import { heldAs } from './elementwise.ts';

const whole = (values: readonly number[]) => values.reduce((product, size) => product * size, 1);

const reshape: Kernel = (call) => {
  const { dtype, tensor } = input(call, 0);
  const wanted = integers(call, 1, 'shape')!;
  const keepsZeros = numberAttribute(call.node, 'allowzero', 0) === 1;
  const shape = wanted.map((size, i) => (size === 0 && !keepsZeros ? tensor.shape[i]! : size));
  return like(dtype, call.tf.reshape(tensor, shape));
};

const unsqueeze: Kernel = (call) => {
  const { dtype, tensor } = input(call, 0);
  const axes = integers(call, 1, 'axes')!;
  const rank = tensor.shape.length + axes.length;
  const added = new Set(axes.map((axis) => axisOf(axis, rank)));
  const rest = [...tensor.shape];
  const shape = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : rest.shift()!));
  return like(dtype, call.tf.reshape(tensor, shape));
};

const squeeze: Kernel = (call) => {
  const { dtype, tensor } = input(call, 0);
  const axes = integers(call, 1, 'axes')?.map((axis) => axisOf(axis, tensor.shape.length));
  const shape = tensor.shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1));
  return like(dtype, call.tf.reshape(tensor, shape));
};

const flatten: Kernel = (call) => {
  const { dtype, tensor } = input(call, 0);
  const axis = axisOf(numberAttribute(call.node, 'axis', 1), tensor.shape.length);
  return like(dtype, call.tf.reshape(tensor, [whole(tensor.shape.slice(0, axis)), whole(tensor.shape.slice(axis))]));
};

const expand: Kernel = (call) => {
  const { dtype, tensor } = input(call, 0);
  const wanted = integers(call, 1)!;
  const rank = Math.max(wanted.length, tensor.shape.length);
  const padded = (sizes: readonly number[]) => [...Array<number>(rank - sizes.length).fill(1), ...sizes];
  const [own, other] = [padded(tensor.shape), padded(wanted)];
  const shape = own.map((size, i) => (size === 1 ? other[i]! : size));
  // broadcastTo takes no booleans, so they become integers.
  const numeric = dtype === 'bool' ? call.tf.cast(tensor, 'int32') : tensor;
  const wide = call.tf.broadcastTo(call.tf.reshape(numeric, own), shape);
  return like(dtype, dtype === 'bool' ? call.tf.cast(wide, 'bool') : wide);
};

const concat: Kernel = (call) => {
  const all = call.inputs.map((_, i) => input(call, i));
  const axis = axisOf(numberAttribute(call.node, 'axis'), all[0]!.tensor.shape.length);
  const parts = all.map(({ tensor }) => tensor);
  return like(all[0]!.dtype, parts.length === 1 ? parts[0]! : call.tf.concat(parts, axis));
};

const split: Kernel = (call) => {
  const { dtype, tensor } = input(call, 0);
  const axis = axisOf(numberAttribute(call.node, 'axis', 0), tensor.shape.length);
  const count = call.node.outputs.length;
  const each = Math.ceil(tensor.shape[axis]! / count);
  const sizes =
    integers(call, 1, 'split') ??
    Array.from({ length: count }, (_, i) => Math.min(each, tensor.shape[axis]! - i * each));
  let start = 0;
  return sizes.map((size) => {
    const begin = tensor.shape.map((_, i) => (i === axis ? start : 0));
    start += size;
    return {
      dtype,
      tensor: call.tf.slice(
        tensor,
        begin,
        tensor.shape.map((all, i) => (i === axis ? size : all)),
      ),
    };
  });
};

const slice: Kernel = (call) => {
  const { dtype, tensor } = input(call, 0);
  const starts = integers(call, 1)!;
  const ends = integers(call, 2)!;
  const axes = integers(call, 3) ?? starts.map((_, i) => i);
  const steps = integers(call, 4) ?? starts.map(() => 1);
  let result = tensor;
  for (const [i, each] of axes.entries()) {
    const axis = axisOf(each, tensor.shape.length);
    const size = result.shape[axis]!;
    const step = steps[i]!;
    const at = (value: number, low: number, high: number) =>
      Math.min(Math.max(value < 0 ? value + size : value, low), high);
    const positions: number[] = [];
    const [from, to] =
      step > 0
        ? [at(starts[i]!, 0, size), at(ends[i]!, 0, size)]
        : [at(starts[i]!, 0, size - 1), at(ends[i]!, -1, size - 1)];
    for (let p = from; step > 0 ? p < to : p > to; p += step) positions.push(p);
    if (step === 1) {
      const begin = result.shape.map((_, k) => (k === axis ? from : 0));
      result = call.tf.slice(
        result,
        begin,
        result.shape.map((all, k) => (k === axis ? positions.length : all)),
      );
    } else {
      result = call.tf.gather(result, call.tf.tensor(positions, [positions.length], 'int32'), axis);
    }
  }
  return like(dtype, result);
};

const pad: Kernel = (call) => {
  const { dtype, tensor } = input(call, 0);
  const mode = String(call.node.attributes.get('mode')?.value ?? 'constant');
  if (mode !== 'constant') lacks(call.node, `mode '${mode}'`);
  const rank = tensor.shape.length;
  const pads = integers(call, 1, 'pads')!;
  const axes = (integers(call, 3) ?? Array.from({ length: rank }, (_, i) => i)).map((axis) => axisOf(axis, rank));
  const value = call.inputs[2] ? call.inputs[2].tensor.dataSync()[0]! : numberAttribute(call.node, 'value', 0);
  const each = Array.from({ length: rank }, (_, axis) => {
    const i = axes.indexOf(axis);
    return i < 0 ? ([0, 0] as const) : ([pads[i]!, pads[i + axes.length]!] as const);
  });
  const begin = each.map(([before]) => Math.max(0, -before));
  const size = tensor.shape.map((all, i) => all - begin[i]! - Math.max(0, -each[i]![1]));
  const cut = call.tf.slice(tensor, begin, size);
  return like(
    dtype,
    call.tf.pad(
      cut,
      each.map(([a, b]) => [Math.max(0, a), Math.max(0, b)] as const),
      value,
    ),
  );
};

const gather: Kernel = (call) => {
  const [{ dtype, tensor }, indices] = [input(call, 0), input(call, 1)];
  const axis = axisOf(numberAttribute(call.node, 'axis', 0), tensor.shape.length);
  const size = tensor.shape[axis]!;
  const places = Array.from(indices.tensor.dataSync(), (i) => (i < 0 ? i + size : i));
  const taken = call.tf.gather(tensor, call.tf.tensor(places, [places.length], 'int32'), axis);
  const shape = [...tensor.shape.slice(0, axis), ...indices.tensor.shape, ...tensor.shape.slice(axis + 1)];
  return like(dtype, call.tf.reshape(taken, shape));
};

const shapeOf: Kernel = (call) => {
  const { shape } = input(call, 0).tensor;
  const at = (name: string, standard: number) => numberAttribute(call.node, name, standard);
  const part = shape.slice(at('start', 0), at('end', shape.length));
  return like('int64', call.tf.tensor(part, [part.length], 'int32'));
};

const constantOfShape: Kernel = (call) => {
  const value = call.node.attributes.get('value');
  const given = value?.kind === 'tensor' ? value.value : undefined;
  const dtype = given?.dtype ?? 'float32';
  return like(dtype, call.tf.fill(integers(call, 0)!, Number(given?.data[0] ?? 0), heldAs(dtype)));
};

export const shapes: readonly (readonly [string, Kernel])[] = [
  ['Reshape', reshape],
  ['Unsqueeze', unsqueeze],
  ['Squeeze', squeeze],
  ['Flatten', flatten],
  ['Expand', expand],
  ['Concat', concat],
  ['Split', split],
  ['Slice', slice],
  ['Pad', pad],
  ['Gather', gather],
  ['Shape', shapeOf],
  ['ConstantOfShape', constantOfShape],
  [
    'Transpose',
    (call) => {
      const { dtype, tensor } = input(call, 0);
      const reversed = tensor.shape.map((_, i) => tensor.shape.length - 1 - i);
      return like(dtype, call.tf.transpose(tensor, numbersAttribute(call.node, 'perm', reversed)));
    },
  ],
  ['Tile', (call) => like(input(call, 0).dtype, call.tf.tile(input(call, 0).tensor, integers(call, 1)!))],
];
