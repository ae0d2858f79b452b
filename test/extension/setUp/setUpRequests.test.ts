import { describe, expect, test } from 'vitest';
import { refuseFields } from '../../../src/extension/panels/refuseFields.ts';
import { checkSetUp } from '../../../src/extension/setUp/setUpRequests.ts';

const change = { resize: 'crop', channels: 'bgr', scale: 255, mean: [0, 0.5, 1], antialias: false };
const choices = { change, labels: null, task: null };

describe('requests of the page of Set Up Model', () => {
  test('in the form that it sends pass', () => {
    for (const method of ['ready', 'trials', 'chooseImage', 'showLog'] as const) checkSetUp(method, {});
    checkSetUp('look', { change });
    checkSetUp('look', { change: {} });
    for (const labels of [null, 'imagenet', ['a', 'b']]) checkSetUp('write', { choices: { ...choices, labels } });
    checkSetUp('draft', { choices: { ...choices, task: 'multi-label' } });
  });

  test.each([
    ['a file of its own', 'look', { change, image: '/etc/passwd' }],
    ['another model', 'trials', { model: '/elsewhere.onnx' }],
    ['a field of a card that it does not set', 'look', { change: { ...change, layout: 'nhwc' } }],
    ['a text for a number', 'look', { change: { scale: '255' } }],
    ['too many numbers', 'look', { change: { mean: Array(1000).fill(0) } }],
    ['labels from a file', 'write', { choices: { ...choices, labels: '../labels.txt' } }],
    ['labels of another kind', 'write', { choices: { ...choices, labels: [1] } }],
    ['no choices', 'write', {}],
    ['a path for the card', 'write', { choices, path: '/tmp/x' }],
  ] as const)('with %s are refused', (_, method, params) => {
    expect(() => checkSetUp(method, params)).toThrow(`unknown form ('${method}')`);
  });

  test('the page of the model editor may send no field at all', () => {
    refuseFields('describe', {});
    expect(() => refuseFields('describe', { model: '/elsewhere.onnx' })).toThrow('unknown form');
  });
});
