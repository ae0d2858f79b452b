import { describe, expect, test } from 'vitest';
import { type AttributeInit, attributesOf, float } from '../../../../src/explainers/graph/attributes.ts';
import type { Node, ValueType } from '../../../../src/explainers/graph/graph.ts';
import type { UpgradeContext } from '../../../../src/explainers/importers/onnx/upgrade.ts';
import { upgradeNode } from '../../../../src/explainers/importers/onnx/upgradeNode.ts';
import { float32, type Tensor, toNumbers } from '../../../../src/explainers/tensor/tensor.ts';
import { printNode } from '../../../printGraph.ts';

/** Upgrades one node; constants that come in print as their numbers. */
function upgraded(
  from: number,
  op: string,
  inputs: readonly string[],
  attributes: AttributeInit = {},
  {
    outputs = ['y'],
    types = {},
    constants = {},
  }: {
    outputs?: readonly string[];
    types?: Record<string, ValueType>;
    constants?: Record<string, Tensor>;
  } = {},
): string[] {
  const names = (hint: string) => hint.replace('n/', '');
  const context: UpgradeContext = {
    constant: (tensor) => `${tensor.dtype}${tensor.shape.length ? `[${toNumbers(tensor)}]` : ` ${toNumbers(tensor)}`}`,
    value: names,
    nodeName: names,
    type: (name) => types[name],
    constantOf: (name) => constants[name],
  };
  const node: Node = { name: 'n', op, domain: '', inputs, outputs, attributes: attributesOf(attributes) };
  return upgradeNode(node, from, context).map((each) => `${each.outputs} = ${printNode(each)}`);
}

const x: ValueType = { dtype: 'float32', shape: ['N', 8, 4, 4] };

