import { expect, test } from 'vitest';
import { blockedMasks } from '../../../src/explainers/engines/blockedMasks.ts';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { inferTypes } from '../../../src/explainers/ops/infer.ts';
import { float32, scalar, sizeOf, toNumbers } from '../../../src/explainers/tensor/tensor.ts';

const INPUT = [2, 3, 6, 6];
const wave = (seed: number, ...shape: number[]) =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(seed + 1.3 * i)),
  );

/**
 * A convolution to `channels`, its rectified result (or another function of it), and the mask where that exceeds
 * `threshold`.
 */
function masked(channels: number, { rectify = 'Relu', threshold = 0 } = {}): Graph {
  const b = new GraphBuilder('mask');
  const x = b.input('x', { dtype: 'float32', shape: INPUT });
  const conv = b.node('Conv', [x, b.constant(wave(1, channels, 3, 3, 3), 'kernel')]);
  const y = b.node(rectify, [conv]);
  const mask = b.node('Cast', [b.node('Greater', [y, b.constant(scalar(threshold))])], { to: 1 });
  b.setOutputs([b.node('Mul', [y, mask]), mask]);
  return inferTypes(b.build());
}

const opsOf = (graph: Graph) => graph.nodes.map(({ op }) => op);

test('the mask of rectified channels in whole blocks is a convolution, and the same to the last bit', async () => {
  const graph = masked(32);
  const blocked = blockedMasks(graph);
  expect(opsOf(blocked)).toEqual(['Conv', 'Relu', 'Conv', 'Clip', 'Mul']);
  const engine = await openOnnxRuntime({ threads: 1 });
  const feeds = new Map([['x', wave(2, ...INPUT)]]);
  const [plain, own] = await Promise.all(
    [graph, blocked].map(async (each) => [...(await (await engine.compile(each)).run(feeds)).values()]),
  );
  expect(plain!.map(toNumbers)).toEqual(own!.map(toNumbers));
  const mask = [...toNumbers(own![1]!)];
  expect(new Set(mask)).toEqual(new Set([0, 1]));
  // Where the result was zero, so is the mask; it is no accident of one sign.
  expect(mask.filter((value) => value === 0).length).toBeGreaterThan(mask.length / 4);
});

test.each([
  ['channels in no whole blocks', masked(24)],
  ['what is not rectified', masked(32, { rectify: 'Sigmoid' })],
  ['another threshold', masked(32, { threshold: 0.5 })],
])('%s: the mask stays as it is', (_, graph) => {
  expect(blockedMasks(graph)).toBe(graph);
});

test('small values pass and large ones do not overflow', async () => {
  const b = new GraphBuilder('range');
  const x = b.input('x', { dtype: 'float32', shape: [1, 16, 1, 4] });
  const same = b.node('Conv', [x, b.constant(float32([16, 1, 1, 1], new Float32Array(16).fill(1)), 'same')], {
    group: 16,
  });
  const y = b.node('Relu', [same]);
  b.setOutputs([b.node('Cast', [b.node('Greater', [y, b.constant(scalar(0))])], { to: 1 })]);
  const values = [1e-37, 3e38, 0, -3e38];
  const feeds = new Map([
    [
      'x',
      float32(
        [1, 16, 1, 4],
        Float32Array.from({ length: 64 }, (_, i) => values[i % 4]!),
      ),
    ],
  ]);
  const blocked = blockedMasks(inferTypes(b.build()));
  expect(opsOf(blocked)).toContain('Clip');
  const executable = await (await openOnnxRuntime({ threads: 1 })).compile(blocked);
  const [mask] = [...(await executable.run(feeds)).values()];
  expect([...toNumbers(mask!)]).toEqual(Array.from({ length: 16 }, () => [1, 1, 0, 0]).flat());
});
