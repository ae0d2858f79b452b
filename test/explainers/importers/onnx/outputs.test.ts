// Outputs that are no tensors, as scikit-learn and automatic machine learning write them.
import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import {
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../../../../src/explainers/importers/onnx/generated/onnx_pb.js';
import { readOnnx } from '../../../../src/explainers/importers/onnx/read.ts';
import { modelBytes, node, value } from './model.ts';

/** A value that is a list of tensors, or of maps: files declare both alike. */
const list = (name: string): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'sequenceType', value: { elemType: value('x').type! } } }),
  });

const zipMap = node('ZipMap', ['y'], ['maps'], { domain: 'ai.onnx.ml' });
const add = node('Add', ['x', 'w'], ['y'], { name: 'add' });
const outputs = (graph: Parameters<typeof modelBytes>[0]) => {
  return readOnnx(modelBytes(graph), { folder: '/', path: '/model.onnx' }).outputs;
};

test('a list of maps stands for the tensor of scores that it was made from', () => {
  expect(outputs({ node: [add, zipMap], output: [value('label', [1], 7), list('maps')].slice(1) })).toEqual(['y']);
  expect(outputs({ node: [add, zipMap], output: [value('y'), list('maps')] })).toEqual(['y']);
});

test('another list is left out next to a tensor, and named if there is none', () => {
  const split = node('SplitToSequence', ['y'], ['parts']);
  expect(outputs({ node: [add, split], output: [list('parts'), value('y')] })).toEqual(['y']);
  expect(() => outputs({ node: [add, split], output: [list('parts')] })).toThrow(/'parts' is not a tensor/);
});
