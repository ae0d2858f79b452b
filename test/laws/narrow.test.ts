// Whatever an operator's entry says of its axes: what is picked from its output is the operator on what is picked from
// its inputs.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { narrowed } from '../../src/explainers/ops/narrow.ts';
import { opEntry } from '../../src/explainers/ops/opTable.ts';
import { int64, type Tensor, toNumbers } from '../../src/explainers/tensor/tensor.ts';
import { graphOf, tensorOf } from './parts/checkGradient.ts';
import { Draw } from './parts/random.ts';
import type { Row } from './parts/row.ts';
import { ROWS } from './parts/rows.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openOnnxRuntime({ threads: 1 });
});
afterAll(() => engine.dispose());

/** The graph of one node with some places of one axis of its output as the output. */
function picking(graph: Graph, axis: number, places: readonly number[]): Graph {
  const b = new GraphBuilder(graph);
  const [output] = graph.outputs as readonly [string];
  const picked = b.node('Gather', [output, b.constant(int64(places))], { axis });
  const { dtype, shape } = graph.types.get(output)!;
  b.type(picked, { dtype, shape: shape!.with(axis, places.length) });
  b.setOutputs([picked]);
  return b.build();
}

async function run(graph: Graph, feeds: ReadonlyMap<string, Tensor>): Promise<Tensor> {
  const executable = await engine.compile(graph);
  const [result] = [...(await executable.run(feeds)).values()];
  await executable.dispose();
  return result!;
}

/** How many axes of the row's output could be narrowed before the operator. */
async function checkRow(row: Row, seed: number): Promise<number> {
  const draw = new Draw(seed);
  const dtype = row.dtype ?? 'float64';
  const { graph, at } = graphOf(row, row.draw(draw), dtype);
  const output = graph.outputs[0];
  const shape = (output && graph.types.get(output)?.shape) as readonly number[] | undefined;
  let count = 0;
  for (const [axis, size] of (shape ?? []).entries()) {
    if (size < 2) continue;
    const places = [draw.int(0, size - 1)];
    const whole = picking(graph, axis, places);
    const narrow = narrowed(whole);
    if (narrow === whole) continue;
    const before = narrow.nodes.at(-1)!.op !== 'Gather';
    if (before) count++;
    const feeds = new Map([...at].map(([name, { shape: is, values }]) => [name, tensorOf(dtype, is, values)]));
    const [wanted, found] = [await run(whole, feeds), await run(narrow, feeds)];
    expect(found.shape).toEqual(wanted.shape);
    const [a, b] = [toNumbers(found), toNumbers(wanted)];
    for (const [i, value] of b.entries()) expect(a[i]).toBeCloseTo(value, dtype === 'float32' ? 4 : 9);
  }
  return count;
}

const OPS = [...new Set(ROWS.map(({ op }) => op))].filter((op) => opEntry(op, '')!.along);

describe.each(OPS)('%s', (op) => {
  test('on what is picked from its inputs gives what is picked from its output', async () => {
    let count = 0;
    for (const row of ROWS.filter((each) => each.op === op)) {
      for (const seed of [1, 2]) count += await checkRow(row, seed);
    }
    expect(count, 'an axis that can be narrowed').toBeGreaterThan(0);
  });
});
