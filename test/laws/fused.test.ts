// Operators of ONNX Runtime's optimisers, written out on import, give the numbers that ONNX Runtime gives for them, and
// have their gradients.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import { attributesOf } from '../../src/explainers/graph/attributes.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { FUSIONS } from '../../src/explainers/importers/onnx/fused/expandFused.ts';
import { readOnnx } from '../../src/explainers/importers/onnx/read.ts';
import { writeOnnx } from '../../src/explainers/importers/onnx/write.ts';
import { canonicalize } from '../../src/explainers/ops/canonical/canonicalize.ts';
import { type Tensor, toNumbers } from '../../src/explainers/tensor/tensor.ts';
import { checkGraph, tensorOf } from './parts/checkGradient.ts';
import { Draw } from './parts/random.ts';
import type { Numbers } from './parts/row.ts';
import { FUSED_ROWS, type FusedRow } from './rows/fused.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openOnnxRuntime({ threads: 1 });
});
afterAll(() => engine.dispose());

interface Drawn {
  readonly graph: Graph;
  /** What the runtime computes for the same numbers. */
  readonly same: Graph;
  readonly feeds: ReadonlyMap<string, Tensor>;
  readonly at: ReadonlyMap<string, Numbers>;
}

function drawn({ op, domain = 'com.microsoft', draw: make, twin }: FusedRow, draw: Draw): Drawn {
  const { inputs, attributes = {}, outputs = 1 } = make(draw);
  const b = new GraphBuilder('fused');
  const feeds = new Map<string, Tensor>();
  const at = new Map<string, Numbers>();
  const names = inputs.map((input, i) => {
    if (input === null) return '';
    if ('tensor' in input) return b.constant(input.tensor, `t${i}`);
    const tensor = tensorOf('float32', input.shape, input.values);
    if (input.constant) return b.constant(tensor, `w${i}`);
    const name = b.input(`x${i}`, { dtype: 'float32', shape: input.shape });
    feeds.set(name, tensor);
    at.set(name, input);
    return name;
  });
  const results = Array.from({ length: outputs }, (_, i) => `y${i}`);
  b.add({ name: 'fused', op, domain, inputs: names, outputs: results, attributes: attributesOf(attributes) });
  b.setOutputs(results);
  const domains = new Map([['com.microsoft', 1]]);
  const graph = { ...b.build(), domains };
  if (!twin) return { graph, same: graph, feeds, at };
  const other = new GraphBuilder({ ...graph, nodes: [] });
  other.setOutputs([twin(other, names)]);
  return { graph, same: { ...other.build(), domains }, feeds, at };
}

const run = async (graph: Graph, feeds: Drawn['feeds']) => {
  const executable = await engine.compile(graph);
  try {
    return await executable.run(feeds);
  } finally {
    await executable.dispose();
  }
};

test('every operator that is written out has a row', () => {
  expect([...new Set(FUSED_ROWS.map(({ op }) => op))].sort()).toEqual(FUSIONS.map(({ op }) => op).sort());
});

describe.each([...new Set(FUSED_ROWS.map(({ op }) => op))])('%s', (op) => {
  test.each(FUSED_ROWS.filter((row) => row.op === op))('$about', async (row) => {
    for (const seed of [1, 2]) {
      const draw = new Draw(seed);
      const { graph, same, feeds, at } = drawn(row, draw);
      const read = readOnnx(writeOnnx(graph), { folder: '/', path: '/fused.onnx' });
      expect(read.nodes.filter(({ domain }) => domain !== '')).toEqual([]);
      const written = canonicalize(read);
      const found = await run(written, feeds);
      const expected = [...(await run(same, feeds)).values()];
      for (const [i, name] of graph.outputs.entries()) {
        expect(found.get(name)!.shape).toEqual([...expected[i]!.shape]);
        const numbers = toNumbers(found.get(name)!);
        const far = toNumbers(expected[i]!).filter(
          (value, k) => Math.abs(numbers[k]! - value) > 2e-5 * (1 + Math.abs(value)),
        );
        expect(far).toEqual([]);
      }
      const differentiated = { ...written, outputs: written.outputs.slice(0, 1) };
      if (!row.kinked) await checkGraph(engine, differentiated, at, draw, { dtype: 'float32', tolerance: 5e-3 });
    }
  });
});
