import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Attribute } from '../../../src/explainers/graph/graph.ts';

const type = { dtype: 'float32', shape: [1] } as const;

function branching(): GraphBuilder {
  const b = new GraphBuilder('branching');
  const x = b.input('x', type);
  const inner = new GraphBuilder('inner');
  inner.setOutputs([inner.node('Neg', [x], {}, 'inside')]);
  const body: Attribute = { kind: 'graph', value: inner.build() };
  b.setOutputs([b.node('If', [b.node('Not', [x])], { then_branch: body, else_branch: body }, 'y')]);
  return b;
}

test('a name within a subgraph is taken outside of it', () => {
  const grown = new GraphBuilder(branching().build());
  expect(grown.unique('inside')).toBe('inside_2');
  expect(grown.unique('x')).toBe('x_2');
});

test('a node that is written again may have inputs of the same names, and no values', () => {
  const graph = branching().build();
  const b = GraphBuilder.rewriting(graph, { inputs: [], outputs: [] });
  expect(b.input('x', type)).toBe('x');
  expect(b.unique('inside')).toBe('inside_2');
  expect(b.unique('y')).toBe('y_2');
});
