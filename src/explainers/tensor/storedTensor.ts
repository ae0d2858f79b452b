import { bytesOf, type NumericData, type NumericDType, type NumericTensor } from './dtype.ts';
import { sizeOf, type Tensor } from './tensor.ts';

const stored = new WeakSet<object>();

/**
 * A tensor whose elements stay where they are stored: each look at its data reads them, unless an earlier look still holds them.
 * A model's weights are looked at when a graph is compiled and lie idle between, beside the runtime's own copy.
 * @param read gives all elements anew; what it throws, a look at the data throws
 */
export function storedTensor(dtype: NumericDType, shape: readonly number[], read: () => NumericData): NumericTensor {
  let held: WeakRef<NumericData> | undefined;
  const tensor = {
    dtype,
    shape,
    get data() {
      const known = held?.deref();
      if (known) return known;
      const data = read();
      held = new WeakRef(data);
      return data;
    },
  } as NumericTensor;
  stored.add(tensor);
  return tensor;
}

/** How many elements a tensor has; looks at no stored data. */
export const lengthOf = (tensor: Tensor): number => (stored.has(tensor) ? sizeOf(tensor.shape) : tensor.data.length);

/** How many bytes its elements take; looks at no stored data. */
export const byteLengthOf = (tensor: NumericTensor): number => lengthOf(tensor) * bytesOf(tensor.dtype);
