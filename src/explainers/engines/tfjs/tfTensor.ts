import { ExplainError } from '../../errors.ts';
import { mapped } from '../../lists.ts';
import type { DType, Tensor } from '../../tensor/tensor.ts';
import type { Value } from './kernel.ts';
import { heldAs } from './kernels/elementwise.ts';
import type { Tf } from './tf.ts';

const [LEAST, MOST] = [-(2 ** 31), 2 ** 31 - 1];

/**
 * Our tensor as TensorFlow's: float64 as float32, integers as int32. A larger end of a slice also means the last place.
 */
export function toTf(tf: Tf, tensor: Tensor): Value {
  const { dtype, shape } = tensor;
  if (dtype === 'string' || dtype === 'float16' || dtype === 'bfloat16') {
    throw new ExplainError({
      kind: 'unsupported',
      message: `TensorFlow.js computes in float32, not in ${dtype}.`,
      next: 'Use ONNX Runtime (leave --engine out).',
    });
  }
  const held = heldAs(dtype);
  const data =
    held === 'float32'
      ? Float32Array.from(tensor.data as Float32Array)
      : held === 'bool'
        ? Uint8Array.from(tensor.data as Uint8Array)
        : mapped(Int32Array, tensor.data as Int32Array, (value) => Math.min(MOST, Math.max(LEAST, Number(value))));
  return { dtype, tensor: tf.tensor(data, shape, held) };
}

const ARRAYS: Readonly<Partial<Record<DType, (data: ArrayLike<number>) => unknown>>> = {
  float32: (data) => Float32Array.from(data),
  float64: (data) => Float64Array.from(data),
  int64: (data) => BigInt64Array.from(Array.from(data, BigInt)),
  int32: (data) => Int32Array.from(data),
  int8: (data) => Int8Array.from(data),
  uint8: (data) => Uint8Array.from(data),
  bool: (data) => Uint8Array.from(data),
};

/** TensorFlow's tensor as ours, with a copy of its elements. */
export function fromTf({ dtype, tensor }: Value): Tensor {
  const make = ARRAYS[dtype];
  if (!make) {
    throw new ExplainError({
      kind: 'unsupported',
      message: `TensorFlow.js returns no ${dtype}.`,
      next: 'Use ONNX Runtime (leave --engine out).',
    });
  }
  return { dtype, shape: [...tensor.shape], data: make(tensor.dataSync()) } as Tensor;
}
