import { expect, test } from 'vitest';
import { openOnnxRuntime } from '../../../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../../../src/explainers/graph/build.ts';
import { prune } from '../../../../src/explainers/graph/rewrite.ts';
import { withoutIdleExpands } from '../../../../src/explainers/ops/canonical/idleExpands.ts';
import { inferTypes } from '../../../../src/explainers/ops/infer.ts';
import { float32, int64, toNumbers } from '../../../../src/explainers/tensor/tensor.ts';

/** The mean over some axes of [2, 3, 1] repeated to [2, 3, 4]. */
function meanOfRepeated(axes: readonly number[]) {
  const b = new GraphBuilder('mean');
  const x = b.input('x', { dtype: 'float32', shape: [2, 3, 1] });
  const wide = b.node('Expand', [x, b.constant(int64([2, 3, 4]))]);
  b.setOutputs([b.node('ReduceMean', [wide, b.constant(int64(axes))], { keepdims: 0 })]);
  return inferTypes(b.build());
}

test.each([
  [[2], 0],
  [[-1], 0],
  [[1], 1],
  [[1, 2], 1],
])('a mean over axes %j keeps %d repetitions, and its value', async (axes, expands) => {
  const graph = meanOfRepeated(axes);
  const lean = prune(withoutIdleExpands(graph));
  expect(lean.nodes.filter(({ op }) => op === 'Expand')).toHaveLength(expands);
  const engine = await openOnnxRuntime({ threads: 1 });
  const feeds = new Map([['x', float32([2, 3, 1], [1, 2, 3, 4, 5, 7])]]);
  const values = await Promise.all(
    [graph, lean].map(async (each) => [...(await (await engine.compile(each)).run(feeds)).values()][0]!),
  );
  expect(values[1]!.shape).toEqual(values[0]!.shape);
  expect(toNumbers(values[1]!)).toEqual(toNumbers(values[0]!));
});
