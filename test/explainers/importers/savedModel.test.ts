import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openModel } from '../../../src/explainers/importers/importers.ts';
import { refusedOperation } from '../../../src/explainers/importers/savedModel/allowed.ts';
import type { MetaGraph, TfNode } from '../../../src/explainers/importers/savedModel/proto.ts';
import { Session } from '../../../src/explainers/session.ts';
import { root } from '../../data.ts';

const fixtures = path.join(root, 'test/fixtures/savedModel');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saved-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each(['network', 'network/saved_model.pb'])('%s is one operator with an image and scores', async (given) => {
  const graph = await openModel(path.join(fixtures, given));
  expect(graph.nodes.map(({ op }) => op)).toEqual(['SavedModel']);
  expect(graph.inputs).toEqual(['image']);
  expect(graph.types.get('image')).toEqual({ dtype: 'float32', shape: ['batch', 16, 16, 3] });
  expect(graph.types.get(graph.outputs[0]!)).toEqual({ dtype: 'float32', shape: ['batch', 3] });
});

test('a model that would write a file is refused by the name of its operation', async () => {
  await expect(openModel(path.join(fixtures, 'writes'))).rejects.toMatchObject({
    kind: 'unsupported',
    message: expect.stringContaining('the operation WriteFile'),
  });
});

test('damaged files are refused', async () => {
  const own = path.join(folder, 'network');
  cpSync(path.join(fixtures, 'network'), own, { recursive: true });
  const file = path.join(own, 'saved_model.pb');
  const whole = readFileSync(file);
  for (const bytes of [0, 3, 40, 5000, whole.length - 1]) {
    writeFileSync(file, whole);
    truncateSync(file, bytes);
    await expect(openModel(own)).rejects.toMatchObject({ kind: 'model', subject: file });
  }
});

test('where TensorFlow.js is not installed, it is said what helps, and that an import keeps the gradients', async () => {
  const session = new Session({ runtimes: folder });
  await expect(session.describe({ model: path.join(fixtures, 'network') })).rejects.toMatchObject({
    kind: 'engine',
    message: 'A TensorFlow SavedModel runs on TensorFlow.js: TensorFlow.js is not installed.',
    next: expect.stringContaining('Import the SavedModel'),
  });
  await session.dispose();
  expect(existsSync(path.join(root, 'written-by-a-model'))).toBe(false);
});

const node = (name: string, op: string, inputs: readonly string[] = [], calls: readonly string[] = []): TfNode => ({
  name,
  op,
  inputs,
  calls,
});
const graphOf = (nodes: readonly TfNode[], change: Partial<MetaGraph> = {}): MetaGraph => ({
  tags: ['serve'],
  nodes: [node('out', 'Relu', ['image']), node('image', 'Placeholder'), ...nodes],
  functions: [],
  signatures: new Map(),
  collected: [],
  filename: 'file:0',
  restore: 'restore',
  ...change,
});

test.each([
  ['nothing', graphOf([]), undefined],
  ['an operation that nothing uses', graphOf([node('save', 'SaveV2')]), undefined],
  ['one that runs at loading', graphOf([node('init', 'SaveV2')], { collected: ['init'] }), 'SaveV2'],
  [
    'one that the initial signature runs',
    graphOf([node('init', 'ReadFile')], {
      signatures: new Map([
        [
          '__saved_model_init_op',
          { inputs: new Map(), outputs: new Map([['x', { name: 'init', dtype: 0, shape: [] }]]) },
        ],
      ]),
    }),
    'ReadFile',
  ],
  ['one behind a control input', graphOf([node('out2', 'Relu', ['image', '^w']), node('w', 'WriteFile')]), 'WriteFile'],
  [
    'one in a function of a branch',
    graphOf([node('out2', 'If', ['image'], ['then'])], {
      functions: [{ name: 'then', arguments: [], nodes: [node('x', 'EagerPyFunc')] }],
    }),
    'EagerPyFunc',
  ],
  [
    'weights from the loader’s file',
    graphOf([node('restore', 'RestoreV2', ['file']), node('file', 'Placeholder')]),
    undefined,
  ],
  ['weights from elsewhere', graphOf([node('restore', 'RestoreV2', ['other']), node('other', 'Const')]), 'RestoreV2'],
  [
    'weights from elsewhere in a function',
    graphOf([node('restore', 'StatefulPartitionedCall', ['file'], ['load']), node('file', 'Placeholder')], {
      functions: [
        { name: 'load', arguments: ['prefix'], nodes: [node('x', 'RestoreV2', ['const']), node('const', 'Const')] },
      ],
    }),
    'RestoreV2',
  ],
  [
    'a function that is given another file',
    graphOf([node('restore', 'StatefulPartitionedCall', ['other'], ['load']), node('other', 'Const')], {
      functions: [{ name: 'load', arguments: ['prefix'], nodes: [node('x', 'RestoreV2', ['prefix'])] }],
    }),
    'StatefulPartitionedCall',
  ],
] as const)('what it may run: %s', (_, graph, refused) => {
  expect(refusedOperation(graph, ['out:0', 'out2:0'])).toBe(refused);
});
