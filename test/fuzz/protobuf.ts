import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
} from '../../src/explainers/importers/onnx/generated/onnx_pb.js';
import type { RandomSource } from '../../src/explainers/numerics/random.ts';
import { below, pick } from './bytes.ts';

type Edit = (model: ModelProto, graph: GraphProto, random: RandomSource) => void;

const SIZES = [-(2n ** 63n), -2n, -1n, 0n, 1n, 2n, 3n, 7n, 8n, 65536n, 100000n, 2n ** 31n, 2n ** 40n, 2n ** 62n];
const OPERATORS = [
  ...['Relu', 'Identity', 'Conv', 'Gemm', 'MatMul', 'Reshape', 'Transpose', 'Slice', 'Gather', 'Concat', 'Split'],
  ...['Add', 'Mul', 'Div', 'Pow', 'Sqrt', 'Softmax', 'MaxPool', 'AveragePool', 'GlobalAveragePool', 'Resize', 'Pad'],
  ...['Cast', 'Shape', 'Where', 'TopK', 'ScatterND', 'Einsum', 'LSTM', 'If', 'Loop', 'Dropout', 'BatchNormalization'],
  ...['constructor', '__proto__', 'toString', 'valueOf', '', 'Nonsense', 'FusedConv', 'QuantizeLinear', 'Expand'],
];
const NAMES = ['__proto__', 'constructor', '', 'x', '\u001b[31m', '../../etc/passwd', 'a'.repeat(5000)];

const anyNode = (graph: GraphProto, random: RandomSource): NodeProto | undefined =>
  graph.node.length > 0 ? pick(random, graph.node) : undefined;
const anyAttribute = (graph: GraphProto, random: RandomSource): AttributeProto | undefined => {
  const attributes = graph.node.flatMap((node) => node.attribute);
  return attributes.length > 0 ? pick(random, attributes) : undefined;
};
const anyTensor = (graph: GraphProto, random: RandomSource): TensorProto | undefined =>
  graph.initializer.length > 0 ? pick(random, graph.initializer) : undefined;

