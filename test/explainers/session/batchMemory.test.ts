import { expect, test } from 'vitest';
import { sessionOptions } from '../../../src/explainers/cli/flags/runFlags.ts';
import { batchMemory, beside } from '../../../src/explainers/session/models/batchMemory.ts';
import { processOptions } from '../../../src/extension/worker/processOptions.ts';

const MB = 2 ** 20;
const free = (megabytes: number) => () => megabytes * MB;

test('follows the memory that is free: never more than a quarter of it', () => {
  expect(batchMemory(undefined, 'cpu', free(100_000))).toBe(1024 * MB);
  expect(batchMemory(undefined, 'cpu', free(400))).toBe(100 * MB);
  expect(batchMemory(2048 * MB, 'cpu', free(400))).toBe(100 * MB);
  expect(batchMemory(undefined, 'cpu')).toBeGreaterThan(0);
});

test('within the bound that the user sets', () => {
  expect(batchMemory(64 * MB, 'cpu', free(100_000))).toBe(64 * MB);
  expect(batchMemory(2048 * MB, 'cpu', free(100_000))).toBe(2048 * MB);
});

test('a large model leaves its images less, and never nothing', () => {
  expect(beside(0)).toBe(1024 * MB);
  expect(beside(500 * MB)).toBe(524 * MB);
  expect(beside(5000 * MB)).toBe(256 * MB);
});

test('the memory of a graphics card is not the processor’s', () => {
  expect(batchMemory(undefined, 'webgpu', free(1))).toBeUndefined();
  expect(batchMemory(64 * MB, 'webgpu', free(1))).toBe(64 * MB);
});

test('the flag and the setting are megabytes, the setting’s 0 the default', () => {
  const args = { one: (flag: string) => (flag === 'batch-memory' ? '64' : undefined), all: () => [], has: () => false };
  expect(sessionOptions(args as never)).toEqual({ batchMemory: 64 * MB });
  expect(processOptions('{"device":"cpu","threads":0,"batchMemory":64}')).toEqual({
    device: 'cpu',
    batchMemory: 64 * MB,
  });
  expect(processOptions('{"batchMemory":0}')).toEqual({});
  expect(processOptions(undefined)).toEqual({});
});
