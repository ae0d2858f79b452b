import type { DType } from '../../tensor/tensor.ts';
import { TensorProto_DataType as Code } from './generated/onnx_pb.js';

/** ONNX's code of each element type that we read and write. */
export const CODES: Readonly<Record<DType, Code>> = {
  float32: Code.FLOAT,
  float64: Code.DOUBLE,
  float16: Code.FLOAT16,
  bfloat16: Code.BFLOAT16,
  int8: Code.INT8,
  uint8: Code.UINT8,
  int16: Code.INT16,
  uint16: Code.UINT16,
  int32: Code.INT32,
  uint32: Code.UINT32,
  int64: Code.INT64,
  uint64: Code.UINT64,
  bool: Code.BOOL,
  string: Code.STRING,
};

const DTYPES = new Map<number, DType>(Object.entries(CODES).map(([dtype, code]) => [code, dtype as DType]));

/** The element type of an ONNX code; undefined for those that we do not read. */
export const dtypeOfCode = (code: number): DType | undefined => DTYPES.get(code);

/** ONNX's own name of a code, for messages: `INT4`, or `type 99`. */
export const nameOfCode = (code: number): string => Code[code] ?? `type ${code}`;