const edits: readonly Edit[] = [
  function integers(_model, graph, random) {
    const attribute = anyAttribute(graph, random);
    if (!attribute) return;
    if (attribute.ints.length > 0) attribute.ints[below(random, attribute.ints.length)] = pick(random, SIZES);
    else attribute.i = pick(random, SIZES);
  },
  function fewerIntegers(_model, graph, random) {
    const attribute = anyAttribute(graph, random);
    if (!attribute) return;
    if (random.random() < 0.5) attribute.ints.pop();
    else attribute.ints.push(pick(random, SIZES));
  },
  function float(_model, graph, random) {
    const attribute = anyAttribute(graph, random);
    if (attribute) attribute.f = pick(random, [Number.NaN, Infinity, -1, 0, 1e38]);
  },
  function attributeName(_model, graph, random) {
    const attribute = anyAttribute(graph, random);
    if (attribute) attribute.name = pick(random, [...NAMES, 'axis', 'perm', 'pads', 'strides', 'to', 'mode']);
  },
  function attributeType(_model, graph, random) {
    const attribute = anyAttribute(graph, random);
    if (attribute) attribute.type = below(random, 15);
  },
  function dropAttribute(_model, graph, random) {
    const node = anyNode(graph, random);
    if (node && node.attribute.length > 0) node.attribute.splice(below(random, node.attribute.length), 1);
  },
  function operator(_model, graph, random) {
    const node = anyNode(graph, random);
    if (node) node.opType = pick(random, OPERATORS);
  },
  function domain(_model, graph, random) {
    const node = anyNode(graph, random);
    if (node) node.domain = pick(random, ['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft', '__proto__', 'custom']);
  },
  function input(_model, graph, random) {
    const node = anyNode(graph, random);
    if (!node || node.input.length === 0) return;
    const values = graph.node.flatMap(({ output }) => output);
    node.input[below(random, node.input.length)] = pick(random, [...values, ...NAMES]);
  },
  function fewerInputs(_model, graph, random) {
    const node = anyNode(graph, random);
    if (!node) return;
    if (random.random() < 0.5) node.input.pop();
    else node.input.push(...node.input.slice(0, 1));
  },
  function output(_model, graph, random) {
    const node = anyNode(graph, random);
    if (node && node.output.length > 0)
      node.output[0] = pick(random, [...graph.node.flatMap((n) => n.output), ...NAMES]);
  },
  function dropNode(_model, graph, random) {
    if (graph.node.length > 0) graph.node.splice(below(random, graph.node.length), 1);
  },
  function swapNodes(_model, graph, random) {
    const a = below(random, graph.node.length);
    const b = below(random, graph.node.length);
    if (graph.node.length > 1) [graph.node[a], graph.node[b]] = [graph.node[b]!, graph.node[a]!];
  },
  function newNode(_model, graph, random) {
    const values = graph.node.flatMap(({ output }) => output);
    if (values.length === 0) return;
    const at = below(random, graph.node.length);
    const read = pick(random, values);
    const made = `fuzz${graph.node.length}`;
    const node = create(NodeProtoSchema, { opType: pick(random, OPERATORS), input: [read], output: [made] });
    for (const later of graph.node.slice(at)) later.input = later.input.map((name) => (name === read ? made : name));
    graph.node.splice(at, 0, node);
  },
  function dimensions(_model, graph, random) {
    const tensor = anyTensor(graph, random);
    if (!tensor) return;
    if (tensor.dims.length > 0 && random.random() < 0.7) {
      tensor.dims[below(random, tensor.dims.length)] = pick(random, SIZES);
    } else tensor.dims.push(pick(random, SIZES));
  },
  function elementType(_model, graph, random) {
    const tensor = anyTensor(graph, random);
    if (tensor) tensor.dataType = below(random, 24);
  },
  function elements(_model, graph, random) {
    const tensor = anyTensor(graph, random);
    if (tensor) tensor.rawData = tensor.rawData.subarray(0, below(random, tensor.rawData.length));
  },
  function special(_model, graph, random) {
    const tensor = anyTensor(graph, random);
    if (!tensor || tensor.rawData.length < 8) return;
    const bytes = Buffer.from(tensor.rawData);
    const at = below(random, bytes.length - 7);
    if (random.random() < 0.5) bytes.writeFloatLE(pick(random, [Number.NaN, Infinity, -Infinity, 1e38, -0]), at);
    else bytes.writeBigInt64LE(pick(random, SIZES), at);
    tensor.rawData = bytes;
  },
  function declaredShape(_model, graph, random) {
    const values = [...graph.input, ...graph.output, ...graph.valueInfo];
    if (values.length === 0) return;
    const type = pick(random, values).type?.value;
    if (type?.case !== 'tensorType') return;
    if (random.random() < 0.3) type.value.elemType = below(random, 24);
    const dims = type.value.shape?.dim ?? [];
    if (dims.length > 0) pick(random, dims).value = { case: 'dimValue', value: pick(random, SIZES) };
  },
  function opset(model, _graph, random) {
    const version = pick(random, [-1n, 0n, 1n, 6n, 7n, 9n, 12n, 13n, 20n, 25n, 99n, 2n ** 62n]);
    model.opsetImport = [create(OperatorSetIdProtoSchema, { domain: '', version })];
  },
  function version(model, _graph, random) {
    model.irVersion = pick(random, [0n, 1n, 3n, 12n, 99n, 2n ** 62n]);
  },
];

/** An ONNX file with one to three changes that keep it a protobuf message; undefined where it is none. */
export function damagedModel(bytes: Uint8Array, random: RandomSource): Uint8Array | undefined {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch {
    return undefined;
  }
  if (!model.graph) return undefined;
  for (let n = 1 + below(random, 3); n > 0; n--) pick(random, edits)(model, model.graph, random);
  return toBinary(ModelProtoSchema, model);
}
