import { expect, test } from 'vitest';
import { openOnnxRuntime } from '../../../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../../../src/explainers/graph/build.ts';
import { prune } from '../../../../src/explainers/graph/rewrite.ts';
import { scalesIntoKernels } from '../../../../src/explainers/ops/canonical/scalesIntoKernels.ts';
import { inferTypes } from '../../../../src/explainers/ops/infer.ts';
import { float32, int64, sizeOf, toNumbers } from '../../../../src/explainers/tensor/tensor.ts';

const wave = (seed: number, ...shape: number[]) =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(seed + 1.3 * i)),
  );

/** conv(x) regrouped to [2, 1, 4, 5, 5], masked and scaled: the way back through a normalisation before a rectifier. */
function graphOf(options: {
  readonly readTwice?: boolean;
  readonly factor?: readonly number[];
  readonly bias?: boolean;
}) {
  const b = new GraphBuilder('scale');
  const x = b.input('x', { dtype: 'float32', shape: [2, 3, 5, 5] });
  const mask = b.input('mask', { dtype: 'float32', shape: [1, 4, 5, 5] });
  const bias = options.bias ? [b.constant(wave(4, 4), 'bias')] : [];
  const conv = b.node('Conv', [x, b.constant(wave(1, 4, 3, 3, 3), 'kernel'), ...bias], { pads: [1, 1, 1, 1] });
  const apart = b.node('Reshape', [conv, b.constant(int64([2, 1, 4, 5, 5]), 'shape')]);
  const factor = b.constant(wave(2, ...(options.factor ?? [4, 1, 1])), 'factor');
  b.setOutputs([
    b.node('Neg', [b.node('Mul', [b.node('Mul', [apart, mask]), factor])]),
    ...(options.readTwice ? [apart] : []),
  ]);
  return inferTypes(b.build());
}

async function numbersOf(graph: ReturnType<typeof graphOf>) {
  const engine = await openOnnxRuntime({ threads: 1 });
  const feeds = new Map([
    ['x', wave(3, 2, 3, 5, 5)],
    [
      'mask',
      float32(
        [1, 4, 5, 5],
        Float32Array.from({ length: 100 }, (_, i) => i % 3 && 1),
      ),
    ],
  ]);
  return toNumbers([...(await (await engine.compile(graph)).run(feeds)).values()][0]!);
}

test('a factor per channel goes into the kernel, through a mask and a regrouping', async () => {
  const graph = graphOf({});
  const lean = prune(scalesIntoKernels(graph));
  const after = lean.nodes.slice(lean.nodes.findIndex(({ op }) => op === 'Conv')).map(({ op }) => op);
  expect(after).toEqual(['Conv', 'Reshape', 'Mul', 'Neg']);
  const [wanted, found] = [await numbersOf(graph), await numbersOf(lean)];
  for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 5);
});

test.each([
  ['what comes in between is wanted as it is', { readTwice: true }],
  ['the factor is another one at each place', { factor: [4, 5, 5] }],
  ['a bias would have to be scaled as well', { bias: true }],
])('not where %s', (_, options) => {
  const graph = graphOf(options);
  expect(scalesIntoKernels(graph)).toBe(graph);
});
