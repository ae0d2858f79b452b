// WebGPU in earnest, on a graphics card or on SwiftShader. `npm test` makes a short round; `npm run test:webgpu` every
// method and 2,000 runs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AnyParameters } from '../../src/explainers/contracts/parameters.ts';
import { candidatesOf } from '../../src/explainers/engines/devices/candidates.ts';
import { thisMachine } from '../../src/explainers/engines/devices/machine.ts';
import { SharedDevice } from '../../src/explainers/engines/devices/sharedDevice.ts';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openEngine } from '../../src/explainers/engines/openEngine.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { Devices } from '../../src/explainers/session/devices/devices.ts';
import { Verdicts } from '../../src/explainers/session/devices/verdicts.ts';
import { Session } from '../../src/explainers/session.ts';
import type { Tensor } from '../../src/explainers/tensor/tensor.ts';
import { root } from '../data.ts';
import { changed } from '../explainers/session/devices/standIns.ts';
import { ANYWHERE, pick } from '../laws/parts/quickMethods.ts';
import { numbers, tinyClassifier, writeModel } from '../tinyModels.ts';
import { missingAdapter } from './adapter.ts';

const RUNS = Number(process.env['SALIENCY_LENS_WEBGPU_RUNS'] ?? 200);
const LONG = RUNS > 200;
const METHODS = LONG ? ANYWHERE : ['gradient', 'gradCam', 'lrp', 'lime'];
/** Small networks of test/reference. */
const REFERENCES = LONG ? ['resnetBasic', 'densenet', 'mobilenetV2', 'convnext'] : [];
/** Of the greatest value of a map, and of the logits. */
const ALLOWED = 1e-4;

