// Words that every JavaScript object knows are words like any other: as operators, attributes' values, labels,
// parameters, methods.
import { describe, expect, test } from 'vitest';
import { attributesOf } from '../../src/explainers/graph/attributes.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import { resolveParameters } from '../../src/explainers/method/parameterValues.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { parseCardText } from '../../src/explainers/models/card/cardText.ts';
import { explainable } from '../../src/explainers/models/explainable.ts';
import { canonicalize } from '../../src/explainers/ops/canonical/canonicalize.ts';
import { withoutFrontAxis } from '../../src/explainers/ops/canonical/frontAxis.ts';
import { batched } from '../../src/explainers/perturbation/batched.ts';
import { own, setOwn } from '../../src/explainers/tables.ts';
import { tinyClassifier } from '../tinyModels.ts';

/** What `Object.prototype` has. */
const WORDS = Object.getOwnPropertyNames(Object.prototype);

describe.each(WORDS)('%s', (word) => {
  test('an operator of this name is one that nobody knows: it is never left out, nor called', () => {
    const graph = tinyClassifier();
    const at = graph.nodes.findIndex(({ op }) => op === 'Relu');
    for (const domain of ['', 'com.example']) {
      const nodes = graph.nodes.with(at, { ...graph.nodes[at]!, op: word, domain });
      const strange = { ...graph, nodes };
      for (const change of [canonicalize, withoutFrontAxis]) {
        expect(change(strange).nodes.map(({ op }) => op)).toContain(word);
      }
      try {
        const { model } = explainable(strange, { model: '/model.onnx', path: null, text: null });
        expect(model.graph.nodes.map(({ op }) => op)).toContain(word);
        batched(model.graph, model.input, 4);
      } catch (thrown) {
        expect(thrown).toMatchObject({ name: 'ExplainError' });
      }
    }
  });

  test('an attribute of this value is refused by name', () => {
    for (const [op, name] of [
      ['Resize', 'mode'],
      ['Resize', 'nearest_mode'],
      ['Resize', 'coordinate_transformation_mode'],
      ['Pad', 'mode'],
    ] as const) {
      const b = new GraphBuilder('g');
      const image = b.input('image', { dtype: 'float32', shape: [1, 3, 8, 8] });
      const sizes = b.constant({ dtype: 'int64', shape: [4], data: BigInt64Array.of(1n, 3n, 4n, 4n) });
      const pads = b.constant({ dtype: 'int64', shape: [8], data: new BigInt64Array(8) });
      const output = b.node(op, op === 'Resize' ? [image, '', '', sizes] : [image, pads], { [name]: word });
      b.setOutputs([output]);
      expect(() => canonicalize(b.build())).not.toThrow(TypeError);
    }
  });

  test('a parameter, a field of a card and an entry of this name are none that are there', () => {
    for (const method of methods.values()) {
      expect(() => resolveParameters(method, Object.fromEntries([[word, 1]]))).toThrow(/no parameter/);
    }
    expect(() => parseCardText(`{ "model": "a.onnx", ${JSON.stringify(word)}: 1 }`, 'card')).toThrow(
      /There is no field/,
    );
    expect(own({}, word)).toBeUndefined();
    const table: Record<string, number> = {};
    setOwn(table, word, 3);
    expect([own(table, word), Object.keys(table), Object.getPrototypeOf(table)]).toEqual([3, [word], Object.prototype]);
    expect(attributesOf(Object.fromEntries([[word, 1]])).get(word)).toEqual({ kind: 'int', value: 1 });
  });
});
