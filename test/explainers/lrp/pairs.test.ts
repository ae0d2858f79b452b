import { afterAll, describe, expect, it } from 'vitest';
import { backward } from '../../../src/explainers/autodiff/backward.ts';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Composite } from '../../../src/explainers/lrp/composite.ts';
import { relevanceRules } from '../../../src/explainers/lrp/propagate.ts';
import type { LinearRule } from '../../../src/explainers/lrp/rule.ts';
import { alphaBetaRule, epsilonRule, gammaRule, zPlusRule } from '../../../src/explainers/lrp/rules.ts';
import { numbers } from '../../tinyModels.ts';

const engine = await openOnnxRuntime({ threads: 1 });
afterAll(() => engine.dispose());

const [N, M] = [6, 4];
const [x, weight, bias, relevance] = [numbers([1, N], 1), numbers([N, M], 2), numbers([M], 3), numbers([1, 1, M], 4)];

/** Relevance of x through a dense layer, in one operator or as exporters write it. */
async function through(rule: LinearRule, apart: boolean): Promise<readonly number[]> {
  const b = new GraphBuilder('layer');
  const image = b.input('x', { dtype: 'float32', shape: [1, N] });
  const [w, c] = [b.constant(weight, 'w'), b.constant(bias, 'b')];
  const output = { dtype: 'float32', shape: [1, M] } as const;
  const typed = (value: string) => {
    b.type(value, output);
    return value;
  };
  const y = apart
    ? typed(b.node('Add', [c, typed(b.node('MatMul', [image, w]))]))
    : typed(b.node('Gemm', [image, w, c]));
  b.setOutputs([y]);
  const graph = b.build();
  const grown = new GraphBuilder(graph);
  const seeds = grown.input('relevance', { dtype: 'float32', shape: [1, 1, M] });
  const composite: Composite = { id: '', title: '', about: '', convolution: () => rule, dense: () => rule };
  const override = relevanceRules(graph, { composite, options: { epsilon: 0, gamma: 0 }, input: 'x', bounds: null });
  const gradients = backward(grown, graph, { seeds: new Map([[y, seeds]]), wrt: ['x'], override });
  grown.setOutputs([gradients.get('x')!]);
  const executable = await engine.compile(grown.build());
  const results = await executable.run(
    new Map([
      ['x', x],
      ['relevance', relevance],
    ]),
  );
  await executable.dispose();
  return Array.from([...results.values()][0]!.data as Float32Array);
}

describe('a product and the addition of its bias', () => {
  it.each(
    [epsilonRule(0.01), zPlusRule(), alphaBetaRule(2, 1), gammaRule(0.25)].map((rule) => [rule.id, rule] as const),
  )('count as one layer under %s', async (_, rule) => {
    const [apart, whole] = [await through(rule, true), await through(rule, false)];
    for (const [i, value] of whole.entries()) expect(apart[i]).toBeCloseTo(value, 5);
  });
});