describe('older nodes come up to the opset that we write', () => {
  test('axes become inputs', () => {
    expect(upgraded(11, 'Squeeze', ['x'], { axes: [0, -1] })).toEqual(['y = Squeeze(x, int64[0,-1])']);
    expect(upgraded(11, 'Squeeze', ['x'])).toEqual(['y = Squeeze(x)']);
    expect(upgraded(12, 'ReduceSum', ['x'], { axes: [1], keepdims: 0 })).toEqual([
      'y = ReduceSum(x, int64[1]) {keepdims: 0}',
    ]);
    expect(upgraded(13, 'ReduceMean', ['x'], { axes: [2, 3] })).toEqual(['y = ReduceMean(x, int64[2,3])']);
    expect(upgraded(18, 'ReduceMean', ['x', 'axes'])).toEqual(['y = ReduceMean(x, axes)']);
  });

  test('so do the attributes of Slice, Clip, Pad, TopK and Dropout', () => {
    expect(upgraded(9, 'Slice', ['x'], { starts: [1], ends: [2 ** 63] })).toEqual([
      'y = Slice(x, int64[1], int64[9223372036854776000], int64[0])',
    ]);
    expect(upgraded(10, 'Clip', ['x'], { max: float(6) })).toEqual(['y = Clip(x, ·, float32 6)']);
    expect(upgraded(10, 'Clip', ['x'], { min: float(0) }, { types: { x: { ...x, dtype: 'float16' } } })).toEqual([
      'y = Clip(x, float16 0, ·)',
    ]);
    expect(upgraded(10, 'Pad', ['x'], { pads: [0, 1, 0, 1], mode: 'reflect' })).toEqual([
      'y = Pad(x, int64[0,1,0,1]) {mode: "reflect"}',
    ]);
    expect(upgraded(9, 'TopK', ['x'], { k: 5, axis: 1 })).toEqual(['y = TopK(x, int64[5]) {axis: 1}']);
    expect(upgraded(11, 'Dropout', ['x'], { ratio: float(0.5) })).toEqual(['y = Dropout(x, float32 0.5)']);
  });

  test('Split says how many parts', () => {
    const outputs = ['a', 'b', 'c'];
    expect(upgraded(12, 'Split', ['x'], { axis: 1 }, { outputs })).toEqual([
      'a,b,c = Split(x) {axis: 1, num_outputs: 3}',
    ]);
    expect(upgraded(12, 'Split', ['x'], { split: [1, 2, 1] }, { outputs })).toEqual(['a,b,c = Split(x, int64[1,2,1])']);
  });

  test('Upsample becomes a Resize that reads between pixels as it did', () => {
    const how = '{mode: "linear", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor"}';
    expect(upgraded(9, 'Upsample', ['x', 's'], { mode: 'linear' })).toEqual([`y = Resize(x, ·, s) ${how}`]);
    expect(upgraded(10, 'Resize', ['x', 's'], { mode: 'linear' })).toEqual([`y = Resize(x, ·, s) ${how}`]);
    const tensorflow = {
      mode: 'nearest',
      nearest_mode: 'floor',
      coordinate_transformation_mode: 'tf_half_pixel_for_nn',
    };
    expect(upgraded(12, 'Resize', ['x', '', 's'], tensorflow)).toEqual([
      'y = Resize(x, ·, s) {mode: "nearest", nearest_mode: "round_prefer_ceil", coordinate_transformation_mode: "half_pixel"}',
    ]);
  });

  test('Softmax took all axes from `axis` on together', () => {
    expect(upgraded(12, 'Softmax', ['x'], { axis: -1 })).toEqual(['y = Softmax(x) {axis: -1}']);
    expect(upgraded(12, 'Softmax', ['x'], {}, { types: { x: { ...x, shape: [1, 9] } } })).toEqual([
      'y = Softmax(x) {axis: -1}',
    ]);
    expect(upgraded(12, 'LogSoftmax', ['x'], {}, { types: { x } })).toEqual([
      'shape = Shape(x)',
      'flat = Flatten(x) {axis: 1}',
      'result = LogSoftmax(flat) {axis: -1}',
      'y = Reshape(result, shape)',
    ]);
    expect(upgraded(13, 'Softmax', ['x'], { axis: 1 })).toEqual(['y = Softmax(x) {axis: 1}']);
  });

  test('BatchNormalization gives out its result only', () => {
    const outputs = ['y', 'mean', 'var', '', ''];
    expect(upgraded(7, 'BatchNormalization', ['x', 's', 'b', 'm', 'v'], { spatial: 1 }, { outputs })).toEqual([
      'y = BatchNormalization(x, s, b, m, v)',
    ]);
  });

  test('GroupNormalization scales per channel', () => {
    const constants = { s: float32([2], [1, 2]), b: float32([2], [3, 4]) };
    expect(upgraded(18, 'GroupNormalization', ['x', 's', 'b'], { num_groups: 2 }, { types: { x }, constants })).toEqual(
      ['y = GroupNormalization(x, float32[1,1,1,1,2,2,2,2], float32[3,3,3,3,4,4,4,4]) {num_groups: 2}'],
    );
  });

  test('renamed modes and changed defaults', () => {
    expect(upgraded(16, 'GridSample', ['x', 'g'])).toEqual(['y = GridSample(x, g) {mode: "linear"}']);
    expect(upgraded(10, 'RoiAlign', ['x', 'r', 'i'])).toEqual([
      'y = RoiAlign(x, r, i) {coordinate_transformation_mode: "output_half_pixel"}',
    ]);
  });

  test('what cannot be brought up is refused by name', () => {
    const refused = (form: string) =>
      expect.objectContaining({ kind: 'unsupported', message: expect.stringContaining(form), subject: "node 'n'" });
    expect(() => upgraded(8, 'BatchNormalization', ['x'], { spatial: 0 })).toThrow(refused('spatial = 0'));
    expect(() => upgraded(18, 'GroupNormalization', ['x', 's', 'b'], { num_groups: 2 })).toThrow(refused('per group'));
  });
});
