import { expect, test } from 'vitest';
import { barDetails, barWords } from '../../src/extension/devices/deviceText.ts';

const engine = { id: 'onnxruntime', title: 'ONNX Runtime', version: '1.30.0' };

test('the device, how it compares, and why it is no other', () => {
  const state = {
    model: 'net.onnx',
    engine: {
      ...engine,
      device: 'webgpu',
      compared: 'It is faster.',
      passedOver: [{ device: 'cuda', reason: 'there is no NVIDIA driver' }],
    },
  } as const;
  expect(barWords(state)).toEqual({ words: 'WebGPU', icons: { before: 'chip' } });
  expect(barDetails(state)).toEqual([
    'net.onnx runs on WebGPU (ONNX Runtime 1.30.0).',
    'It is faster.',
    'Not on CUDA: there is no NVIDIA driver.',
  ]);
});

test('a device that was lost is marked', () => {
  const notice = "The device 'webgpu' was lost. The CPU computes instead.";
  const state = { model: 'net.onnx', engine: { ...engine, device: 'cpu', notice } } as const;
  expect(barWords(state)).toEqual({ words: 'CPU', icons: { before: 'chip', behind: 'warning' } });
  expect(barDetails(state)).toContain(notice);
});
