import { OPSET } from '../../graph/build.ts';
import type { Attribute, Dim, Graph, Node, ValueType } from '../../graph/graph.ts';
import { inTopologicalOrder } from '../../graph/rewrite.ts';
import { append } from '../../lists.ts';
import { dtypeOfCode } from '../../tensor/dtype.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { readAttribute } from './attributes.ts';
import { nameOfCode } from './dtypes.ts';
import { FunctionTable } from './functions.ts';
import { expandFused } from './fused/expandFused.ts';
import { inPlainOrder } from './fused/nchwc.ts';
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from './generated/onnx_pb.js';
import { Names } from './names.ts';
import { modelError, unsupportedError } from './problem.ts';
import type { Scope } from './scope.ts';
import { readTensor, type TensorSources } from './tensors.ts';
import type { UpgradeContext } from './upgrade.ts';
import { upgradeNode } from './upgradeNode.ts';

/** More nodes than any real model has; functions that call functions could otherwise grow without end. */
const MOST_NODES = 200_000;

/** A graph while it is being read. */
interface Draft {
  readonly nodes: Node[];
  readonly constants: Map<string, Tensor>;
  readonly types: Map<string, ValueType>;
  readonly upgrade: UpgradeContext;
}

/** Turns a parsed model into a {@link Graph}: functions inlined, nodes upgraded, names made unique. */
export class ModelReader {
  readonly #model: ModelProto;
  readonly #sources: TensorSources;
  readonly #opsets: ReadonlyMap<string, number>;
  readonly #functions: FunctionTable;
  readonly #values = new Names();
  readonly #nodeNames = new Names();
  #nodeCount = 0;

  constructor(model: ModelProto, sources: TensorSources, opsets: ReadonlyMap<string, number>) {
    this.#model = model;
    this.#sources = sources;
    this.#opsets = opsets;
    this.#functions = new FunctionTable(model.functions, this.#values, (domain) => opsets.get(domain));
  }

