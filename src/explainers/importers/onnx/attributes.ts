import type { Attribute, Graph } from '../../graph/graph.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type AttributeProto, AttributeProto_AttributeType as Type } from './generated/onnx_pb.js';
import { unsupportedError } from './problem.ts';

/** How to read an attribute's tensors and subgraphs. */
export interface AttributeReaders {
  tensor(proto: NonNullable<AttributeProto['t']>): Tensor;
  graph(proto: NonNullable<AttributeProto['g']>): Graph;
}

const decoder = new TextDecoder();

type Read = (proto: AttributeProto, readers: AttributeReaders) => Attribute | undefined;

/** How to read each type of attribute; undefined if its value is missing. */
const READ: Partial<Record<Type, Read>> = {
  [Type.INT]: (proto) => ({ kind: 'int', value: Number(proto.i) }),
  [Type.FLOAT]: (proto) => ({ kind: 'float', value: proto.f }),
  [Type.STRING]: (proto) => ({ kind: 'string', value: decoder.decode(proto.s) }),
  [Type.INTS]: (proto) => ({ kind: 'ints', value: proto.ints.map(Number) }),
  [Type.FLOATS]: (proto) => ({ kind: 'floats', value: proto.floats }),
  [Type.STRINGS]: (proto) => ({ kind: 'strings', value: proto.strings.map((bytes) => decoder.decode(bytes)) }),
  [Type.TENSOR]: (proto, readers) => proto.t && { kind: 'tensor', value: readers.tensor(proto.t) },
  [Type.GRAPH]: (proto, readers) => proto.g && { kind: 'graph', value: readers.graph(proto.g) },
};

export function readAttribute(proto: AttributeProto, readers: AttributeReaders, node: string): Attribute {
  const attribute = READ[proto.type]?.(proto, readers);
  if (attribute) return attribute;
  throw unsupportedError(
    `Attribute '${proto.name}' has type ${Type[proto.type] ?? proto.type}, which is not supported.`,
    `node '${node}'`,
    'Export the model again with plain tensors.',
  );
}
