import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ExplainError } from '../../errors.ts';
import type { Attribute, Graph, Node, ValueType } from '../../graph/graph.ts';
import { bytesOfData, DTYPE_CODES, type NumericTensor } from '../../tensor/dtype.ts';
import { byteLengthOf } from '../../tensor/storedTensor.ts';
import type { Tensor } from '../../tensor/tensor.ts';

import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.js';

/**
 * The file format's version: the one introduced with opset 21. Newer ones only add element types that we do not write.
 */
const IR_VERSION = 10n;

/** Protobuf cannot hold more in one message. */
const LARGEST_MESSAGE = 2 ** 31 - 1;

/** Smaller constants stay in the model, among them shapes and axes, which a reader needs early. */
const SMALLEST_EXTERNAL = 4096;

/** Alignment of weights in their file, for vector instructions. */
const ALIGNMENT = 64;

/**
 * The graph as an ONNX model file. The weights are copied once, into the result.
 * @throws `memory` if the file would exceed 2 GB, protobuf's limit
 */
export function writeOnnx(graph: Graph): Uint8Array {
  return joined(onnxPieces(graph));
}

/** A model file, and the parts to write one after another into the file of its weights. */
export interface OnnxWithWeights {
  readonly model: Uint8Array;
  /** `padding`: zeros before the elements. */
  readonly weights: readonly { readonly padding: number; readonly tensor: NumericTensor }[];
  /** Bytes of all the weights. */
  readonly bytes: number;
}

/** The graph as a small ONNX model whose weights are external data in the file `location` next to it. */
export function writeOnnxWithWeights(graph: Graph, location: string): OnnxWithWeights {
  const weights: { padding: number; tensor: NumericTensor }[] = [];
  let end = 0;
  const pieces = piecesOf(graph, (name, tensor) => {
    if (tensor.dtype === 'string' || byteLengthOf(tensor) < SMALLEST_EXTERNAL) return tensorPieces(name, tensor);
    const padding = -end & (ALIGNMENT - 1);
    weights.push({ padding, tensor });
    const place = { location, offset: end + padding, length: byteLengthOf(tensor) };
    end += padding + byteLengthOf(tensor);
    return [toBinary(TensorProtoSchema, externalTensor(name, tensor, place))];
  });
  return { model: joined(pieces), weights, bytes: end };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(byteLength(pieces));
  let offset = 0;
  for (const piece of pieces) {
    result.set(piece, offset);
    offset += piece.byteLength;
  }
  return result;
}

/** The same file as pieces to be written one after another; the weights among them are views, not copies. */
export function onnxPieces(graph: Graph): readonly Uint8Array[] {
  return piecesOf(graph, tensorPieces);
}

function piecesOf(
  graph: Graph,
  constant: (name: string, tensor: Tensor) => readonly Uint8Array[],
): readonly Uint8Array[] {
  const head = toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: 'saliency-lens',
      opsetImport: [['', graph.opset] as const, ...graph.domains].map(([domain, version]) =>
        create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) }),
      ),
      metadataProps: [...graph.metadata].map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
    }),
  );
  const body = [
    toBinary(GraphProtoSchema, graphProto(graph)),
    ...[...graph.constants].flatMap(([name, tensor]) =>
      field(GraphProtoSchema.field.initializer.number, constant(name, tensor)),
    ),
  ];
  const pieces = [head, ...field(ModelProtoSchema.field.graph.number, body)];
  const size = byteLength(pieces);
  if (size > LARGEST_MESSAGE) {
    throw new ExplainError({
      kind: 'memory',
      message: `The graph takes ${(size / 2 ** 30).toFixed(1)} GB as an ONNX file, which may not exceed 2 GB.`,
      subject: graph.name,
      next: 'Use a smaller model, or its float16 form.',
    });
  }
  return pieces;
}

const byteLength = (pieces: readonly Uint8Array[]) => pieces.reduce((sum, piece) => sum + piece.byteLength, 0);

/** A length-delimited field whose content is given in pieces. */
function field(number: number, content: readonly Uint8Array[]): readonly Uint8Array[] {
  const head = new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(byteLength(content)).finish();
  return [head, ...content];
}

