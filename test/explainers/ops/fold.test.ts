import { afterAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { ExplainError } from '../../../src/explainers/errors.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { canonicalize } from '../../../src/explainers/ops/canonical/canonicalize.ts';
import { float32, int64, type Tensor, toNumbers } from '../../../src/explainers/tensor/tensor.ts';

const bool = (data: readonly number[]): Tensor => ({
  dtype: 'bool',
  shape: [data.length],
  data: Uint8Array.from(data),
});

const engine: Engine = await openOnnxRuntime({ threads: 1 });
afterAll(() => engine.dispose());

describe('a OneHot of constants is known beforehand', () => {
  test.each([-1, 0, 1, 2])('as the runtime has it, along axis %i', async (axis) => {
    for (const values of [float32([2], [0.5, 2]), int64([0, 1])]) {
      const b = new GraphBuilder('oneHot');
      const indices = b.constant(int64([0, 2, -1, 5, -9, 3], [2, 3]));
      b.setOutputs([b.node('OneHot', [indices, b.constant(int64([4], [])), b.constant(values)], { axis })]);
      const graph = b.build();
      const [output] = graph.outputs as [string];
      const executable = await engine.compile(graph);
      const want = (await executable.run(new Map())).get(output)!;
      await executable.dispose();
      const found = canonicalize(graph).constants.get(output) as Tensor;
      expect([found.dtype, found.shape, toNumbers(found)]).toEqual([want.dtype, want.shape, toNumbers(want)]);
    }
  });
});

describe('whole and floating numbers mixed, which ONNX forbids', () => {
  test.each([
    ['Where', [bool([1, 0]), int64([1, 2]), float32([2], [0.5, 1.5])]],
    ['Where', [bool([1, 0]), float32([2], [0.5, 1.5]), int64([1, 2])]],
    ['Concat', [int64([1, 2]), float32([2], [0.5, 1.5])]],
    ['Concat', [float32([2], [0.5, 1.5]), int64([1, 2])]],
  ] as const)('%s is left to the runtime to refuse, or is the model’s error', (op, tensors) => {
    const b = new GraphBuilder('mixed');
    const inputs = tensors.map((tensor) => b.constant(tensor));
    b.setOutputs([b.node(op, inputs, op === 'Concat' ? { axis: 0 } : {})]);
    let thrown: unknown;
    try {
      expect(canonicalize(b.build()).nodes.map((node) => node.op)).toEqual([op]);
    } catch (error) {
      thrown = error;
    }
    expect(thrown === undefined || thrown instanceof ExplainError).toBe(true);
  });
});
