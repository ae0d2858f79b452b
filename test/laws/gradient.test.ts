import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import { declaredOps, opEntry } from '../../src/explainers/ops/opTable.ts';
import { checkGradient } from './parts/checkGradient.ts';
import { ROWS } from './parts/rows.ts';

/** Each row is drawn this often. */
const SEEDS = [1, 2, 3];

let engine: Engine;
beforeAll(async () => {
  engine = await openOnnxRuntime({ threads: 1 });
});
afterAll(() => engine.dispose());

test('every operator with a gradient has a row, and every row an operator', () => {
  // Nothing that the image has to do with comes from a 'constant': no gradient can reach it.
  const differentiable = declaredOps().filter((op) => opEntry(op, '')!.vjp && opEntry(op, '')!.role !== 'constant');
  expect([...new Set(ROWS.map((row) => row.op))].sort()).toEqual(differentiable);
});

describe.each([...new Set(ROWS.map((row) => row.op))])('%s', (op) => {
  test.each(ROWS.filter((row) => row.op === op))('$about', async (row) => {
    for (const seed of SEEDS) await checkGradient(engine, row, seed);
  });
});