function tensorPieces(name: string, tensor: Tensor): readonly Uint8Array[] {
  if (tensor.dtype === 'string') return [toBinary(TensorProtoSchema, tensorProto(tensor, name))];
  const head = create(TensorProtoSchema, { name, dims: tensor.shape.map(BigInt), dataType: DTYPE_CODES[tensor.dtype] });
  const raw = field(TensorProtoSchema.field.rawData.number, [bytesOfData(tensor.data)]);
  return [toBinary(TensorProtoSchema, head), ...raw];
}

function externalTensor(name: string, tensor: Tensor, place: Readonly<Record<string, string | number>>): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: tensor.shape.map(BigInt),
    dataType: DTYPE_CODES[tensor.dtype],
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: Object.entries(place).map(([key, value]) => ({ key, value: String(value) })),
  });
}

function tensorProto(tensor: Tensor, name = ''): TensorProto {
  const init = { name, dims: tensor.shape.map(BigInt), dataType: DTYPE_CODES[tensor.dtype] };
  return tensor.dtype === 'string'
    ? create(TensorProtoSchema, { ...init, stringData: tensor.data.map(utf8) })
    : create(TensorProtoSchema, { ...init, rawData: bytesOfData(tensor.data) });
}

/** Everything of a graph except its constants. */
function graphProto(graph: Graph): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name || 'graph',
    node: graph.nodes.map(nodeProto),
    input: graph.inputs.map((name) => valueInfoProto(name, graph.types.get(name))),
    output: graph.outputs.map((name) => valueInfoProto(name, graph.types.get(name))),
  });
}

function subgraphProto(graph: Graph): GraphProto {
  const proto = graphProto(graph);
  proto.initializer = [...graph.constants].map(([name, tensor]) => tensorProto(tensor, name));
  return proto;
}

function valueInfoProto(name: string, type: ValueType | undefined): ValueInfoProto {
  if (!type) return create(ValueInfoProtoSchema, { name });
  const shape = type.shape && {
    dim: type.shape.map((dim) => ({
      value:
        typeof dim === 'number'
          ? ({ case: 'dimValue', value: BigInt(dim) } as const)
          : ({ case: 'dimParam', value: dim } as const),
    })),
  };
  const value = { elemType: DTYPE_CODES[type.dtype], shape: shape ?? undefined };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value } } });
}

function nodeProto(node: Node): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.op,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: [...node.attributes].map(([name, attribute]) => attributeProto(name, attribute)),
  });
}

const Type = AttributeProto_AttributeType;

/** How to write each kind of attribute. */
const ATTRIBUTES: {
  readonly [K in Attribute['kind']]: (value: Extract<Attribute, { kind: K }>['value']) => Partial<AttributeProto>;
} = {
  int: (value) => ({ type: Type.INT, i: asInt64(value) }),
  float: (value) => ({ type: Type.FLOAT, f: Math.fround(value) }),
  string: (value) => ({ type: Type.STRING, s: utf8(value) }),
  ints: (value) => ({ type: Type.INTS, ints: value.map(asInt64) }),
  floats: (value) => ({ type: Type.FLOATS, floats: value.map(Math.fround) }),
  strings: (value) => ({ type: Type.STRINGS, strings: value.map(utf8) }),
  tensor: (value) => ({ type: Type.TENSOR, t: tensorProto(value) }),
  graph: (value) => ({ type: Type.GRAPH, g: subgraphProto(value) }),
};

function attributeProto(name: string, attribute: Attribute): AttributeProto {
  const write = ATTRIBUTES[attribute.kind] as (value: Attribute['value']) => Partial<AttributeProto>;
  const { $typeName: _typeName, ...init } = write(attribute.value);
  return create(AttributeProtoSchema, { name, ...init });
}

/** Files use INT64_MAX for "to the end", which as a number is 2^63; this brings it back into range. */
const asInt64 = (value: number) => {
  const whole = BigInt(value);
  return whole > INT64_MAX ? INT64_MAX : whole < -INT64_MAX - 1n ? -INT64_MAX - 1n : whole;
};
const INT64_MAX = 2n ** 63n - 1n;

const encoder = new TextEncoder();
const utf8 = (text: string) => encoder.encode(text);
