import { type AttributeInit, attributesOf } from '../../../graph/attributes.ts';
import type { Attribute, Node } from '../../../graph/graph.ts';
import { fromNumbers, isFloat, type NumericDType } from '../../../tensor/dtype.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { UpgradeContext } from '../upgrade.ts';

/**
 * An operator that ONNX Runtime's optimisers put in the place of several, and how to write these again. No rank need be
 * known: axes are counted from the end, and Reshape keeps the first ones.
 */
export interface Fusion {
  readonly op: string;
  readonly domain: string;
  /** The value of each output, in order; null if this form is not written out, so that the node stays as it is. */
  expand(w: FusionWriter): readonly (string | null)[] | null;
}

/** Writes the nodes that a fused one stands for. */
export class FusionWriter {
  readonly node: Node;
  readonly #c: UpgradeContext;
  readonly #nodes: Node[] = [];

  constructor(node: Node, c: UpgradeContext) {
    this.node = node;
    this.#c = c;
  }

  /** Input `i`, '' if absent. */
  input(i: number): string {
    return this.node.inputs[i] ?? '';
  }

  /** Whether anything reads output `i`. */
  wants(i: number): boolean {
    return (this.node.outputs[i] ?? '') !== '';
  }

  /** How many axes a value has, if the file says so. */
  rank(value: string): number | undefined {
    return this.#c.type(value)?.shape?.length;
  }

  /** The size of an axis (negative: from the end), if the file says so. */
  size(value: string, axis: number): number | undefined {
    const dim = this.#c.type(value)?.shape?.at(axis);
    return typeof dim === 'number' ? dim : undefined;
  }

  op(op: string, inputs: readonly string[], attributes: AttributeInit = {}): string {
    return this.ops(op, inputs, 1, attributes)[0]!;
  }

  ops(op: string, inputs: readonly string[], count: number, attributes: AttributeInit = {}): readonly string[] {
    const name = this.#c.nodeName(`${this.node.name}/${op}`);
    const outputs = Array.from({ length: count }, () => this.#c.value(`${name}:0`));
    this.#nodes.push({ name, op, domain: '', inputs, outputs, attributes: attributesOf(attributes) });
    return outputs;
  }

  /** A number in the floating type in which the node computes. */
  number(value: number): string {
    return this.#c.constant(fromNumbers(this.#dtype(), [], [value]), `${this.node.name}/number`);
  }

  ints(values: readonly number[]): string {
    return this.#c.constant(int64(values), `${this.node.name}/ints`);
  }

  /** The node's attributes of these names, as they are. */
  attributes(names: readonly string[]): Readonly<Record<string, Attribute>> {
    return Object.fromEntries(
      names.flatMap((name) => {
        const attribute = this.node.attributes.get(name);
        return attribute ? [[name, attribute] as const] : [];
      }),
    );
  }

  /** a + b, or the one that is there. */
  sum(a: string, b: string): string {
    return a === '' ? b : b === '' ? a : this.op('Add', [a, b]);
  }

  /** Softmax weights: over the last axis. */
  softmax(scores: string): string {
    return this.op('Softmax', [scores], { axis: -1 });
  }

  #dtype(): NumericDType {
    for (const name of [...this.node.inputs, ...this.node.outputs]) {
      const dtype = name === '' ? undefined : this.#c.type(name)?.dtype;
      if (dtype && dtype !== 'string' && isFloat(dtype)) return dtype;
    }
    return 'float32';
  }

  /** The nodes in place of the fused one, its outputs named as they were. */
  named(results: readonly (string | null)[]): readonly Node[] {
    const made = new Set(this.#nodes.flatMap((each) => each.outputs));
    const names = new Map<string, string>();
    const passed: Node[] = [];
    for (const [i, output] of this.node.outputs.entries()) {
      const value = results[i];
      if (!value || output === '') continue;
      if (made.has(value) && !names.has(value)) names.set(value, output);
      else {
        const name = this.#c.nodeName(`${this.node.name}/Identity`);
        const inputs = [names.get(value) ?? value];
        passed.push({ name, op: 'Identity', domain: '', inputs, outputs: [output], attributes: new Map() });
      }
    }
    const rename = (name: string) => names.get(name) ?? name;
    const nodes = this.#nodes.map((each) => ({
      ...each,
      inputs: each.inputs.map(rename),
      outputs: each.outputs.map(rename),
    }));
    return [...nodes, ...passed];
  }
}
