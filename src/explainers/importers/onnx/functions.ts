import type { Node } from '../../graph/graph.ts';
import type { AttributeProto, FunctionProto, NodeProto } from './generated/onnx_pb.js';
import type { Names } from './names.ts';
import { modelError } from './problem.ts';
import type { Scope } from './scope.ts';

/** The body of a function, ready to replace its call. */
export interface InlinedCall {
  readonly nodes: readonly NodeProto[];
  readonly scope: Scope;
  /** Outputs of the call that are inputs passed through: [input, output]. */
  readonly passed: readonly (readonly [string, string])[];
}

const DEEPEST_CALL = 100;

/** A model's own functions (PyTorch's exporter writes some operators as functions), inlined where they are called. */
export class FunctionTable {
  /** Opsets that the functions' bodies import, which the model itself may not name. */
  readonly opsets = new Map<string, number>();
  readonly #functions = new Map<string, FunctionProto>();
  readonly #names: Names;
  readonly #modelOpset: (domain: string) => number | undefined;

  constructor(functions: readonly FunctionProto[], names: Names, modelOpset: (domain: string) => number | undefined) {
    this.#names = names;
    this.#modelOpset = modelOpset;
    for (const found of functions) {
      this.#functions.set(keyOf(found.domain, found.name, found.overload), found);
      for (const { domain, version } of found.opsetImport) this.opsets.set(domain, Number(version));
    }
  }

  /** @returns undefined if the node calls no function of the model. */
  call(proto: NodeProto, node: Node, outer: Scope): InlinedCall | undefined {
    const key = keyOf(proto.domain, proto.opType, proto.overload);
    const found = this.#functions.get(key);
    if (!found) return undefined;
    if (outer.calls.includes(key) || outer.calls.length > DEEPEST_CALL) {
      throw modelError(
        `The model's function ${found.name} calls itself, or functions are nested too deeply.`,
        `node '${node.name}'`,
      );
    }
    const names = new Map<string, string>([['', '']]);
    for (const [i, name] of found.input.entries()) names.set(name, node.inputs[i] ?? '');
    const passed: [string, string][] = [];
    found.output.forEach((name, i) => {
      const output = node.outputs[i];
      if (!output) return;
      const known = names.get(name);
      if (known === undefined) names.set(name, output);
      else passed.push([known, output]);
    });
    const given = new Map(proto.attribute.map((attribute) => [attribute.name, attribute]));
    const defaults = new Map(found.attributeProto.map((attribute) => [attribute.name, attribute]));
    const opset = found.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version;
    const scope: Scope = {
      rename: (name) => {
        const known = names.get(name);
        if (known !== undefined) return known;
        const fresh = this.#names.unique(`${node.name}/${name}`);
        names.set(name, fresh);
        return fresh;
      },
      attribute: (name) => resolve(given.get(name), outer) ?? defaults.get(name),
      opset: opset === undefined ? (this.#modelOpset('') ?? outer.opset) : Number(opset),
      calls: [...outer.calls, key],
    };
    return { nodes: found.node, scope, passed };
  }
}

/** A call inside a function's body may pass on an attribute of its own call. */
function resolve(attribute: AttributeProto | undefined, outer: Scope): AttributeProto | undefined {
  return attribute?.refAttrName ? outer.attribute(attribute.refAttrName) : attribute;
}

const keyOf = (domain: string, name: string, overload: string) =>
  `${domain === 'ai.onnx' ? '' : domain}:${name}:${overload}`;
