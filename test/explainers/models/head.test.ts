import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { findHead } from '../../../src/explainers/models/scores/head.ts';
import { specialize } from '../../../src/explainers/ops/infer.ts';
import { int64 } from '../../../src/explainers/tensor/tensor.ts';
import { tinyClassifier } from '../../tinyModels.ts';

const ready = (graph: Graph) => specialize(graph, new Map([['image', [1, 3, 8, 8]]]));

describe('the class logits', () => {
  test.each([
    ['Sigmoid', 'sigmoid'],
    ['Softmax', 'softmax'],
    ['LogSoftmax', 'softmax'],
  ] as const)('are the tensor before a final %s', (activation, found) => {
    const graph = ready(tinyClassifier({ activation }));
    expect(findHead(graph, null, undefined, true)).toEqual({
      output: graph.outputs[0],
      logits: 'logits:0',
      found,
      classes: 3,
    });
  });

  test('are the output itself where nothing follows, or where the card says so', () => {
    expect(findHead(ready(tinyClassifier({ activation: null })), null, undefined, true).found).toBeNull();
    expect(findHead(ready(tinyClassifier({})), null, undefined, false)).toMatchObject({
      logits: 'scores:0',
      found: null,
    });
  });

  test('logits and probabilities, both given out, are one head', () => {
    const head = findHead(ready(tinyClassifier({ activation: 'Sigmoid', both: true })), null, undefined, true);
    expect(head).toMatchObject({ logits: 'logits:0', found: 'sigmoid' });
  });

  test('are found behind a Reshape after the activation', () => {
    const b = new GraphBuilder(tinyClassifier({}));
    b.setOutputs([b.node('Reshape', ['scores:0', b.constant(int64([1, 3, 1, 1]))])]);
    expect(findHead(ready(b.build()), null, undefined, true)).toMatchObject({
      logits: 'logits:0',
      found: 'softmax',
      classes: 3,
    });
  });

  test('of several outputs, the one with as many classes as labels', () => {
    const b = new GraphBuilder(tinyClassifier({ activation: null }));
    b.setOutputs(['logits:0', 'features:0']);
    const graph = ready(b.build());
    expect(findHead(graph, null, 3, true).output).toBe('logits:0');
    expect(findHead(graph, 'features:0', undefined, true).classes).toBe(5);
    expect(() => findHead(graph, null, undefined, true)).toThrow(/several outputs.*'logits:0', 'features:0'/);
  });

  test('a name that is not there, or has no number per class, is refused with the names that exist', () => {
    const graph = ready(tinyClassifier({}));
    expect(() => findHead(graph, 'score:0', undefined, true)).toThrow(
      /no output or value 'score:0'. Did you mean 'scores:0'/,
    );
    expect(() => findHead(graph, 'relu:0', undefined, true)).toThrow(/'relu:0' has shape \[1, 5, 8, 8\]/);
  });
});
