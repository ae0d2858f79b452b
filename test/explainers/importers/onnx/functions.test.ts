import path from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import {
  type FunctionProto,
  FunctionProtoSchema,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
} from '../../../../src/explainers/importers/onnx/generated/onnx_pb.js';
import { openOnnx, readOnnx } from '../../../../src/explainers/importers/onnx/read.ts';
import { printNode } from '../../../printGraph.ts';
import { modelBytes, node } from './model.ts';

const fixtures = path.join(import.meta.dirname, '../../../fixtures/models');
const opsetImport = [create(OperatorSetIdProtoSchema, { domain: '', version: 21n })];

const define = (name: string, input: string[], output: string[], body: FunctionProto['node']) =>
  create(FunctionProtoSchema, { name, domain: 'own', input, output, node: body, opsetImport });

const call = (name: string, input: string[], output: string[]) => node(name, input, output, { domain: 'own', name });

function read(calls: FunctionProto['node'], functions: FunctionProto[]) {
  const model = fromBinary(ModelProtoSchema, modelBytes({ node: calls }));
  model.functions = functions;
  return readOnnx(toBinary(ModelProtoSchema, model), { folder: fixtures, path: 'functions' });
}

test('calls are replaced by bodies: attributes handed on, defaults used, value names of the model kept', async () => {
  const graph = await openOnnx(path.join(fixtures, 'functions.onnx'));
  expect(graph.domains).toEqual(new Map());
  const slopes = graph.nodes.flatMap((each) => each.attributes.get('alpha')?.value ?? []);
  expect(slopes).toEqual([Math.fround(0.2), Math.fround(0.1)]);
  const made = graph.nodes.flatMap((each) => each.outputs);
  expect(made).toEqual(expect.arrayContaining(['a', 'b', 'scores', 'same']));
});

test('bodies written in an older opset are brought up on their own', async () => {
  const graph = await openOnnx(path.join(fixtures, 'functions.onnx'));
  expect(graph.nodes.filter(({ op }) => op === 'Unsqueeze').every(({ inputs }) => inputs.length === 2)).toBe(true);
});

test('an input handed through becomes an Identity', () => {
  const pass = define('pass', ['a', 'b'], ['b', 'c'], [node('Relu', ['a'], ['c'])]);
  const graph = read([call('pass', ['x', 'w'], ['p', 'q']), node('Add', ['p', 'q'], ['y'])], [pass]);
  expect(graph.nodes.map((each) => `${each.outputs} = ${printNode(each)}`)).toEqual([
    'q = Relu(x)',
    'p = Identity(w)',
    'y = Add(p, q)',
  ]);
});

test('inner names are made unique, also where a function is called twice', () => {
  const twice = define('twice', ['a'], ['b'], [node('Relu', ['a'], ['t']), node('Neg', ['t'], ['b'])]);
  const graph = read([call('twice', ['x'], ['t']), call('twice', ['t'], ['y'])], [twice]);
  const made = graph.nodes.flatMap((each) => each.outputs);
  expect(new Set(made).size).toBe(4);
  expect(made).toEqual(expect.arrayContaining(['t', 'y']));
});

test('absent optional inputs and outputs stay absent', () => {
  const limit = define(
    'limit',
    ['a', 'low', 'high'],
    ['b', 'unused'],
    [node('Clip', ['a', 'low', 'high'], ['b']), node('Neg', ['a'], ['unused'])],
  );
  const graph = read([call('limit', ['x', '', 'w'], ['y'])], [limit]);
  expect(printNode(graph.nodes[0]!)).toBe('Clip(x, ·, w)');
});

test('a function that calls itself is refused, by way of another one too', () => {
  const self = define('self', ['a'], ['b'], [call('self', ['a'], ['b'])]);
  const ping = define('ping', ['a'], ['b'], [call('pong', ['a'], ['b'])]);
  const pong = define('pong', ['a'], ['b'], [call('ping', ['a'], ['b'])]);
  const refused = expect.objectContaining({ kind: 'model', message: expect.stringContaining('calls itself') });
  expect(() => read([call('self', ['x'], ['y'])], [self])).toThrow(refused);
  expect(() => read([call('ping', ['x'], ['y'])], [ping, pong])).toThrow(refused);
});

test('functions that double with every level do not fill the memory', () => {
  const levels = Array.from({ length: 40 }, (_, i) => {
    const inner =
      i === 0 ? (a: string, b: string) => node('Neg', [a], [b]) : (a: string, b: string) => call(`f${i - 1}`, [a], [b]);
    return define(`f${i}`, ['a'], ['c'], [inner('a', 'b'), inner('b', 'c')]);
  });
  expect(() => read([call('f39', ['x'], ['y'])], levels)).toThrow(
    expect.objectContaining({ kind: 'model', message: expect.stringContaining('more than 200000 nodes') }),
  );
});
