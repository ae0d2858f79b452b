import { expect, test } from 'vitest';
import type { Graph, Node } from '../../../src/explainers/graph/graph.ts';
import { verify } from '../../../src/explainers/graph/verify.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';
import { graphOf } from './graphs.ts';

const sound = graphOf((b, image) => [b.node('Relu', [b.node('Neg', [image])])]);
const withNodes = (nodes: readonly Node[], more: Partial<Graph> = {}): Graph => ({ ...sound, nodes, ...more });
const node = (name: string, inputs: readonly string[], outputs: readonly string[]): Node => ({
  name,
  op: 'Add',
  domain: '',
  inputs,
  outputs,
  attributes: new Map(),
});

test('a sound graph has no problems', () => expect(verify(sound)).toEqual([]));

test('every problem is named, all at once', () => {
  const broken = withNodes([node('a', ['later', 'image'], ['v']), node('a', ['none', ''], ['later', 'v', ''])], {
    constants: new Map([
      ['image', float32([1])],
      ['short', float32([3], [1, 2])],
    ]),
    types: new Map([
      ['image', { dtype: 'int64', shape: [1] }],
      ['v', { dtype: 'float32', shape: [-1] }],
    ]),
    outputs: ['nowhere'],
  });
  expect(verify(broken)).toEqual([
    "value 'image' is computed twice, the second time by a constant",
    "constant 'image' is float32, not int64",
    "constant 'short' holds 2 elements, which does not match its shape [3]",
    "node 'a' (Add) reads 'later', before it is computed",
    "node 'a' (Add) has the name of another node",
    "node 'a' (Add) reads 'none', which nothing computes",
    "value 'v' is computed twice, the second time by node 'a' (Add)",
    "no node computes output 'nowhere'",
    "value 'v' has the impossible dimension -1",
  ]);
});

test('a subgraph sees what was made before its node, and nothing after', () => {
  const branch = (reads: string): Graph => ({
    ...withNodes([node('inner', [reads], ['t'])]),
    inputs: [],
    outputs: ['t'],
  });
  const choose = (reads: string): Node => ({
    ...node('if', ['image'], ['y']),
    attributes: new Map([['then_branch', { kind: 'graph', value: branch(reads) }]]),
  });
  expect(verify(withNodes([choose('image')], { outputs: ['y'] }))).toEqual([]);
  expect(verify(withNodes([choose('z'), node('last', ['y'], ['z'])], { outputs: ['z'] }))).toEqual([
    "node 'inner' (Add) reads 'z', which nothing computes",
  ]);
});

test('a graph without outputs is a problem', () => {
  expect(verify({ ...sound, outputs: [] })).toEqual(['there is no output']);
});
