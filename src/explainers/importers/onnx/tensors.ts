import { allocate, bytesOf, dataFromBytes, dtypeOfCode, type NumericDType, tensorOf } from '../../tensor/dtype.ts';
import { storedTensor } from '../../tensor/storedTensor.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { nameOfCode } from './dtypes.ts';
import type { ExternalData } from './externalData.ts';
import { type TensorProto, TensorProto_DataLocation } from './generated/onnx_pb.js';
import { modelError, unsupportedError } from './problem.ts';
import { type ModelBytes, placeIn, storedData } from './storedBytes.ts';

const decoder = new TextDecoder();

/** Where the elements of a model's tensors are stored. */
export interface TensorSources {
  readonly external: ExternalData;
  /**
   * The model file itself, if there is one: large tensors of a large file then stay in it, and others are copied out of
   * its bytes.
   */
  readonly file?: ModelBytes | undefined;
}

/**
 * A tensor of a model. Its data is a view of the model's bytes if these do not belong to a file and their alignment
 * allows it. Nothing is allocated before the number of elements has been checked against the available bytes.
 */
export function readTensor(proto: TensorProto, { external, file }: TensorSources): Tensor {
  const subject = `tensor '${proto.name}'`;
  const dtype = dtypeOfCode(proto.dataType);
  if (!dtype) {
    throw unsupportedError(
      `Tensors of type ${nameOfCode(proto.dataType)} are not supported.`,
      subject,
      'Export the model with float32 or float16 weights.',
    );
  }
  const shape = proto.dims.map(Number);
  const count = shape.includes(0) ? 0 : shape.reduce((product, dim) => product * dim, 1);
  if (!shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0) || !Number.isSafeInteger(count) || proto.segment) {
    throw modelError('A tensor of the model has an impossible shape.', subject);
  }
  const expect = (length: number, wanted: number) => {
    if (length === wanted) return;
    throw modelError(`A tensor of the model has ${length} instead of ${wanted} bytes or elements.`, subject);
  };
  if (dtype === 'string') {
    expect(proto.stringData.length, count);
    return { dtype, shape, data: proto.stringData.map((bytes) => decoder.decode(bytes)) };
  }
  const bytes =
    proto.dataLocation === TensorProto_DataLocation.EXTERNAL
      ? external.read(proto.externalData, count * bytesOf(dtype), subject)
      : proto.rawData;
  if (bytes.length > 0) {
    expect(bytes.length, count * bytesOf(dtype));
    const { length } = bytes;
    const read = storedData(external.placeOf(bytes) ?? placeIn(file, bytes), length);
    if (read) return storedTensor(dtype, shape, () => dataFromBytes(dtype, read(0, length)), read);
    // A view would keep the whole file in memory.
    return tensorOf(dtype, shape, dataFromBytes(dtype, file ? new Uint8Array(bytes) : bytes));
  }
  const values = proto[FIELD[dtype] ?? 'int32Data'];
  expect(values.length, count);
  const data = allocate(dtype, count);
  const wide = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let i = 0; i < count; i++) data[i] = wide ? BigInt(values[i]!) : Number(values[i]);
  return tensorOf(dtype, shape, data);
}

/** The typed field that holds a dtype's elements when `raw_data` does not; int32_data holds all others. */
const FIELD: Partial<Record<NumericDType, 'floatData' | 'doubleData' | 'int64Data' | 'uint64Data'>> = {
  float32: 'floatData',
  float64: 'doubleData',
  int64: 'int64Data',
  uint64: 'uint64Data',
  uint32: 'uint64Data',
};
