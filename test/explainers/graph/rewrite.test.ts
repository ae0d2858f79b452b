import { expect, test } from 'vitest';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import {
  capturedBy,
  inTopologicalOrder,
  producers,
  prune,
  readers,
  replaceUses,
  subgraph,
} from '../../../src/explainers/graph/rewrite.ts';
import { verify } from '../../../src/explainers/graph/verify.ts';
import { float32, scalar } from '../../../src/explainers/tensor/tensor.ts';
import { printGraph } from '../../printGraph.ts';
import { graphOf } from './graphs.ts';

/** image → a → b → c, with b read twice; and a branch that reads `a` from inside. */
const graph = graphOf((b, image) => {
  const a = b.node('Relu', [image], {}, 'a');
  const two = b.constant(scalar(2), 'two');
  const first = b.node('Mul', [a, two], {}, 'b');
  const branch: Graph = graphOf((inner) => [inner.node('Neg', [a], {}, 'inner')]);
  const picked = b.node('If', ['flag'], { then_branch: { kind: 'graph', value: { ...branch, inputs: [] } } }, 'if');
  const dead = b.node('Add', [picked, b.constant(float32([3], [1, 2, 3]), 'unused')], {}, 'dead');
  void dead;
  return [b.node('Add', [first, first], {}, 'c')];
});

const ops = (g: Graph) => g.nodes.map(({ op }) => op);

test('what no output needs goes, with its constants and types', () => {
  const pruned = prune(graph);
  expect(ops(pruned)).toEqual(['Relu', 'Mul', 'Add']);
  expect([...pruned.constants.keys()]).toEqual(['two']);
  expect(pruned.inputs).toEqual(['image']);
  expect(pruned.types.has('unused')).toBe(false);
});

test('readers and producers count subgraphs in', () => {
  expect(
    readers(graph.nodes)
      .get('a:0')!
      .map(({ op }) => op),
  ).toEqual(['Mul', 'If']);
  expect(readers(graph.nodes).get('b:0')!.length).toBe(1);
  expect(producers(graph.nodes).get('c:0')!.op).toBe('Add');
});

test('uses are replaced everywhere, chains followed; the graph itself is not changed', () => {
  const before = printGraph(graph);
  const replaced = replaceUses(
    graph,
    new Map([
      ['a:0', 'image'],
      ['c:0', 'b:0'],
      ['b:0', 'a:0'],
    ]),
  );
  expect(replaced.outputs).toEqual(['image']);
  const branch = replaced.nodes.find(({ op }) => op === 'If')!.attributes.get('then_branch')!.value as Graph;
  expect(capturedBy(branch)).toEqual(['image']);
  expect(printGraph(graph)).toBe(before);
});

test('nodes are put in order, and left alone where they are', () => {
  const sorted = graph.nodes;
  expect(inTopologicalOrder(sorted)).toBe(sorted);
  const shuffled = sorted.toReversed();
  const again = inTopologicalOrder(shuffled);
  expect(verify({ ...graph, inputs: ['image', 'flag'], nodes: again })).toEqual([]);
  expect(new Set(again)).toEqual(new Set(sorted));
});

test('nodes on a cycle come last', () => {
  const [relu, mul] = graph.nodes;
  const looped = [{ ...relu!, inputs: ['b:0'] }, mul!, { ...relu!, name: 'free', outputs: ['f'] }];
  expect(inTopologicalOrder(looped).map(({ name }) => name)).toEqual(['free', 'a', 'b']);
});

test('a part of a graph begins at the values given', () => {
  const part = subgraph(graph, ['a:0'], ['c:0']);
  expect(part.inputs).toEqual(['a:0']);
  expect(ops(part)).toEqual(['Mul', 'Add']);
  expect(part.outputs).toEqual(['c:0']);
  expect(verify(part)).toEqual([]);
});

test('a part keeps the inputs of the graph that it still needs', () => {
  const sum = graphOf((b, image) => [b.node('Add', [b.node('Relu', [image], {}, 'a'), image], {}, 'c')]);
  expect(subgraph(sum, ['a:0'], ['c:0']).inputs).toEqual(['image', 'a:0']);
  expect(subgraph(sum, [], ['a:0']).inputs).toEqual(['image']);
});

test('a graph prints as text', () => {
  const small = graphOf((b, image) => [
    b.node('Clip', [image, '', b.constant(scalar(6), 'six')], { note: 'x', axes: [1, 2] }, 'clip'),
  ]);
  expect(printGraph(small)).toBe(
    [
      'graph test (opset 21)',
      'input  image: float32[1,3,8,8]',
      'const  six: float32[]',
      'clip:0 = Clip(image, ·, six) {note: "x", axes: [1,2]} : ?',
      'output clip:0',
    ].join('\n'),
  );
});
