import type { Importer } from '../importer.ts';
import { openOnnx } from './read.ts';

/** ONNX model files, opset 7 to the newest, with external data next to them. */
export const onnxImporter: Importer = {
  id: 'onnx',
  title: 'ONNX (.onnx)',
  extensions: ['.onnx'],
  // Field 1 of ModelProto is the file format's version, a small varint; every exporter writes it first.
  sniff: (head) => head.length > 4 && head[0] === 0x08 && head[1]! > 0 && head[1]! < 0x40,
  // Protobuf files of other kinds begin with the same bytes.
  certain: false,
  read: openOnnx,
};
