import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backward } from '../../../../src/explainers/autodiff/backward.ts';
import { maxPoolForm } from '../../../../src/explainers/engines/devices/maxPoolForm.ts';
import type { Engine } from '../../../../src/explainers/engines/engine.ts';
import { openEngine } from '../../../../src/explainers/engines/openEngine.ts';
import { GraphBuilder } from '../../../../src/explainers/graph/build.ts';
import { float32, type Tensor } from '../../../../src/explainers/tensor/tensor.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.dispose());

interface Case {
  readonly shape: readonly [number, number, number, number];
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
  readonly ceil: number;
}

const size = ({ shape, kernel, strides, pads, dilations, ceil }: Case, axis: 0 | 1) => {
  const room = shape[axis + 2]! + pads[axis]! + pads[axis + 2]! - ((kernel[axis] - 1) * dilations[axis] + 1);
  const count = (ceil ? Math.ceil : Math.floor)(room / strides[axis]) + 1;
  // A window that begins behind the image is none.
  return ceil && (count - 1) * strides[axis] >= shape[axis + 2]! + pads[axis]! ? count - 1 : count;
};

function gradientOf(each: Case) {
  const { shape, kernel, strides, pads, dilations, ceil } = each;
  const out = [shape[0], shape[1], size(each, 0), size(each, 1)];
  const b = new GraphBuilder('pool');
  const x = b.input('x', { dtype: 'float32', shape });
  const y = b.node('MaxPool', [x], {
    kernel_shape: [...kernel],
    strides: [...strides],
    pads: [...pads],
    dilations: [...dilations],
    ceil_mode: ceil,
  });
  b.type(y, { dtype: 'float32', shape: out });
  b.setOutputs([y]);
  const forward = b.build();
  const grown = new GraphBuilder(forward);
  const seeds = grown.input('seeds', { dtype: 'float32', shape: ['K', ...out] });
  grown.setOutputs([backward(grown, forward, { seeds: new Map([[y, seeds]]), wrt: [x] }).get(x)!]);
  return { graph: grown.build(), out };
}

const cases = fc
  .record({
    shape: fc.tuple(
      fc.constantFrom(1, 2),
      fc.constantFrom(1, 3),
      fc.integer({ min: 5, max: 8 }),
      fc.integer({ min: 5, max: 8 }),
    ),
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    pads: fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1), fc.nat(1)),
    dilations: fc.tuple(fc.constantFrom(1, 1, 2), fc.constantFrom(1, 1, 2)),
    ceil: fc.nat(1),
  })
  // Windows that lie in the padding alone have no maximum.
  .filter(({ kernel, pads }) => pads.every((pad, i) => pad < kernel[i % 2]!));

test('is the gradient of every pooling, of equal elements the first', async () => {
  await fc.assert(
    fc.asyncProperty(cases, fc.integer(), async (each, seed) => {
      const { graph, out } = gradientOf(each);
      const form = maxPoolForm(graph);
      const [there] = [form.nodes.map(({ op }) => op)];
      expect(there).not.toContain('ScatterElements');
      expect(form.nodes.find(({ op }) => op === 'MaxPool')!.outputs).toHaveLength(1);
      let state = Math.abs(seed) + 1;
      const next = () => (state = (state * 48271) % 2147483647);
      const values = (dims: readonly number[], make: () => number) =>
        float32(dims, Float32Array.from({ length: dims.reduce((a, d) => a * d, 1) }, make));
      const feeds = new Map<string, Tensor>([
        // Few values, so that many are equal.
        ['x', values(each.shape, () => (next() % 4) - 2)],
        ['seeds', values([2, ...out], () => (next() % 100) / 10)],
      ]);
      const results = await Promise.all(
        [graph, form].map(async (one) => {
          const executable = await engine.compile(one);
          const result = [...(await executable.run(feeds)).values()][0]!;
          await executable.dispose();
          return result;
        }),
      );
      expect(results[1]!.shape).toEqual(results[0]!.shape);
      const [mine, theirs] = [results[1]!.data as Float32Array, results[0]!.data as Float32Array];
      for (const [i, value] of theirs.entries()) expect(mine[i]).toBeCloseTo(value, 4);
    }),
    { numRuns: 60 },
  );
});

test('a graph without such a gradient stays as it is', () => {
  const b = new GraphBuilder('plain');
  b.setOutputs([
    b.node('MaxPool', [b.input('x', { dtype: 'float32', shape: [1, 1, 4, 4] })], { kernel_shape: [2, 2] }),
  ]);
  const graph = b.build();
  expect(maxPoolForm(graph)).toBe(graph);
});
