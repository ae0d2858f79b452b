import { mapped } from '../lists.ts';
import type { NumericTensor } from './dtype.ts';
import { float16ToNumber } from './float16.ts';
import { lengthOf, storedTensor } from './storedTensor.ts';
import type { Tensor, TensorOf } from './tensor.ts';

/** Larger tensors are converted at each access, so that not both forms stay in memory. */
const MOST_HELD = 1 << 16;
const LARGEST = 2 ** 128 - 2 ** 104;

/**
 * A floating tensor's elements as float32: halves exactly, doubles rounded; a finite double beyond float32 becomes its
 * largest number.
 */
export function asFloat32(tensor: Tensor): TensorOf<'float32'> {
  if (tensor.dtype === 'float32') return tensor;
  const convert = CONVERT[tensor.dtype as keyof typeof CONVERT] as ((tensor: Tensor) => Float32Array) | undefined;
  if (!convert) throw new TypeError(`${tensor.dtype} is not a floating type`);
  if (lengthOf(tensor) > MOST_HELD) {
    return storedTensor('float32', tensor.shape, () => convert(tensor)) as NumericTensor as TensorOf<'float32'>;
  }
  return { dtype: 'float32', shape: tensor.shape, data: convert(tensor) };
}

const CONVERT = {
  float16: ({ data }: TensorOf<'float16'>): Float32Array => {
    halves ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => float16ToNumber(bits));
    const table = halves;
    const result = new Float32Array(data.length);
    for (let i = 0; i < data.length; i++) result[i] = table[data[i]!]!;
    return result;
  },
  // The upper half of a float32.
  bfloat16: ({ data }: TensorOf<'bfloat16'>): Float32Array => {
    const bits = new Uint32Array(data.length);
    for (let i = 0; i < data.length; i++) bits[i] = data[i]! << 16;
    return new Float32Array(bits.buffer);
  },
  // Masks are filled with the type's lowest number. As −∞ it would become NaN when multiplied by 0.
  float64: ({ data }: TensorOf<'float64'>): Float32Array =>
    mapped(Float32Array, data, (value) =>
      Number.isFinite(value) ? Math.min(Math.max(value, -LARGEST), LARGEST) : value,
    ),
} as const;

/** The number of each half, indexed by its bits. */
let halves: Float32Array | undefined;
