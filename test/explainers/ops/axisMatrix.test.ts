// A gradient that is a matrix over an axis is refused by name where that does not fit, before memory is asked for.
import { describe, expect, test } from 'vitest';
import { backward } from '../../../src/explainers/autodiff/backward.ts';
import { type AttributeInit, float } from '../../../src/explainers/graph/attributes.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { inferTypes } from '../../../src/explainers/ops/infer.ts';
import { float32, int64, type Tensor } from '../../../src/explainers/tensor/tensor.ts';

function gradient(op: string, shape: readonly number[], inputs: readonly (Tensor | null)[], attributes: AttributeInit) {
  const b = new GraphBuilder('wide');
  const image = b.input('image', { dtype: 'float32', shape });
  const y = b.node(op, [image, ...inputs.map((tensor) => (tensor ? b.constant(tensor) : ''))], attributes, 'wide');
  b.setOutputs([y]);
  const graph = inferTypes(b.build());
  const g = new GraphBuilder(graph);
  const seeds = g.input('seeds', { dtype: 'float32', shape: [1, ...(graph.types.get(y)!.shape as number[])] });
  return () => backward(g, graph, { seeds: new Map([[y, seeds]]), wrt: ['image'] });
}

describe('an axis that is too long', () => {
  test.each([
    ['Resize', [null, null, int64([1, 1, 1, 200_000])], { mode: 'linear' }, 100_000],
    ['Resize', [null, float32([4], [1, 1, 1, 1e-4])], { mode: 'linear', antialias: 1 }, 100_000_000],
    ['AveragePool', [], { kernel_shape: [1, 300_000], strides: [1, 2], pads: [0, 150_000, 0, 150_000] }, 200_000],
  ] as const)('%s', (op, inputs, attributes, width) => {
    const make = gradient(op, [1, 1, 1, width], inputs, attributes as AttributeInit);
    expect(make).toThrow(expect.objectContaining({ kind: 'memory', subject: "node 'wide'" }));
    expect(make).toThrow(/matrix of \d+ × \d+ numbers/);
  });

  test('an image of 4096 pixels is none', () => {
    const make = gradient('Resize', [1, 1, 1, 4096], [null, null, int64([1, 1, 1, 512])], { mode: 'cubic', cubic_coeff_a: float(-0.5), antialias: 1 }); // biome-ignore format: one line
    expect(make().get('image')).toBeDefined();
  });
});
