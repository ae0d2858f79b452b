import { bytesOf, bytesOfData, type NumericData, type NumericDType, type NumericTensor } from './dtype.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** Stored tensors, and a function to read a part of their bytes, if there is one. */
const stored = new WeakMap<object, ReadBytes | undefined>();

/** Reads bytes of a tensor as its file has them: little-endian, row by row. */
export type ReadBytes = (offset: number, length: number) => Uint8Array;

/** How many bytes are read at once from a tensor that is only passed on. */
const CHUNK = 2 ** 23;

/**
 * A tensor whose elements stay in storage: each access to its data reads them, unless an earlier access still holds
 * them. A model's weights are used when a graph is compiled and are idle otherwise, while the runtime has its own copy.
 * @param read reads all elements again; an access throws what it throws
 * @param readBytes reads some of their bytes
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

/** How many elements a tensor has; reads no stored data. */
export const lengthOf = (tensor: Tensor): number => (stored.has(tensor) ? sizeOf(tensor.shape) : tensor.data.length);

/** How many bytes its elements take; reads no stored data. */
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
