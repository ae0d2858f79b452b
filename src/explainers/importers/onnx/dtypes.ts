import { TensorProto_DataType } from './generated/onnx_pb.js';

/** ONNX's name for an element type's number, for messages: `INT4`, or `type 99`. */
export const nameOfCode = (code: number): string => TensorProto_DataType[code] ?? `type ${code}`;
