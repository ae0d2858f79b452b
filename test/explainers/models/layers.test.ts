import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { findLayers } from '../../../src/explainers/models/layers.ts';
import { specialize } from '../../../src/explainers/ops/infer.ts';
import { int64 } from '../../../src/explainers/tensor/tensor.ts';
import { numbers, tinyClassifier } from '../../tinyModels.ts';

/** image → conv → relu → (two branches) → concat or separate pools → logits. */
function branched(joined: boolean) {
  const b = new GraphBuilder('branched');
  const image = b.input('image', { dtype: 'float32', shape: [1, 3, 8, 8] });
  const stem = b.node('Conv', [image, b.constant(numbers([4, 3, 3, 3]))], {}, 'stem');
  const left = b.node('Relu', [stem], {}, 'left');
  const right = b.node('Sigmoid', [stem], {}, 'right');
  const pool = (value: string) => b.node('Flatten', [b.node('GlobalAveragePool', [value])]);
  const features = joined
    ? pool(b.node('Concat', [left, right], { axis: 1 }, 'concat'))
    : b.node('Concat', [pool(left), pool(right)], { axis: 1 });
  const logits = b.node('Gemm', [features, b.constant(numbers([8, 2]))], {}, 'logits');
  b.setOutputs([logits]);
  return specialize(b.build(), new Map([['image', [1, 3, 8, 8]]]));
}

const automatic = (graph: ReturnType<typeof branched>) =>
  findLayers(graph, 'image', 'logits:0').find((layer) => layer.automatic)?.name;

describe('the layers of a model', () => {
  test('the automatic one is where parallel branches are joined', () => {
    expect(automatic(branched(true))).toBe('concat:0');
  });

  test('where they never are before the pooling, it is the last that everything flows through', () => {
    expect(automatic(branched(false))).toBe('stem:0');
  });

  test.each(['reflect', 'edge', 'constant'])(
    'a border of mode %s is no part of the picture: what follows is',
    (mode) => {
      const b = new GraphBuilder('blurred');
      const image = b.input('image', { dtype: 'float32', shape: [1, 3, 8, 8] });
      const stem = b.node('Conv', [image, b.constant(numbers([4, 3, 3, 3]))], {}, 'stem');
      // Blurring before pooling, as timm's BlurPool2d does it.
      const border = b.node('Pad', [stem, b.constant(int64([0, 0, 1, 1, 0, 0, 1, 1]))], { mode }, 'pad');
      const blur = b.node('Conv', [border, b.constant(numbers([4, 1, 3, 3]))], { group: 4, strides: [2, 2] }, 'blur');
      const last = b.node('Relu', [blur], {}, 'last');
      const pooled = b.node('Flatten', [b.node('GlobalAveragePool', [last])]);
      b.setOutputs([b.node('Gemm', [pooled, b.constant(numbers([4, 2]))], {}, 'logits')]);
      expect(automatic(specialize(b.build(), new Map([['image', [1, 3, 8, 8]]])))).toBe('last:0');
    },
  );

  test('NHWC models: the transposed image is no layer', () => {
    const graph = specialize(tinyClassifier({ layout: 'nhwc' }), new Map([['image', [1, 8, 8, 3]]]));
    expect(findLayers(graph, 'image', 'logits:0')).toEqual([
      { name: 'conv:0', op: 'Conv', shape: [5, 8, 8], automatic: false },
      {
        name: 'relu:0',
        op: 'Relu',
        shape: [5, 8, 8],
        automatic: true,
        reason: 'the last value with height and width that all evidence passes through',
      },
    ]);
  });

  test('what does not lead to the logits is none', () => {
    const b = new GraphBuilder(tinyClassifier({}));
    b.node('Exp', ['relu:0'], {}, 'dead end');
    const graph = specialize(b.build(), new Map([['image', [1, 3, 8, 8]]]));
    expect(findLayers(graph, 'image', 'logits:0').map((layer) => layer.op)).toEqual(['Conv', 'Relu']);
  });

  test('a model without pictures inside has none', () => {
    const b = new GraphBuilder('flat');
    const image = b.input('image', { dtype: 'float32', shape: [1, 3, 2, 2] });
    const flat = b.node('Reshape', [image, b.constant(int64([1, 12]))]);
    b.setOutputs([b.node('Gemm', [flat, b.constant(numbers([12, 2]))], {}, 'logits')]);
    expect(findLayers(specialize(b.build(), new Map()), 'image', 'logits:0')).toEqual([]);
  });
});
