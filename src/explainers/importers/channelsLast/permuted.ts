import { float32, sizeOf, type TensorOf } from '../../tensor/tensor.ts';

/** A tensor with its axes in another order: axis `i` of the result is axis `axes[i]`. */
export function permuted(tensor: TensorOf<'float32'>, axes: readonly number[]): TensorOf<'float32'> {
  const shape = axes.map((axis) => tensor.shape[axis]!);
  const strides = tensor.shape.map((_, axis) => sizeOf(tensor.shape.slice(axis + 1)));
  const steps = axes.map((axis) => strides[axis]!);
  const result = new Float32Array(tensor.data.length);
  const { data } = tensor;
  const at = new Array<number>(axes.length).fill(0);
  const last = axes.length - 1;
  const [length, step] = [shape[last] ?? 1, steps[last] ?? 0];
  let from = 0;
  for (let to = 0; to < result.length; ) {
    for (let i = 0, place = from; i < length; i++, place += step) result[to++] = data[place]!;
    for (let axis = last - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++at[axis]! < shape[axis]!) break;
      from -= steps[axis]! * shape[axis]!;
      at[axis] = 0;
    }
  }
  return float32(shape, result);
}

/** The same elements under another shape. */
export function reshaped(tensor: TensorOf<'float32'>, shape: readonly number[]): TensorOf<'float32'> {
  return float32(shape, tensor.data);
}
