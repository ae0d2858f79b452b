import { mapped } from '../lists.ts';
import { bfloat16ToNumber, float16ToNumber } from './float16.ts';

/** Element types of ONNX tensors that we read and write. `float16`/`bfloat16` are stored as their raw 16 bits. */
export type DType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'
  | 'string';

/** The array that holds each dtype's elements. */
export interface DataByType {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  bfloat16: Uint16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  bool: Uint8Array;
  string: readonly string[];
}

/** A dense array in C order. Its data is never written after it has been passed on. */
export type Tensor = {
  [T in DType]: { readonly dtype: T; readonly shape: readonly number[]; readonly data: DataByType[T] };
}[DType];

export type TensorOf<T extends DType> = Extract<Tensor, { dtype: T }>;

/** The number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** A float32 tensor of `shape`; `data` defaults to zeros. */
export function float32(
  shape: readonly number[],
  data: ArrayLike<number> = new Float32Array(sizeOf(shape)),
): TensorOf<'float32'> {
  return { dtype: 'float32', shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

/** An int64 tensor; a vector if no shape is given. */
export function int64(
  values: readonly (number | bigint)[],
  shape: readonly number[] = [values.length],
): TensorOf<'int64'> {
  return { dtype: 'int64', shape, data: mapped(BigInt64Array, values, (value) => BigInt(value)) };
}

/** A scalar of the given floating type. */
export function scalar(value: number, dtype: 'float32' | 'float64' = 'float32'): Tensor {
  return dtype === 'float32'
    ? { dtype, shape: [], data: Float32Array.of(value) }
    : { dtype, shape: [], data: Float64Array.of(value) };
}

/** The elements as JavaScript numbers (halves decoded, int64 within 2^53; strings throw). A copy. */
export function toNumbers(tensor: Tensor): number[] {
  if (tensor.dtype === 'string') throw new TypeError('a string tensor has no numbers');
  if (tensor.dtype === 'float16') return Array.from(tensor.data, float16ToNumber);
  if (tensor.dtype === 'bfloat16') return Array.from(tensor.data, bfloat16ToNumber);
  return Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}
