import { bytesOf, bytesOfData, type NumericData, type NumericDType, type NumericTensor } from './dtype.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** Stored tensors, and how to read a part of their bytes, where that can be done. */
const stored = new WeakMap<object, ReadBytes | undefined>();

/** Reads bytes of a tensor as its file has them: little endian, row by row. */
export type ReadBytes = (offset: number, length: number) => Uint8Array;

/** What is read at once of a tensor that is only passed on. */
const CHUNK = 2 ** 23;

/**
 * A tensor whose elements stay where they are stored: each look at its data reads them, unless an earlier look still holds them.
 * A model's weights are looked at when a graph is compiled and lie idle between, beside the runtime's own copy.
 * @param read gives all elements anew; what it throws, a look at the data throws
 * @param readBytes gives some of their bytes
 */
export function storedTensor(
  dtype: NumericDType,
  shape: readonly number[],
  read: () => NumericData,
  readBytes?: ReadBytes,
): NumericTensor {
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
  stored.set(tensor, readBytes);
  return tensor;
}

/** How many elements a tensor has; looks at no stored data. */
export const lengthOf = (tensor: Tensor): number => (stored.has(tensor) ? sizeOf(tensor.shape) : tensor.data.length);

/** How many bytes its elements take; looks at no stored data. */
export const byteLengthOf = (tensor: NumericTensor): number => lengthOf(tensor) * bytesOf(tensor.dtype);

/** All bytes of its elements, in parts that are read one by one. */
export function* byteChunks(tensor: NumericTensor): Generator<Uint8Array> {
  const read = stored.get(tensor);
  if (!read) {
    yield bytesOfData(tensor.data);
    return;
  }
  const length = byteLengthOf(tensor);
  for (let offset = 0; offset < length; offset += CHUNK) yield read(offset, Math.min(CHUNK, length - offset));
}
