import { expect, test } from 'vitest';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { ortForm } from '../../../src/explainers/engines/ortForm.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { float32, sizeOf, toNumbers } from '../../../src/explainers/tensor/tensor.ts';

const wave = (seed: number, ...shape: number[]) =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(seed + 1.3 * i)),
  );

/** x W, and the product of the result by Wᵀ. */
function bothWays() {
  const b = new GraphBuilder('ways');
  const x = b.input('x', { dtype: 'float32', shape: [2, 3, 4] });
  const weights = b.constant(wave(1, 4, 5), 'weights');
  const there = b.node('MatMul', [x, weights]);
  const back = b.node('MatMul', [there, b.node('Transpose', [weights], { perm: [1, 0] })]);
  b.setOutputs([back]);
  return b.build();
}

test('weights that serve both directions are held once, and give the same product', async () => {
  const { graph, bothWays: shared } = ortForm(bothWays(), false);
  expect(shared).toBe(true);
  expect(graph.nodes.map(({ op }) => op)).toEqual(['MatMul', 'FusedMatMul']);
  const engine = await openOnnxRuntime({ threads: 1 });
  const executable = await engine.compile(bothWays());
  const [result] = [...(await executable.run(new Map([['x', wave(2, 2, 3, 4)]]))).values()];
  const [x, w] = [wave(2, 2, 3, 4).data, wave(1, 4, 5).data];
  const wanted = Array.from({ length: 24 }, (_, at) => {
    const [row, column] = [Math.floor(at / 4), at % 4];
    let sum = 0;
    for (let k = 0; k < 4; k++) {
      for (let j = 0; j < 5; j++) sum += x[row * 4 + k]! * w[k * 5 + j]! * w[column * 5 + j]!;
    }
    return sum;
  });
  for (const [i, value] of [...toNumbers(result!)].entries()) expect(value).toBeCloseTo(wanted[i]!, 5);
});

test('other transpositions, and products by what is not constant, stay as they are', () => {
  const b = new GraphBuilder('others');
  const x = b.input('x', { dtype: 'float32', shape: [3, 4, 4] });
  const turned = b.node('Transpose', [b.constant(wave(1, 3, 4, 4), 'weights')], { perm: [0, 2, 1] });
  const own = b.node('Transpose', [x], { perm: [0, 2, 1] });
  b.setOutputs([b.node('MatMul', [b.node('MatMul', [x, turned]), own])]);
  const graph = b.build();
  expect(ortForm(graph, true)).toEqual({ graph, bothWays: false });
});