const folder = mkdtempSync(path.join(os.tmpdir(), 'webgpu-'));
const image = path.join(folder, 'image.png');
const missing = await missingAdapter();
const models: Record<string, string> = {};
beforeAll(async () => {
  models['a convolution'] = writeModel(folder, tinyClassifier({ size: 32 }));
  models['channels last'] = writeModel(
    folder,
    tinyClassifier({ size: 32, layout: 'nhwc', activation: 'Sigmoid' }),
    'last.onnx',
  );
  for (const name of REFERENCES) {
    const file = path.join(folder, `${name}.onnx`);
    writeFileSync(file, gunzipSync(readFileSync(path.join(root, `test/reference/gradients/${name}.onnx.gz`))));
    models[name] = file;
  }
  const noise = { type: 'gaussian', mean: 120, sigma: 50 } as const;
  await sharp({ create: { width: 48, height: 40, channels: 3, background: '#8a4', noise } })
    .png()
    .toFile(image);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(({ skip }) => {
  if (missing) skip(missing);
});

const off = (a: Float32Array, b: Float32Array) => {
  const greatest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) / (greatest || 1);
};

describe.each(['a convolution', 'channels last', ...REFERENCES])('%s on WebGPU', (name) => {
  const [cpu, device] = [new Session({ device: 'cpu', threads: 1 }), new Session({ device: 'webgpu', threads: 1 })];
  afterAll(() => Promise.all([cpu.dispose(), device.dispose()]));

  test('the scores are the CPU’s', async () => {
    const model = models[name]!;
    expect((await device.describe({ model })).engine).toMatchObject({ device: 'webgpu' });
    const logits = async (session: Session) =>
      Float32Array.from((await session.predict({ image, model })).scores, ({ logit }) => logit);
    expect(off(await logits(device), await logits(cpu))).toBeLessThan(ALLOWED);
  });

  test.each(METHODS)('%s is the CPU’s', { timeout: LONG ? 900_000 : 180_000 }, async (id) => {
    const model = models[name]!;
    const parameters: AnyParameters = pick(id)[0]!.parameters;
    const request = { image, model, method: id, parameters, classes: [0, 1] };
    const [mine, theirs] = [await device.explain(request), await cpu.explain(request)];
    for (const [k, map] of mine.maps.entries()) expect(off(map.values, theirs.maps[k]!.values)).toBeLessThan(ALLOWED);
    expect((await device.describe({ model })).engine).toMatchObject({ device: 'webgpu' });
    expect((await device.describe({ model })).engine.notice).toBeUndefined();
  });
});

test('two panels at once: their runs wait for each other', async () => {
  const sessions = [1, 2].map(() => new Session({ device: 'webgpu', threads: 1 }));
  const cpu = new Session({ device: 'cpu', threads: 1 });
  const request = { image, model: models['a convolution']!, method: 'gradCam', classes: [0, 1] };
  const both = await Promise.all(sessions.map((session) => session.explain(request)));
  const { maps } = await cpu.explain(request);
  for (const { maps: own } of both) expect(off(own[0]!.values, maps[0]!.values)).toBeLessThan(ALLOWED);
  await Promise.all([...sessions, cpu].map((session) => session.dispose()));
});

test(`${RUNS} runs without growth`, { timeout: 120_000 + RUNS * 1000 }, async () => {
  const device = await openEngine({ device: 'webgpu', threads: 1 });
  const { model } = await loadModel(models['a convolution']!);
  const executable = await device.compile(model.graph);
  const run = () => executable.run(new Map<string, Tensor>([[model.input, numbers([1, 3, 32, 32])]]));
  const first = (await run()).get(model.logits);
  const many = async (count: number) => {
    for (let i = 0; i < count; i++) await run();
    return process.memoryUsage().rss;
  };
  const before = await many(RUNS / 2);
  const after = await many(RUNS / 2);
  expect((await run()).get(model.logits)).toEqual(first);
  // A buffer of the image that is kept in each run would be 12 kB a run, on the device and here.
  expect(after - before).toBeLessThan(RUNS * 4096 + 8 * 2 ** 20);
  await executable.dispose();
});

/** Devices that are real but for what a test does to them. */
function devicesOf(cpu: Engine, change: (engine: Engine) => Engine): Devices {
  return new Devices({
    machine: thisMachine,
    candidates: candidatesOf(thisMachine).filter(({ device }) => device === 'webgpu'),
    cpu,
    folderOf: () => '',
    open: async ({ device }) => change(await openEngine({ device, threads: 1 })),
    shared: () => shared,
    verdicts: new Verdicts(),
  });
}
let shared: SharedDevice;
beforeEach(() => {
  shared = new SharedDevice();
});

const changing = (
  engine: Engine,
  change: (results: ReadonlyMap<string, Tensor>) => ReadonlyMap<string, Tensor>,
): Engine => ({
  ...engine,
  compile: async (graph, options) => {
    const executable = await engine.compile(graph, options);
    return { ...executable, run: async (feeds, run) => change(await executable.run(feeds, run)) };
  },
});

test('a device that is made to lie is caught', async () => {
  const cpu = await openEngine({ device: 'cpu', threads: 1 });
  const { model } = await loadModel(models['a convolution']!);
  const lying = devicesOf(cpu, (engine) => changing(engine, (results) => changed(results, (value) => value * 1.01)));
  const { info } = await lying.engineFor({ model, wanted: 'webgpu', sha256: async () => '' });
  expect(info).toMatchObject({
    device: 'cpu',
    passedOver: [{ device: 'webgpu', reason: expect.stringContaining('differs') }],
  });
  await cpu.dispose();
});

test('a device that is lost in the middle of a run: the CPU’s numbers, and a sentence', async () => {
  const cpu = await openEngine({ device: 'cpu', threads: 1 });
  const { model } = await loadModel(models['a convolution']!);
  let gone = false;
  const losing = devicesOf(cpu, (engine) =>
    changing(engine, (results) => {
      if (gone) throw new Error('Device lost');
      return results;
    }),
  );
  const engine = await losing.engineFor({ model, wanted: 'webgpu', sha256: async () => '' });
  const feeds = new Map<string, Tensor>([[model.input, numbers([1, 3, 32, 32])]]);
  const executable = await engine.compile(model.graph);
  gone = true;
  const own = (await executable.run(feeds)).get(model.logits);
  expect(own).toEqual((await (await cpu.compile(model.graph)).run(feeds)).get(model.logits));
  expect(engine.info).toMatchObject({ device: 'cpu', notice: expect.stringContaining('was lost (Device lost)') });
  await cpu.dispose();
});
