import { afterAll, describe, expect, it } from 'vitest';
import { openOnnxRuntime } from '../../../../src/explainers/engines/onnxruntime.ts';
import { type AttributeInit, float } from '../../../../src/explainers/graph/attributes.ts';
import { GraphBuilder } from '../../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../../src/explainers/graph/graph.ts';
import { canonicalize } from '../../../../src/explainers/ops/canonical/canonicalize.ts';
import type { Tensor } from '../../../../src/explainers/tensor/tensor.ts';
import { numbers } from '../../../tinyModels.ts';

const engine = await openOnnxRuntime({ threads: 1 });
afterAll(() => engine.dispose());

interface Row {
  readonly name: string;
  readonly q: readonly number[];
  readonly k: readonly number[];
  readonly v: readonly number[];
  readonly attributes?: AttributeInit;
  readonly mask?: Tensor;
}

const ROWS: readonly Row[] = [
  { name: 'heads apart', q: [2, 3, 5, 4], k: [2, 3, 5, 4], v: [2, 3, 5, 6] },
  {
    name: 'cross attention, a scale',
    q: [1, 2, 3, 4],
    k: [1, 2, 7, 4],
    v: [1, 2, 7, 4],
    attributes: { scale: float(0.3) },
  },
  {
    name: 'heads in one axis',
    q: [1, 5, 12],
    k: [1, 6, 12],
    v: [1, 6, 15],
    attributes: { q_num_heads: 3, kv_num_heads: 3 },
  },
  { name: 'shared keys and values', q: [1, 4, 5, 4], k: [1, 2, 5, 4], v: [1, 2, 5, 4] },
  { name: 'causal', q: [1, 2, 5, 4], k: [1, 2, 5, 4], v: [1, 2, 5, 4], attributes: { is_causal: 1 } },
  { name: 'capped', q: [1, 2, 5, 4], k: [1, 2, 5, 4], v: [1, 2, 5, 4], attributes: { softcap: float(0.5) } },
  { name: 'a mask that is added', q: [1, 2, 5, 4], k: [1, 2, 5, 4], v: [1, 2, 5, 4], mask: numbers([5, 5], 9) },
  {
    name: 'a mask of what takes part',
    q: [1, 2, 3, 4],
    k: [1, 2, 3, 4],
    v: [1, 2, 3, 4],
    mask: { dtype: 'bool', shape: [3, 3], data: Uint8Array.from([1, 0, 1, 1, 1, 0, 0, 0, 1]) },
  },
];

async function run(graph: Graph, row: Row): Promise<readonly number[]> {
  const executable = await engine.compile(graph);
  const feeds = new Map<string, Tensor>(
    [row.q, row.k, row.v].map((shape, i) => ['qkv'[i]!, numbers(shape, i + 1)] as const),
  );
  const results = await executable.run(feeds);
  await executable.dispose();
  return Array.from([...results.values()][0]!.data as Float32Array);
}

describe('Attention of opset 23', () => {
  it.each(ROWS)('$name: in its parts it gives what the engine’s own operator gives', async (row) => {
    const b = new GraphBuilder({ ...new GraphBuilder('attention').build(), opset: 23 });
    const qkv = [row.q, row.k, row.v].map((shape, i) => b.input('qkv'[i]!, { dtype: 'float32', shape }));
    const inputs = row.mask ? [...qkv, b.constant(row.mask)] : qkv;
    b.setOutputs([b.node('Attention', inputs, row.attributes ?? {})]);
    const graph = b.build();
    const expanded = canonicalize(graph);
    expect(expanded.nodes.map((node) => node.op)).not.toContain('Attention');
    const [whole, parts] = [await run(graph, row), await run(expanded, row)];
    expect(parts.length).toBe(whole.length);
    for (const [i, value] of whole.entries()) expect(parts[i]).toBeCloseTo(value, 5);
  });
});
