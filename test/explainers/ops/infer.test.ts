import { describe, expect, test } from 'vitest';
import type { AttributeInit } from '../../../src/explainers/graph/attributes.ts';
import type { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Dim } from '../../../src/explainers/graph/graph.ts';
import { infer, inferTypes, specialize } from '../../../src/explainers/ops/infer.ts';
import { int64, toNumbers } from '../../../src/explainers/tensor/tensor.ts';
import { graphOf } from '../graph/graphs.ts';

const ints = (b: GraphBuilder, ...values: number[]) => b.constant(int64(values));

/** Shape of the one output of an operator on an image of the given shape. */
function shapeOf(
  shape: readonly Dim[],
  op: string,
  more: (b: GraphBuilder) => readonly string[] = () => [],
  attributes: AttributeInit = {},
): readonly Dim[] | null {
  const graph = graphOf((b, image) => [b.node(op, [image, ...more(b)], attributes, 'out')], shape);
  return infer(graph).types.get('out:0')!.shape;
}

describe('dimensions that are only named keep their names where they can', () => {
  const seeds = ['K', 1, 6, 4] as const;
  test('through Reshape', () => {
    expect(shapeOf(seeds, 'Reshape', (b) => [ints(b, -1, 24)])).toEqual(['K', 24]);
    expect(shapeOf(seeds, 'Reshape', (b) => [ints(b, 0, 3, 8)])).toEqual(['K', 3, 8]);
    expect(shapeOf(seeds, 'Reshape', (b) => [ints(b, -1, 2, 12)])).toEqual(['K', 2, 12]);
    expect(shapeOf(seeds, 'Reshape', (b) => [ints(b, -1, 12)])).toEqual(['out.0', 12]);
    expect(shapeOf(['K', 'N', 4], 'Reshape', (b) => [ints(b, 0, -1, 4)])).toEqual(['K', 'N', 4]);
  });

  test('through everything else that moves elements', () => {
    expect(shapeOf(seeds, 'Transpose', undefined, { perm: [0, 2, 3, 1] })).toEqual(['K', 6, 4, 1]);
    expect(shapeOf(seeds, 'Flatten', undefined, { axis: 1 })).toEqual(['K', 24]);
    expect(shapeOf(seeds, 'Squeeze', (b) => [ints(b, 1)])).toEqual(['K', 6, 4]);
    expect(shapeOf(seeds, 'Unsqueeze', (b) => [ints(b, -1)])).toEqual(['K', 1, 6, 4, 1]);
    expect(shapeOf(seeds, 'Expand', (b) => [ints(b, 5, 1, 1)])).toEqual(['K', 5, 6, 4]);
    expect(shapeOf(seeds, 'Tile', (b) => [ints(b, 1, 2, 1, 3)])).toEqual(['K', 2, 6, 12]);
    expect(shapeOf(seeds, 'Slice', (b) => [ints(b, 0, 1), ints(b, 2 ** 40, -1), ints(b, 0, 2)])).toEqual([
      'K',
      1,
      4,
      4,
    ]);
    expect(shapeOf(seeds, 'Pad', (b) => [ints(b, 0, 0, 1, 0, 0, 0, 1, 0)])).toEqual(['K', 1, 8, 4]);
    expect(shapeOf(seeds, 'Gather', (b) => [ints(b, 0, 2)], { axis: 2 })).toEqual(['K', 1, 2, 4]);
    expect(shapeOf(seeds, 'Concat', () => ['image'], { axis: 2 })).toEqual(['K', 1, 12, 4]);
  });
});

test('shape arithmetic is known before running', () => {
  const graph = graphOf((b, image) => {
    const shape = b.node('Shape', [image]);
    const height = b.node('Gather', [shape, b.constant(int64([2], []))], { axis: 0 });
    const half = b.node('Div', [height, b.constant(int64([2], []))]);
    const row = b.node('Unsqueeze', [half, ints(b, 0)]);
    const target = b.node('Concat', [ints(b, 1, -1), row], { axis: 0 }, 'target');
    return [b.node('Reshape', [image, target], {}, 'out')];
  });
  const { types, values } = infer(graph);
  expect(toNumbers(values.get('target:0')!)).toEqual([1, -1, 4]);
  expect(types.get('out:0')!.shape).toEqual([1, 48, 4]);
});

