import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backward } from '../../../src/explainers/autodiff/backward.ts';
import { differentiable } from '../../../src/explainers/autodiff/path.ts';
import type { Engine } from '../../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { ExplainError } from '../../../src/explainers/errors.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph, Node, ValueType } from '../../../src/explainers/graph/graph.ts';
import { float32, type Tensor, toNumbers } from '../../../src/explainers/tensor/tensor.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openOnnxRuntime({ threads: 1 });
});
afterAll(() => engine.dispose());

const f = (...shape: number[]): ValueType => ({ dtype: 'float32', shape });

/** Writes a graph by hand: every node's output has the type given. */
class Sketch {
  readonly b = new GraphBuilder('sketch');
  input = (name: string, ...shape: number[]) => this.b.input(name, f(...shape));
  node(op: string, inputs: readonly string[], type: ValueType, attributes = {}): string {
    const output = this.b.node(op, inputs, attributes);
    this.b.type(output, type);
    return output;
  }
  graph(...outputs: string[]): Graph {
    this.b.setOutputs(outputs);
    return this.b.build();
  }
}

/** Runs the gradients of `wrt` for the given seeds of `value`. */
async function gradients(
  graph: Graph,
  value: string,
  seed: Tensor,
  wrt: readonly string[],
  feeds: Readonly<Record<string, Tensor>>,
  override?: (node: Node) => ((c: { g: readonly (string | null)[] }) => readonly (string | null)[]) | undefined,
) {
  const b = new GraphBuilder(graph);
  const name = b.input('seed', { dtype: 'float32', shape: ['K', ...graph.types.get(value)!.shape!] });
  const found = backward(b, graph, { seeds: new Map([[value, name]]), wrt, override });
  b.setOutputs([...found.values()]);
  const whole = b.build();
  const executable = await engine.compile(whole);
  const results = await executable.run(new Map([...Object.entries(feeds), [name, seed]]));
  await executable.dispose();
  const tensors = [...found].map(([key, gradient]) => [key, results.get(gradient)!] as const);
  return { whole, of: new Map(tensors) };
}

describe('backward', () => {
  test('a value with several readers adds their gradients, for each seed', async () => {
    const s = new Sketch();
    const x = s.input('x', 2);
    const squared = s.node('Mul', [x, x], f(2));
    const y = s.node('Add', [s.node('Add', [squared, x], f(2)), x], f(2));
    const { of } = await gradients(s.graph(y), y, float32([2, 2], [1, 0, 0, 1]), [x], { x: float32([2], [3, 5]) });
    expect(of.get(x)!.shape).toEqual([2, 2]);
    expect(toNumbers(of.get(x)!)).toEqual([8, 0, 0, 12]);
  });

  test('what was broadcast is summed back to the shape of its value', async () => {
    const s = new Sketch();
    const [x, gate] = [s.input('x', 1, 2, 2), s.input('gate', 2, 1)];
    const y = s.node('Mul', [x, gate], f(1, 2, 2));
    const feeds = { x: float32([1, 2, 2], [1, 2, 3, 4]), gate: float32([2, 1], [10, 20]) };
    const { of } = await gradients(s.graph(y), y, float32([1, 1, 2, 2], [1, 1, 1, 1]), [x, gate], feeds);
    expect(toNumbers(of.get(x)!)).toEqual([10, 10, 20, 20]);
    expect(of.get(gate)!.shape).toEqual([1, 2, 1]);
    expect(toNumbers(of.get(gate)!)).toEqual([3, 7]);
  });

  test('the gradient of a layer stops there: nothing before it is differentiated', async () => {
    const s = new Sketch();
    const x = s.input('x', 3);
    const layer = s.node('Det', [x], f(3));
    const y = s.node('Exp', [layer], f(3));
    const graph = s.graph(y);
    const b = new GraphBuilder(graph);
    const seed = b.input('seed', { dtype: 'float32', shape: ['K', 3] });
    const found = backward(b, graph, { seeds: new Map([[y, seed]]), wrt: [layer] });
    expect([...found.keys()]).toEqual([layer]);
    expect(b.nodesFrom(graph.nodes.length).map((node) => node.op)).toEqual(['Mul']);
  });

  test('a seeded value is its own gradient; a value that nothing seeded depends on has none', () => {
    const s = new Sketch();
    const [x, other] = [s.input('x', 3), s.input('other', 3)];
    const y = s.node('Exp', [x], f(3));
    const graph = s.graph(y);
    const b = new GraphBuilder(graph);
    const seed = b.input('seed', { dtype: 'float32', shape: ['K', 3] });
    const found = backward(b, graph, { seeds: new Map([[y, seed]]), wrt: [y, other] });
    expect([...found]).toEqual([[y, seed]]);
    expect(b.nodeCount).toBe(graph.nodes.length);
  });

  test('no gradient is computed for what does not depend on the wanted value', () => {
    const s = new Sketch();
    const [x, side] = [s.input('x', 3), s.input('side', 3)];
    const y = s.node('Mul', [s.node('Exp', [x], f(3)), s.node('NobodyHasIt', [side], f(3))], f(3));
    const graph = s.graph(y);
    const b = new GraphBuilder(graph);
    const seed = b.input('seed', { dtype: 'float32', shape: ['K', 3] });
    backward(b, graph, { seeds: new Map([[y, seed]]), wrt: [x] });
    expect(b.nodesFrom(graph.nodes.length).map((node) => node.op)).toEqual(['Mul', 'Mul']);
  });

  test('another rule takes the place of the operator’s own', async () => {
    const s = new Sketch();
    const x = s.input('x', 2);
    const y = s.node('Relu', [x], f(2));
    const straight = (node: Node) =>
      node.op === 'Relu' ? (c: { g: readonly (string | null)[] }) => [c.g[0]!] : undefined;
    const feeds = { x: float32([2], [-1, 1]) };
    const { of } = await gradients(s.graph(y), y, float32([1, 2], [5, 5]), [x], feeds, straight);
    expect(toNumbers(of.get(x)!)).toEqual([5, 5]);
  });
});

