import { expect, test } from 'vitest';
import { openOnnxRuntime } from '../../../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../../src/explainers/graph/graph.ts';
import { verify } from '../../../../src/explainers/graph/verify.ts';
import { withoutFrontAxis } from '../../../../src/explainers/ops/canonical/frontAxis.ts';
import { inferTypes } from '../../../../src/explainers/ops/infer.ts';
import { float32, int64, sizeOf, type Tensor, toNumbers } from '../../../../src/explainers/tensor/tensor.ts';

const wave = (seed: number, ...shape: number[]) =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(seed + 1.3 * i)),
  );

const FEEDS = new Map<string, Tensor>([
  ['x', wave(1, 2, 4, 3, 3)],
  ['mask', wave(2, 2, 4, 3, 3)],
]);

/**
 * A gradient's way for one class: [2, 4, 3, 3] with an axis before it, masked, split by channels, one part scaled, put
 * together.
 */
function gradientLike(axis: number): Graph {
  const b = new GraphBuilder('front');
  const x = b.input('x', { dtype: 'float32', shape: [2, 4, 3, 3] });
  const mask = b.input('mask', { dtype: 'float32', shape: [2, 4, 3, 3] });
  const front = b.node('Reshape', [x, b.constant(int64([-1, 2, 4, 3, 3]))]);
  const masked = b.node('Mul', [front, mask]);
  const [a, z] = b.nodes('Split', [masked, b.constant(int64([1, 3]))], 2, { axis }) as [string, string];
  const scaled = b.node('Mul', [z, b.constant(wave(3, 3, 1, 1))]);
  const whole = b.node('Concat', [scaled, a], { axis });
  const sum = b.node('Sum', [whole, masked, front]);
  b.setOutputs([b.node('Reshape', [sum, b.constant(int64([-1, 4, 3, 3]))])]);
  return inferTypes(b.build());
}

const run = async (graph: Graph) => {
  const executable = await (await openOnnxRuntime({ threads: 1 })).compile(graph);
  return [...(await executable.run(FEEDS)).values()][0]!;
};

test.each([2, -3])('the axis of one class (channels at axis %d) goes, and the values stay', async (axis) => {
  const graph = gradientLike(axis);
  const lean = withoutFrontAxis(graph);
  expect(verify(lean)).toEqual([]);
  expect(lean.nodes.map(({ op }) => op)).toEqual(['Mul', 'Split', 'Mul', 'Concat', 'Sum']);
  const [plain, own] = [await run(graph), await run(lean)];
  expect(own.shape).toEqual(plain.shape);
  expect(toNumbers(own)).toEqual(toNumbers(plain));
});

test('an axis that is split, or that an operator in between looks at, stays', async () => {
  const b = new GraphBuilder('front');
  const x = b.input('x', { dtype: 'float32', shape: [2, 4, 3, 3] });
  b.input('mask', { dtype: 'float32', shape: [2, 4, 3, 3] });
  const front = b.node('Reshape', [x, b.constant(int64([1, 2, 4, 3, 3]))]);
  const twice = b.node('Concat', [front, front], { axis: 0 });
  const [a] = b.nodes('Split', [twice, b.constant(int64([1, 1]))], 2, { axis: 0 }) as [string, string];
  const seen = b.node('Softmax', [b.node('Add', [a, front])], { axis: 0 });
  b.setOutputs([b.node('Reshape', [b.node('Mul', [seen, front]), b.constant(int64([2, 4, 3, 3]))])]);
  const graph = inferTypes(b.build());
  const lean = withoutFrontAxis(graph);
  expect(verify(lean)).toEqual([]);
  expect(toNumbers(await run(lean))).toEqual(toNumbers(await run(graph)));
});