describe('a graph for given input shapes', () => {
  const free = graphOf((b, image) => [b.node('Flatten', [b.node('Relu', [image])], {}, 'out')], ['N', 3, 'H', 'W']);

  test('knows every shape', () => {
    const fixed = specialize(free, new Map([['image', [1, 3, 4, 6]]]));
    expect(fixed.types.get('out:0')).toEqual({ dtype: 'float32', shape: [1, 72] });
    expect(fixed.types.get('Relu:0')?.shape).toEqual([1, 3, 4, 6]);
    expect(free.types.get('image')!.shape).toEqual(['N', 3, 'H', 'W']);
  });

  test('refuses another size than the file fixes', () => {
    const refused = expect.objectContaining({
      kind: 'model',
      message: 'The model expects an input of [N, 3, H, W], not [1, 1, 4, 4].',
      subject: "input 'image'",
    });
    expect(() => specialize(free, new Map([['image', [1, 1, 4, 4]]]))).toThrow(refused);
  });

  test('says which node does not fit', () => {
    const graph = graphOf((b, image) => [b.node('Reshape', [image, ints(b, 7, -1)], {}, 'bad')], ['N', 3, 'H', 'W']);
    expect(() => specialize(graph, new Map([['image', [1, 3, 4, 4]]]))).toThrow(
      expect.objectContaining({ kind: 'model', subject: "node 'bad'" }),
    );
  });
});

describe('operators that nobody declared', () => {
  const graph = graphOf((b, image) => {
    b.add({ name: 'first', op: 'Mystery', domain: 'own', inputs: [image], outputs: ['m'], attributes: new Map() });
    b.add({ name: 'second', op: 'Riddle', domain: '', inputs: ['m'], outputs: ['r'], attributes: new Map() });
    return [b.node('Relu', ['r'], {}, 'out'), b.node('Neg', [image], {}, 'fine')];
  });

  test('are no obstacle where their shapes are not needed', () => {
    const typed = inferTypes(graph);
    expect(typed.types.get('fine:0')?.shape).toEqual([1, 3, 8, 8]);
    expect(typed.types.has('out:0')).toBe(false);
  });

  test('do not matter where the file says their types, its names of dimensions filled in', () => {
    const types = new Map(graph.types).set('image', { dtype: 'float32', shape: ['N', 3, 'H', 8] });
    types.set('m', { dtype: 'float32', shape: ['N', 5] }).set('r', { dtype: 'float32', shape: ['N', 'H'] });
    const typed = specialize({ ...graph, types }, new Map([['image', [1, 3, 8, 8]]]));
    expect(typed.types.get('out:0')?.shape).toEqual([1, 8]);
  });
});

describe('a hostile graph', () => {
  test('does not make us write down a billion dimensions', () => {
    const graph = graphOf((b, image) => [b.node('ConstantOfShape', [image], {}, 'out')], [1e9]);
    expect(infer(graph).types.get('out:0')!.shape).toBeNull();
  });

  test('does not unfold into memory', () => {
    const made = (...shape: number[]) =>
      infer(graphOf((b) => [b.node('ConstantOfShape', [ints(b, ...shape)], {}, 'out')]));
    expect(made(2 ** 15, 2 ** 15).values.has('out:0')).toBe(false);
    expect(() => made(2 ** 20, 2 ** 20)).toThrow(
      expect.objectContaining({ kind: 'memory', message: expect.stringContaining('fits into no memory') }),
    );
  });

  test.each([
    ['Slice', (b: GraphBuilder) => [ints(b, 0), ints(b, 1), ints(b, 2 ** 24)], {}],
    ['Gather', (b: GraphBuilder) => [ints(b, 0)], { axis: 99 }],
    ['Unsqueeze', (b: GraphBuilder) => [ints(b, 2 ** 30)], {}],
    ['Split', () => [], { axis: -9 }],
    ['Transpose', () => [], { perm: [0, 1, 2, 7] }],
    ['Pad', (b: GraphBuilder) => [ints(b, 1, 1)], {}],
  ])('with axes that are not there is refused: %s', (op, more, attributes) => {
    expect(() => shapeOf([1, 3, 8, 8], op, more, attributes)).toThrow(
      expect.objectContaining({ kind: 'model', subject: "node 'out'" }),
    );
  });
});
