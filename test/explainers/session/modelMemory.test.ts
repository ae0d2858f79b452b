import v8 from 'node:v8';
import vm from 'node:vm';
import { expect, test } from 'vitest';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { weightBytes } from '../../../src/explainers/graph/weightBytes.ts';
import { CompiledGraphs } from '../../../src/explainers/session/models/compiledGraphs.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';
import { megabytes } from '../../reliability/processMemory.ts';
import { vggLike } from '../../reliability/vggLike.ts';

/** What the process takes, without what only waits to be collected. */
function heldNow(): number {
  v8.setFlagsFromString('--expose-gc');
  const collect: () => void = vm.runInNewContext('gc');
  collect();
  collect();
  return megabytes('now');
}

// `npm run reliability -- memory` is the same with all methods of a model of half a gigabyte.
test('ten graphs of a model, used in turn, take few times its weights, and not ten times', async () => {
  const engine = await openOnnxRuntime({ threads: 1 });
  const graph = vggLike({ width: 1, size: 96, classes: 10 });
  const weights = Math.round(weightBytes(graph) / 2 ** 20);
  expect(weights).toBeGreaterThan(140);
  const graphs = new CompiledGraphs(engine, { check: () => {}, keep: 0 });
  graphs.own('model', weightBytes(graph));
  const feeds = new Map([['image', float32([1, 3, 96, 96], new Float32Array(3 * 96 * 96).fill(0.5))]]);
  // What the runtime itself takes, and a run.
  const first = await graphs.compile('model', () => graph);
  const [expected] = [...(await first.run(feeds)).values()];
  const before = heldNow();
  const all = [first];
  for (let i = 0; i < 9; i++) {
    all.push(await graphs.compile('model', () => graph));
    await all.at(-1)!.run(feeds);
  }
  // One that was released runs again, with the same result.
  for (const one of all) expect([...(await one.run(feeds)).values()]).toEqual([expected]);
  expect(heldNow() - before).toBeLessThan(3 * weights);
  graphs.disown('model');
  await engine.dispose();
});
