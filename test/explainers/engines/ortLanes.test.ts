// Runs at the same time, on threads with a session each: the same numbers as on one, and an end without a crash.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { openOnnxRuntimeWeb } from '../../../src/explainers/engines/onnxruntimeWeb.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { float32, type Tensor } from '../../../src/explainers/tensor/tensor.ts';
import { root } from '../../data.ts';
import { numbers, tinyClassifier } from '../../tinyModels.ts';

const feeds = (seed: number) => new Map<string, Tensor>([['image', numbers([1, 3, 8, 8], seed)]]);

let engine: Engine;
beforeAll(async () => {
  engine = await openOnnxRuntime({ threads: 3 });
});
afterAll(() => engine.dispose());

describe('lanes', () => {
  test('one per thread, and one alone where a runtime computes on all of them itself', async () => {
    expect(engine.lanes).toBe(3);
    const web = await openOnnxRuntimeWeb({ threads: 2 });
    expect(web.lanes).toBe(1);
    await web.dispose();
  });

  test('each run gets its own result, the same as without lanes', async () => {
    const [alone, together] = [
      await engine.compile(tinyClassifier()),
      await engine.compile(tinyClassifier(), { lanes: 2 }),
    ];
    expect([alone.lanes, together.lanes]).toEqual([1, 2]);
    const seeds = Array.from({ length: 12 }, (_, seed) => seed);
    const results = await Promise.all(seeds.map((seed) => together.run(feeds(seed))));
    for (const seed of seeds) expect(results[seed]).toEqual(await alone.run(feeds(seed)));
    await Promise.all([alone.dispose(), together.dispose()]);
  });

  test('an input that stays the same is sent once, one that changes each time', async () => {
    const b = new GraphBuilder('sum');
    const [x, y] = ['x', 'y'].map((name) => b.input(name, { dtype: 'float32', shape: [2] })) as [string, string];
    b.setOutputs([b.node('Add', [x, y], {}, 'sum')]);
    b.type('sum:0', { dtype: 'float32', shape: [2] });
    const executable = await engine.compile(b.build(), { lanes: 2 });
    const fixed = float32([2], [10, 20]);
    let reads = 0;
    const counted = {
      ...fixed,
      get data() {
        reads++;
        return fixed.data;
      },
    } as Tensor;
    for (let i = 0; i < 6; i++) {
      const results = await executable.run(
        new Map<string, Tensor>([
          ['x', counted],
          ['y', float32([2], [i, i])],
        ]),
      );
      expect([...results.get('sum:0')!.data]).toEqual([10 + i, 20 + i]);
    }
    expect(reads).toBe(1);
    await executable.dispose();
  });

  test('what the runtime refuses is told as on one thread', async () => {
    const graph = tinyClassifier({ extra: { op: 'FancyAttention', domain: 'com.example' } });
    await expect(engine.compile(graph, { lanes: 2 })).rejects.toMatchObject({
      kind: 'unsupported',
      subject: "node 'extra/node'",
    });
  });

  test('a run that waits for its lane does not begin after a cancel', async () => {
    const executable = await engine.compile(tinyClassifier(), { lanes: 2 });
    const controller = new AbortController();
    const runs = [0, 1, 2, 3].map((seed) => executable.run(feeds(seed), { signal: controller.signal }));
    controller.abort();
    for (const outcome of await Promise.allSettled(runs)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'cancelled' } });
    }
    expect((await executable.run(feeds(0))).size).toBe(1);
    await executable.dispose();
  });

  test('a closed engine lets its runs end, and refuses more', async () => {
    const own = await openOnnxRuntime({ threads: 2 });
    const executable = await own.compile(tinyClassifier(), { lanes: 2 });
    const run = executable.run(feeds(0));
    await own.dispose();
    expect((await run).size).toBe(1);
    await expect(executable.run(feeds(0))).rejects.toMatchObject({ kind: 'engine' });
  });
});

test.each(['process.exit(7)', 'process.exitCode = 7'])(
  '%s in the middle of a run: the process ends as asked',
  async (end) => {
    const program = path.join(root, 'out/test/lanesEnd.mjs');
    await build({
      stdin: {
        contents: `
        import { openOnnxRuntime } from './src/explainers/engines/onnxruntime.ts';
        import { GraphBuilder } from './src/explainers/graph/build.ts';
        import { float32 } from './src/explainers/tensor/tensor.ts';
        const size = 900;
        const b = new GraphBuilder('slow');
        const x = b.input('x', { dtype: 'float32', shape: [size, size] });
        let y = x;
        for (let i = 0; i < 12; i++) y = b.node('MatMul', [y, x]);
        b.setOutputs([y]);
        b.type(y, { dtype: 'float32', shape: [size, size] });
        const engine = await openOnnxRuntime({ threads: 2 });
        const executable = await engine.compile(b.build(), { lanes: 2 });
        const feeds = () => new Map([['x', float32([size, size])]]);
        await Promise.all([executable.run(feeds()), executable.run(feeds())]);
        for (let i = 0; i < 4; i++) executable.run(feeds()).catch(() => {});
        setTimeout(() => { ${end}; }, 20);`,
        resolveDir: root,
        loader: 'ts',
      },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    });
    const { status, signal, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    expect({ status, signal, stderr }).toEqual({ status: 7, signal: null, stderr: '' });
  },
);