  read(): Graph {
    const top: Scope = { rename: (name) => name, attribute: () => undefined, opset: this.#opsets.get('')!, calls: [] };
    takeNames(this.#model.graph!, this.#values);
    const graph = this.#graph(this.#model.graph!, top);
    const used = new Set(allNodes(graph).map((node) => node.domain));
    const domains = [...this.#opsets, ...this.#functions.opsets].filter(
      ([domain]) => domain !== '' && used.has(domain),
    );
    const metadata = new Map(this.#model.metadataProps.map(({ key, value }) => [key, value]));
    return { ...graph, domains: new Map(domains), metadata };
  }

  #graph(proto: GraphProto, scope: Scope): Graph {
    const draft = this.#draft();
    if (proto.sparseInitializer.length > 0) {
      throw unsupportedError(
        'Sparse weights are not supported.',
        `graph '${proto.name}'`,
        'Export the model with dense weights.',
      );
    }
    for (const info of proto.valueInfo) {
      const type = valueType(info);
      if (type) draft.types.set(scope.rename(info.name), type);
    }
    for (const info of [...proto.input, ...proto.output]) {
      const type = valueType(info);
      if (type) draft.types.set(scope.rename(info.name), type);
    }
    for (const info of proto.input) if (isOther(info)) throw notATensor(info);
    const outputs = tensorOutputs(proto);
    for (const initializer of proto.initializer) {
      const name = scope.rename(initializer.name);
      if (draft.constants.has(name))
        throw modelError(`The constant '${name}' is defined twice.`, `graph '${proto.name}'`);
      const tensor = readTensor(initializer, this.#sources);
      draft.constants.set(name, tensor);
      draft.types.set(name, { dtype: tensor.dtype, shape: tensor.shape });
    }
    for (const node of proto.node) this.#node(node, scope, draft);
    const nodes = inPlainOrder(draft.nodes, draft.upgrade);
    // Until 2019 every initializer was also listed among the inputs.
    const inputs = proto.input.map((info) => scope.rename(info.name)).filter((name) => !draft.constants.has(name));
    return {
      name: proto.name,
      opset: Math.max(this.#opsets.get('')!, OPSET),
      domains: new Map(),
      inputs,
      outputs: outputs.map((name) => scope.rename(name)),
      nodes: inTopologicalOrder(nodes),
      constants: draft.constants,
      types: draft.types,
      metadata: new Map(),
    };
  }

  #draft(): Draft {
    const constants = new Map<string, Tensor>();
    const types = new Map<string, ValueType>();
    const upgrade: UpgradeContext = {
      constant: (tensor, hint) => {
        const name = this.#values.unique(hint);
        constants.set(name, tensor);
        types.set(name, { dtype: tensor.dtype, shape: tensor.shape });
        return name;
      },
      value: (hint) => this.#values.unique(hint),
      nodeName: (hint) => this.#nodeNames.unique(hint),
      type: (name) => types.get(name),
      constantOf: (name) => constants.get(name),
    };
    return { nodes: [], constants, types, upgrade };
  }

  /** Reads a node into the draft; a call of a local function becomes the function's body. */
  #node(proto: NodeProto, scope: Scope, draft: Draft): void {
    if (++this.#nodeCount > MOST_NODES) {
      throw modelError(`The model has more than ${MOST_NODES} nodes.`, `node '${proto.name}'`);
    }
    const domain = proto.domain === 'ai.onnx' ? '' : proto.domain;
    const label = proto.name || `${proto.opType}_${this.#nodeCount}`;
    const node: Node = {
      name: this.#nodeNames.unique(label),
      op: proto.opType,
      domain,
      inputs: proto.input.map((name) => scope.rename(name)),
      outputs: proto.output.map((name) => scope.rename(name)),
      attributes: this.#attributes(proto, scope, label),
    };
    const body = this.#functions.call(proto, node, scope);
    if (body) {
      for (const inner of body.nodes) this.#node(inner, body.scope, draft);
      for (const [from, to] of body.passed) {
        const name = this.#nodeNames.unique(`${node.name}/Identity`);
        draft.nodes.push({ name, op: 'Identity', domain: '', inputs: [from], outputs: [to], attributes: new Map() });
      }
      return;
    }
    const written = expandFused(node, draft.upgrade);
    if (written || domain !== '') {
      append(draft.nodes, written ?? [node]);
      return;
    }
    append(draft.nodes, upgradeNode(node, scope.opset, draft.upgrade));
  }

  #attributes(proto: NodeProto, scope: Scope, label: string): ReadonlyMap<string, Attribute> {
    const attributes = new Map<string, Attribute>();
    for (const given of proto.attribute) {
      const attribute = given.refAttrName ? scope.attribute(given.refAttrName) : given;
      if (!attribute) continue;
      const readers = {
        tensor: (tensor: TensorProto) => readTensor(tensor, this.#sources),
        graph: (graph: GraphProto) => this.#graph(graph, scope),
      };
      attributes.set(given.name, readAttribute(attribute, readers, label));
    }
    return attributes;
  }
}

/** Every name in use, including those in subgraphs, so that new ones are really new. */
function takeNames(graph: GraphProto, names: Names): void {
  for (const { name } of [...graph.input, ...graph.output, ...graph.initializer]) names.take(name);
  for (const node of graph.node) {
    for (const name of [...node.input, ...node.output]) names.take(name);
    for (const attribute of node.attribute) if (attribute.g) takeNames(attribute.g, names);
  }
}

function allNodes(graph: Graph): readonly Node[] {
  return graph.nodes.flatMap((node) => [
    node,
    ...[...node.attributes.values()].flatMap((attribute) =>
      attribute.kind === 'graph' ? allNodes(attribute.value) : [],
    ),
  ]);
}

/** The declared type; undefined if it is not a tensor's, or not one that we read. */
function valueType(info: ValueInfoProto): ValueType | undefined {
  if (info.type?.value.case !== 'tensorType') return undefined;
  const { elemType, shape } = info.type.value.value;
  const dtype = dtypeOfCode(elemType);
  return dtype && { dtype, shape: shape ? shape.dim.map((dim, axis) => dimension(dim.value, info.name, axis)) : null };
}

type DimensionValue = NonNullable<
  Extract<NonNullable<ValueInfoProto['type']>['value'], { case: 'tensorType' }>['value']['shape']
>['dim'][number]['value'];

/** Exporters also write -1 or 0 for an unknown dimension. */
function dimension(value: DimensionValue, name: string, axis: number): Dim {
  if (value.case === 'dimValue' && value.value > 0n && value.value <= BigInt(Number.MAX_SAFE_INTEGER)) {
    return Number(value.value);
  }
  return value.case === 'dimParam' && value.value ? value.value : `${name}.${axis}`;
}

/** Declared as something that we do not read. */
const isOther = (info: ValueInfoProto) => info.type !== undefined && valueType(info) === undefined;

/** Turns the scores of an image into a list of maps from label to score, for scikit-learn's users. */
const isZipMap = ({ opType, domain }: NodeProto) => opType === 'ZipMap' && domain === 'ai.onnx.ml';

/**
 * The outputs that are tensors. A list of maps stands for the tensor of scores that it was made from; other values that
 * no tensor can hold are left out, if a tensor remains.
 */
function tensorOutputs(proto: GraphProto): readonly string[] {
  const [other] = proto.output.filter(isOther);
  if (!other) return proto.output.map(({ name }) => name);
  const zipped = new Map(
    proto.node.filter(isZipMap).flatMap(({ input, output }) => output.map((name) => [name, input[0] ?? ''] as const)),
  );
  const names = proto.output.map((info) => (isOther(info) ? zipped.get(info.name) : info.name));
  const tensors = names.filter((name) => name !== undefined && name !== '') as readonly string[];
  if (tensors.length === 0) throw notATensor(other);
  return [...new Set(tensors)];
}

function notATensor(info: ValueInfoProto) {
  const type = info.type!.value;
  const what = type.case === 'tensorType' ? `a tensor of type ${nameOfCode(type.value.elemType)}` : 'not a tensor';
  return unsupportedError(
    `The model's input or output '${info.name}' is ${what}.`,
    `value '${info.name}'`,
    'Export the model with plain tensors as inputs and outputs (for scikit-learn: zipmap off).',
  );
}
