import { readdirSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { infer, specialize } from '../../src/explainers/ops/infer.ts';
import { declaredOps } from '../../src/explainers/ops/opTable.ts';
import { numbersOf } from '../../src/explainers/tensor/dtype.ts';
import type { Tensor } from '../../src/explainers/tensor/tensor.ts';
import { dataFolder, type NodeCase, readCase } from './readCase.ts';
import { NOT_COMPARED, NOT_RUN, REFUSED, WITHOUT_TESTS } from './skips.ts';

const NAMES = readdirSync(dataFolder).sort();

let engine: Engine;
beforeAll(async () => {
  engine = await openOnnxRuntime({ threads: 1 });
});
afterAll(() => engine.dispose());

const run = async (graph: Graph, feeds: ReadonlyMap<string, Tensor>) => {
  const executable = await engine.compile(graph);
  try {
    return await executable.run(feeds);
  } finally {
    await executable.dispose();
  }
};

test('every declared operator has a test, or there is a reason', async () => {
  const cases = await Promise.all(NAMES.filter((name) => !REFUSED.has(name)).map(readCase));
  const tested = new Set(cases.flatMap(({ graph }) => graph.nodes.map((node) => node.op)));
  expect(declaredOps().filter((op) => !tested.has(op))).toEqual([...WITHOUT_TESTS.keys()]);
});

test('what is skipped is there to be skipped', () => {
  expect(
    [...REFUSED.keys(), ...NOT_RUN.keys(), ...NOT_COMPARED.keys()].filter((name) => !NAMES.includes(name)),
  ).toEqual([]);
});

describe('read, written back and run, the numbers are those of the ONNX project', () => {
  test.each(NAMES.filter((name) => !REFUSED.has(name) && !NOT_RUN.has(name)))('%s', async (name) => {
    const { graph, feeds, expected } = await readCase(name);
    const results = await run(graph, feeds);
    expect([...results.keys()].sort()).toEqual([...expected.keys()].sort());
    if (NOT_COMPARED.has(name)) return;
    for (const [value, tensor] of expected) expectSame(results.get(value)!, tensor);
  });
});

describe('types are known before running', () => {
  test.each(NAMES.filter((name) => !REFUSED.has(name)))('%s', async (name) => {
    const { graph, feeds, expected } = await readCase(name);
    // What the file says of its outputs must not be what we find out.
    const untyped = { ...graph, types: new Map([...graph.types].filter(([value]) => graph.inputs.includes(value))) };
    const { types } = infer(withConstantShapes(untyped, feeds));
    for (const [value, tensor] of expected) {
      const found = types.get(value)!;
      expect(found.dtype).toBe(tensor.dtype);
      const known = found.shape!.map((dim, axis) => (typeof dim === 'string' ? tensor.shape[axis] : dim));
      expect(known).toEqual(tensor.shape);
      const dataDependent = graph.nodes[0]!.op === 'NonZero';
      expect(found.shape!.some((dim) => typeof dim === 'string')).toBe(dataDependent);
    }
  });
});

describe('on constants, folding gives the same numbers', () => {
  test.each(NAMES.filter((name) => !REFUSED.has(name)))('%s', async (name) => {
    const { graph, feeds, expected } = await readCase(name);
    const { values } = infer(asConstants(graph, feeds));
    for (const [value, tensor] of expected) if (values.has(value)) expectSame(values.get(value)!, tensor);
  });
});

test.each([...REFUSED])('%s is refused: %s', async (name) => {
  await expect(readCase(name)).rejects.toMatchObject({ kind: 'unsupported' });
});

test.each([...NOT_RUN])('%s is refused by the runtime as it came, too: %s', async (name) => {
  const file = path.join(dataFolder, name, 'model.onnx');
  await expect(InferenceSession.create(file, { logSeverityLevel: 4 })).rejects.toThrow();
});

/** Inputs that are shapes, axes and the like (small integers) as constants, the others with their static shapes. */
function withConstantShapes(graph: Graph, feeds: NodeCase['feeds']): Graph {
  const fixed = [...feeds].filter(
    ([, { dtype, data }], i) =>
      (i > 0 && /int|float/.test(dtype) && data.length <= 16) || (i === 0 && data.length <= 8),
  );
  const rest = asConstants(graph, new Map(fixed));
  const shapes = [...feeds].filter(([name]) => rest.inputs.includes(name));
  return specialize(rest, new Map(shapes.map(([name, { shape }]) => [name, shape])));
}

function asConstants(graph: Graph, values: ReadonlyMap<string, Tensor>): Graph {
  const types = new Map(graph.types);
  for (const [name, { dtype, shape }] of values) types.set(name, { dtype, shape });
  return {
    ...graph,
    types,
    inputs: graph.inputs.filter((name) => !values.has(name)),
    constants: new Map([...graph.constants, ...values]),
  };
}

/** Equal as onnx's own backend tests ask for: relative 1e-3, and halves to their own precision. */
function expectSame(found: Tensor, expected: Tensor): void {
  expect({ dtype: found.dtype, shape: found.shape }).toEqual({ dtype: expected.dtype, shape: expected.shape });
  if (found.dtype === 'string' || expected.dtype === 'string') {
    expect(found.data).toEqual(expected.data);
    return;
  }
  const [a, b] = [numbersOf(found), numbersOf(expected)];
  const coarse = /16/.test(found.dtype) ? 1e-2 : 1e-3;
  for (let i = 0; i < b.length; i++) {
    if (Object.is(a[i], b[i]) || a[i] === b[i]) continue;
    if (!(Math.abs(a[i]! - b[i]!) <= 1e-6 + coarse * Math.abs(b[i]!))) {
      expect({ i, value: a[i] }).toEqual({ i, value: b[i] });
    }
  }
}
