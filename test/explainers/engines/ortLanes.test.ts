// Runs at the same time, on threads with a session each: the same numbers as on one, and an end without a crash.
import { spawnSync } from 'node:child_process';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { openOnnxRuntimeWeb } from '../../../src/explainers/engines/onnxruntimeWeb.ts';
import { OrtThread } from '../../../src/explainers/engines/ortThread.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { float32, type Tensor } from '../../../src/explainers/tensor/tensor.ts';
import { childProgram } from '../../childProgram.ts';
import { numbers, tinyClassifier } from '../../tinyModels.ts';

const feeds = (seed: number) => new Map<string, Tensor>([['image', numbers([1, 3, 8, 8], seed)]]);

/** The tensor, whose every look at its data counts. */
const countingReads = (tensor: Tensor, reads: { count: number }): Tensor =>
  ({
    ...tensor,
    get data() {
      reads.count++;
      return tensor.data;
    },
  }) as Tensor;

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
    const reads = { count: 0 };
    const counted = countingReads(fixed, reads);
    for (let i = 0; i < 6; i++) {
      const results = await executable.run(
        new Map<string, Tensor>([
          ['x', counted],
          ['y', float32([2], [i, i])],
        ]),
      );
      expect([...results.get('sum:0')!.data]).toEqual([10 + i, 20 + i]);
    }
    expect(reads.count).toBe(1);
    await executable.dispose();
  });

  test('what the runtime refuses is reported as on one thread', async () => {
    const graph = tinyClassifier({ extra: { op: 'FancyAttention', domain: 'com.example' } });
    await expect(engine.compile(graph, { lanes: 2 })).rejects.toMatchObject({
      kind: 'unsupported',
      subject: "node 'extra/node'",
    });
  });

  test('a run that waits for its lane does not begin after a cancel', async () => {
    const executable = await engine.compile(tinyClassifier(), { lanes: 2 });
    const controller = new AbortController();
    const reads = { count: 0 };
    const runs = [0, 1, 2, 3, 4].map((seed) => {
      const counted = countingReads(feeds(seed).get('image')!, reads);
      return executable.run(new Map([['image', counted]]), { signal: controller.signal });
    });
    controller.abort();
    for (const outcome of await Promise.allSettled(runs)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'cancelled' } });
    }
    expect(reads.count).toBe(2);
    expect((await executable.run(feeds(0))).size).toBe(1);
    await executable.dispose();
  });

  test('after an input that could not be sent, the next run does not take the one before', async () => {
    const executable = await engine.compile(tinyClassifier(), { lanes: 2 });
    const bad = new Map<string, Tensor>([
      ['image', { ...numbers([1, 3, 8, 8]), dtype: 'bfloat16' } as unknown as Tensor],
    ]);
    for (const seed of [0, 1]) await executable.run(feeds(seed));
    for (let i = 0; i < 3; i++) await expect(executable.run(bad)).rejects.toMatchObject({ kind: 'unsupported' });
    const again = feeds(7);
    expect(await executable.run(again)).toEqual(await executable.run(feeds(7)));
    await executable.dispose();
  });

  test('a thread that ended is replaced', async () => {
    const threads: Worker[] = [];
    const watch = (worker: Worker) => threads.push(worker);
    process.on('worker', watch);
    const own = await openOnnxRuntime({ threads: 2 });
    const first = await own.compile(tinyClassifier(), { lanes: 2 });
    const before = await first.run(feeds(0));
    expect(threads).toHaveLength(2);
    await Promise.all(threads.map((thread) => thread.terminate()));
    await expect(first.run(feeds(0))).rejects.toMatchObject({ kind: 'engine', next: expect.stringContaining('again') });
    await first.dispose();
    const second = await own.compile(tinyClassifier(), { lanes: 2 });
    expect([second.lanes, threads.length]).toEqual([2, 4]);
    expect(await second.run(feeds(0))).toEqual(before);
    await own.dispose();
    process.off('worker', watch);
  });

  test('a closed engine lets its runs end, and refuses more', async () => {
    const own = await openOnnxRuntime({ threads: 2 });
    const executable = await own.compile(tinyClassifier(), { lanes: 2 });
    const run = executable.run(feeds(0));
    await own.dispose();
    expect((await run).size).toBe(1);
    await expect(executable.run(feeds(0))).rejects.toMatchObject({ kind: 'engine' });
    expect((await own.compile(tinyClassifier(), { lanes: 2 })).lanes).toBe(1);
  });

  test('what cannot be sent to a thread is an error, and the thread can still end', async () => {
    const thread = new OrtThread();
    const unsendable = () => {};
    await expect(thread.ask('open', { session: 0, model: 'x', options: { extra: { unsendable } } })).rejects.toThrow(
      /clone/,
    );
    await thread.end();
    expect(thread.ended).toBe(true);
  });

  test.each([1, 2, 6])('products with weights in both directions do not depend on threads: %i lanes', async (lanes) => {
    const [rows, narrow, wide] = [98, 192, 768];
    const b = new GraphBuilder('turned');
    const x = b.input('x', { dtype: 'float32', shape: ['rows', narrow] });
    const weights = b.constant(numbers([narrow, wide]), 'weights');
    const turned = b.node('Transpose', [weights], { perm: [1, 0] });
    b.type(turned, { dtype: 'float32', shape: [wide, narrow] });
    const up = b.node('MatMul', [x, weights]);
    b.type(up, { dtype: 'float32', shape: ['rows', wide] });
    const down = b.node('MatMul', [up, turned]);
    b.type(down, { dtype: 'float32', shape: ['rows', narrow] });
    b.setOutputs([down]);
    const [alone, many] = [await openOnnxRuntime({ threads: 1 }), await openOnnxRuntime({ threads: 6 })];
    const one = await alone.compile(b.build(), { lanes: 1 });
    const together = await many.compile(b.build(), { lanes });
    const image = numbers([rows, narrow], 3);
    const twice = float32([2 * rows, narrow], [...image.data, ...image.data]);
    const expected = (await one.run(new Map([['x', image]]))).get(down)!.data;
    expect((await together.run(new Map([['x', image]]))).get(down)!.data).toEqual(expected);
    const both = (await together.run(new Map([['x', twice]]))).get(down)!.data;
    expect(both).toEqual(Float32Array.from([...(expected as Float32Array), ...(expected as Float32Array)]));
    await Promise.all([alone.dispose(), many.dispose()]);
  });
});

test.each(['process.exit(7)', 'process.exitCode = 7'])(
  '%s in the middle of a run: the process ends as asked',
  async (end) => {
    const program = await childProgram(
      'lanesEnd',
      `
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
    );
    const { status, signal, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8', timeout: 30_000 });
    expect({ status, signal, stderr }).toEqual({ status: 7, signal: null, stderr: '' });
  },
);