describe('what cannot be differentiated', () => {
  function model() {
    const s = new Sketch();
    const x = s.input('x', 3);
    const hidden = s.node('Exp', [s.node('Det', [s.node('NobodyHasIt', [x], f(3))], f(3))], f(3));
    const y = s.node('Det', [hidden], f(3));
    return { graph: s.graph(y), x, y, hidden };
  }

  test('is named all at once, before a node is added', () => {
    const { graph, x, y } = model();
    const b = new GraphBuilder(graph);
    const run = () => backward(b, graph, { seeds: new Map([[y, 'seed']]), wrt: [x] });
    expect(run).toThrow(ExplainError);
    expect(run).toThrow(expect.objectContaining({ kind: 'unsupported', subject: 'operator NobodyHasIt, Det' }));
    expect(run).toThrow("NobodyHasIt (node 'NobodyHasIt'), Det (node 'Det' and 1 more)");
    expect(b.nodeCount).toBe(graph.nodes.length);
  });

  test('can be asked for beforehand, by layer', () => {
    const { graph, x, y, hidden } = model();
    expect(differentiable(graph, [y], [x])?.subject).toBe('operator NobodyHasIt, Det');
    expect(differentiable(graph, [hidden], [hidden])).toBeNull();
  });

  test('includes inputs that a rule does not cover: padding with a number made from the image', () => {
    const s = new Sketch();
    const [x, pads, fill] = [s.input('x', 1, 1, 4, 4), s.input('pads', 8), s.input('fill', 1)];
    const y = s.node('Pad', [x, pads, fill], f(1, 1, 6, 6));
    expect(differentiable(s.graph(y), [y], [x])).toBeNull();
    expect(differentiable(s.graph(y), [y], [fill])?.message).toContain('Pad');
  });

  test('quantised activations refuse rather than give a zero gradient', () => {
    const s = new Sketch();
    const x = s.input('x', 3);
    const scale = s.b.constant(float32([], [0.1]));
    const quantised = s.node('QuantizeLinear', [x, scale], { dtype: 'uint8', shape: [3] });
    const y = s.node('DequantizeLinear', [quantised, scale], f(3));
    expect(differentiable(s.graph(y), [y], [x])?.message).toContain('QuantizeLinear');
  });

  test('an unknown size is refused by the operator that needs it', () => {
    const s = new Sketch();
    const x = s.b.input('x', { dtype: 'float32', shape: [1, 2, 'h', 'w'] });
    const y = s.node('GlobalAveragePool', [x], f(1, 2, 1, 1));
    const graph = s.graph(y);
    const b = new GraphBuilder(graph);
    const seed = b.input('seed', { dtype: 'float32', shape: ['K', 1, 2, 1, 1] });
    const run = () => backward(b, graph, { seeds: new Map([[y, seed]]), wrt: [x] });
    expect(run).toThrow(expect.objectContaining({ kind: 'unsupported', subject: "node 'GlobalAveragePool'" }));
  });
});
