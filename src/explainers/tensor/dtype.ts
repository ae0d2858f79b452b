import { mapped } from '../lists.ts';
import { bfloat16ToNumber, float16ToNumber, numberToBfloat16, numberToFloat16 } from './float16.ts';
import type { DataByType, DType, Tensor } from './tensor.ts';

/** The dtypes whose elements are numbers of a fixed size. */
export type NumericDType = Exclude<DType, 'string'>;
export type NumericData = DataByType[NumericDType];
export type NumericTensor = Extract<Tensor, { dtype: NumericDType }>;

interface DTypeFacts {
  readonly bytes: number;
  readonly kind: 'float' | 'int' | 'bool';
  readonly range?: readonly [bigint, bigint];
  readonly make: (source: number | ArrayBufferLike, offset?: number, length?: number) => NumericData;
}

type ArrayConstructor = new (source: number | ArrayBufferLike, offset?: number, length?: number) => NumericData;

function facts(bytes: number, kind: DTypeFacts['kind'], array: unknown, range?: DTypeFacts['range']): DTypeFacts {
  const Constructor = array as ArrayConstructor;
  return {
    bytes,
    kind,
    range,
    make: (source, offset, length) =>
      typeof source === 'number' ? new Constructor(source) : new Constructor(source, offset, length),
  };
}

const signed = (bits: bigint) => [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] as const;
const unsigned = (bits: bigint) => [0n, (1n << bits) - 1n] as const;

const FACTS: Readonly<Record<NumericDType, DTypeFacts>> = {
  float32: facts(4, 'float', Float32Array),
  float64: facts(8, 'float', Float64Array),
  float16: facts(2, 'float', Uint16Array),
  bfloat16: facts(2, 'float', Uint16Array),
  int8: facts(1, 'int', Int8Array, signed(8n)),
  uint8: facts(1, 'int', Uint8Array, unsigned(8n)),
  int16: facts(2, 'int', Int16Array, signed(16n)),
  uint16: facts(2, 'int', Uint16Array, unsigned(16n)),
  int32: facts(4, 'int', Int32Array, signed(32n)),
  uint32: facts(4, 'int', Uint32Array, unsigned(32n)),
  int64: facts(8, 'int', BigInt64Array, signed(64n)),
  uint64: facts(8, 'int', BigUint64Array, unsigned(64n)),
  bool: facts(1, 'bool', Uint8Array),
};

/** ONNX's number for each element type (TensorProto.DataType), as in Cast's `to`. */
export const DTYPE_CODES: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};

const DTYPES = new Map<number, DType>(Object.entries(DTYPE_CODES).map(([dtype, code]) => [code, dtype as DType]));

/** The element type of an ONNX number; undefined for types that we do not support (int4, float8 …). */
export const dtypeOfCode = (code: number): DType | undefined => DTYPES.get(code);

/** Bytes of one element. */
export const bytesOf = (dtype: NumericDType): number => FACTS[dtype].bytes;
export const isFloat = (dtype: DType): boolean => dtype !== 'string' && FACTS[dtype].kind === 'float';
export const isInteger = (dtype: DType): boolean => dtype !== 'string' && FACTS[dtype].kind === 'int';

/** Smallest and largest value of an integer dtype. */
export function integerRange(dtype: NumericDType): readonly [bigint, bigint] {
  const range = FACTS[dtype].range;
  if (!range) throw new TypeError(`${dtype} is not an integer type`);
  return range;
}

/** Zeros of a dtype. */
export const allocate = (dtype: NumericDType, length: number): NumericData => FACTS[dtype].make(length);

/**
 * Little-endian bytes as elements: a view if the alignment allows it, else one copy. `bytes` must hold whole elements.
 */
export function dataFromBytes(dtype: NumericDType, bytes: Uint8Array): NumericData {
  const size = bytesOf(dtype);
  // Not slice(), because a Buffer's slice shares its memory.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return FACTS[dtype].make(aligned.buffer, aligned.byteOffset, aligned.byteLength / size);
}

/** The elements' bytes, without a copy. */
export function bytesOfData(data: NumericData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** A tensor of a dtype that is only known at run time. */
export function tensorOf(dtype: NumericDType, shape: readonly number[], data: NumericData): NumericTensor {
  return { dtype, shape, data } as NumericTensor;
}

/**
 * Elements as numbers, with halves decoded; the array itself if its elements already are numbers. int64 within 2^53.
 */
export function numbersOf(tensor: NumericTensor): ArrayLike<number> {
  if (tensor.dtype === 'float16') return mapped(Float32Array, tensor.data, float16ToNumber);
  if (tensor.dtype === 'bfloat16') return mapped(Float32Array, tensor.data, bfloat16ToNumber);
  if (tensor.dtype === 'int64' || tensor.dtype === 'uint64') return mapped(Float64Array, tensor.data, Number);
  return tensor.data;
}

/** Numbers as a tensor of a dtype: rounded to the nearest float, integers truncated and wrapped as C does. */
export function fromNumbers(dtype: NumericDType, shape: readonly number[], values: ArrayLike<number>): NumericTensor {
  const data = allocate(dtype, values.length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < values.length; i++) data[i] = Number.isFinite(values[i]!) ? BigInt(Math.trunc(values[i]!)) : 0n;
  } else {
    const encode = ENCODERS[dtype];
    for (let i = 0; i < values.length; i++) data[i] = encode ? encode(values[i]!) : values[i]!;
  }
  return tensorOf(dtype, shape, data);
}

const ENCODERS: Partial<Record<NumericDType, (value: number) => number>> = {
  float16: numberToFloat16,
  bfloat16: numberToBfloat16,
  bool: (value) => (value ? 1 : 0),
};
