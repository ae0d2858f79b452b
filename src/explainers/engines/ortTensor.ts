import type * as Ort from 'onnxruntime-common';
import { ExplainError } from '../errors.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';

type TensorClass = typeof Ort.Tensor;

/** Node 24 has a Float16Array, and then ONNX Runtime accepts nothing else for float16; the bits are the same. */
type HalfArray = new (buffer: ArrayBufferLike, offset: number, length: number) => Uint16Array;
const HalfArray = (globalThis as { Float16Array?: HalfArray }).Float16Array;

/** Our tensor as ONNX Runtime's, sharing its elements. */
export function toOrt(tensor: Tensor, OrtTensor: TensorClass): Ort.Tensor {
  if (tensor.dtype === 'bfloat16') {
    throw new ExplainError({
      kind: 'unsupported',
      message: 'ONNX Runtime accepts no bfloat16 inputs from JavaScript.',
      next: 'Export the model with float32 inputs.',
    });
  }
  const data =
    tensor.dtype === 'float16' && HalfArray
      ? new HalfArray(tensor.data.buffer, tensor.data.byteOffset, tensor.data.length)
      : tensor.data;
  return new OrtTensor(tensor.dtype as 'float32', data as Float32Array, tensor.shape);
}

/** ONNX Runtime's tensor as ours, sharing its elements. */
export function fromOrt(value: Pick<Ort.Tensor, 'type' | 'data' | 'dims'>): Tensor {
  const raw = value.data as { buffer: ArrayBufferLike; byteOffset: number; length: number };
  const data = value.type === 'float16' ? new Uint16Array(raw.buffer, raw.byteOffset, raw.length) : raw;
  return { dtype: value.type as DType, shape: [...value.dims], data } as Tensor;
}
