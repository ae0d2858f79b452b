import { expect, test } from 'vitest';
import type { Engine } from '../../../src/explainers/engines/engine.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { CompiledGraphs } from '../../../src/explainers/session/models/compiledGraphs.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';

const GB = 2 ** 30;

/** An engine that holds nothing, and counts what it would. */
function counting(bytesOfOne: number) {
  const seen = { open: 0, most: 0, compiled: 0, disposedWhileRunning: 0 };
  const engine = {
    lanes: 1,
    info: { id: 'counting', title: 'counting', version: '1', device: 'cpu' },
    holds: () => bytesOfOne,
    async compile() {
      let running = 0;
      seen.compiled++;
      seen.open++;
      seen.most = Math.max(seen.most, seen.open);
      return {
        lanes: 1,
        async run() {
          running++;
          await new Promise((resolve) => setTimeout(resolve, 2));
          running--;
          return new Map();
        },
        async dispose() {
          if (running > 0) seen.disposedWhileRunning++;
          seen.open--;
        },
      };
    },
    dispose: async () => {},
  } as unknown as Engine;
  return { engine, seen };
}

function graph() {
  const b = new GraphBuilder('one');
  b.setOutputs([b.node('Relu', [b.input('x', { dtype: 'float32', shape: [1] })])]);
  return b.build();
}
const nothing = { check: () => {} };
const feeds = new Map([['x', float32([1], Float32Array.of(1))]]);

test('no more bytes than two graphs of the largest model take, whatever is requested in any order', async () => {
  const { engine, seen } = counting(1.5 * GB);
  const graphs = new CompiledGraphs(engine, nothing);
  graphs.own('large', 1.5 * GB);
  const all = [];
  for (let i = 0; i < 20; i++) {
    const one = await graphs.compile('large', graph);
    await one.run(feeds);
    all.push(one);
  }
  expect(seen.most).toBe(2);
  // One that was released runs again.
  for (const one of all) await one.run(feeds);
  expect(seen.most).toBe(2);
  expect(graphs.bytes).toBeLessThanOrEqual(2.1 * 1.5 * GB);
  graphs.disown('large');
  await expect.poll(() => seen.open).toBe(0);
});

test('small graphs stay: eight of a model', async () => {
  const { engine, seen } = counting(1000);
  const graphs = new CompiledGraphs(engine, nothing);
  for (const owner of ['a', 'b']) {
    graphs.own(owner, 1000);
    for (let i = 0; i < 20; i++) await (await graphs.compile(owner, graph)).run(feeds);
  }
  expect(seen.open).toBe(16);
});

test('what runs stays, and everything ends, though all are wanted at once', async () => {
  const { engine, seen } = counting(GB);
  const graphs = new CompiledGraphs(engine, nothing);
  graphs.own('model', GB);
  const runs = Array.from({ length: 12 }, async () => {
    const one = await graphs.compile('model', graph);
    await Promise.all([one.run(feeds), one.run(feeds)]);
    await one.run(feeds);
  });
  await Promise.all(runs);
  expect(seen.disposedWhileRunning).toBe(0);
  graphs.disown('model');
  await expect.poll(() => seen.open).toBe(0);
});
