import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SharedDevice } from '../../../../src/explainers/engines/devices/sharedDevice.ts';
import type { Engine } from '../../../../src/explainers/engines/engine.ts';
import { openEngine } from '../../../../src/explainers/engines/openEngine.ts';
import { ExplainError } from '../../../../src/explainers/errors.ts';
import type { ExplainableModel } from '../../../../src/explainers/method/method.ts';
import { loadModel } from '../../../../src/explainers/models/loadModel.ts';
import { type DeviceRequest, Devices } from '../../../../src/explainers/session/devices/devices.ts';
import { Verdicts } from '../../../../src/explainers/session/devices/verdicts.ts';
import { float32, type Tensor } from '../../../../src/explainers/tensor/tensor.ts';
import { numbers, tinyClassifier, writeModel } from '../../../tinyModels.ts';
import { Clock, candidate, changed, offerOf, type StandIn, standIn } from './standIns.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'devices-'));
let real: Engine;
let model: ExplainableModel;
let clock: Clock;
beforeAll(async () => {
  real = await openEngine({ device: 'cpu', threads: 1 });
  model = (await loadModel(writeModel(folder, tinyClassifier()))).model;
});
beforeEach(() => {
  clock = new Clock();
});
afterAll(async () => {
  await real.dispose();
  rmSync(folder, { recursive: true });
});

const request = (wanted: DeviceRequest['wanted'] = 'auto', sha = 'abc'): DeviceRequest => ({
  model,
  wanted,
  sha256: async () => sha,
});
const webgpu = (how?: StandIn) => () => standIn(real, 'webgpu', clock, how);
const broken = (message: string) => () => {
  throw new ExplainError({ kind: 'engine', message, next: 'Wait.' });
};
const feeds = new Map<string, Tensor>([['image', numbers([1, 3, 8, 8])]]);
const run = async (engine: Engine) => (await (await engine.compile(model.graph)).run(feeds)).get(model.logits);
const right = () => run(real);

test('a device with the CPU’s numbers that is faster is taken, and the comparison is said', async () => {
  const engine = await new Devices(offerOf({ clock, cpu: real, devices: { webgpu: webgpu() } })).engineFor(request());
  expect(engine.info).toMatchObject({
    device: 'webgpu',
    compared: expect.stringMatching(/^Its numbers .* 2\.0 ms instead of 20 ms\.$/),
  });
  expect(await run(engine)).toEqual(await right());
});

test('a device that is slower is passed over, with the figures', async () => {
  const devices = new Devices(offerOf({ clock, cpu: real, devices: { webgpu: webgpu({ takes: 9.5 }) } }));
  expect((await devices.engineFor(request())).info).toMatchObject({
    device: 'cpu',
    passedOver: [{ device: 'webgpu', reason: expect.stringContaining('19 ms instead of 20 ms') }],
  });
});

test.each([
  ['forward pass', 1.002, (name: string) => name.includes('logits')],
  ['gradient', 1.02, (name: string) => !name.includes('logits')],
] as const)('a wrong %s is passed over', async (what, factor, isWrong) => {
  const gives: StandIn['gives'] = (results) =>
    new Map(
      [...results].map(([name, tensor]) => [
        name,
        isWrong(name) ? [...changed(new Map([[name, tensor]]), (v) => v * factor)][0]![1] : tensor,
      ]),
    );
  const devices = new Devices(offerOf({ clock, cpu: real, devices: { webgpu: webgpu({ gives }) } }));
  expect((await devices.engineFor(request())).info).toMatchObject({
    device: 'cpu',
    passedOver: [{ device: 'webgpu', reason: expect.stringContaining(`its ${what} differs from the CPU's by`) }],
  });
});

test('numbers that are none are wrong', async () => {
  const gives: StandIn['gives'] = (results) => changed(results, () => Number.NaN);
  const devices = new Devices(offerOf({ clock, cpu: real, devices: { webgpu: webgpu({ gives }) } }));
  const { info } = await devices.engineFor(request());
  expect(info.passedOver![0]!.reason).toBe("its forward pass differs from the CPU's by more than any number");
});

test('one after the other is tried, and why each was not taken is kept', async () => {
  const cuda = { ...candidate('cuda'), absent: () => 'its libraries are missing' };
  const offer = offerOf({
    clock,
    cpu: real,
    devices: { dml: broken('No adapter.'), webgpu: webgpu() },
    candidates: [cuda, candidate('dml'), candidate('webgpu')],
  });
  expect((await new Devices(offer).engineFor(request())).info).toMatchObject({
    device: 'webgpu',
    passedOver: [
      { device: 'cuda', reason: 'its libraries are missing' },
      { device: 'dml', reason: 'No adapter' },
    ],
  });
});

test('a device that lacks an operator of the model is passed over', async () => {
  const onCompile = () => {
    throw new ExplainError({
      kind: 'unsupported',
      message: "The device 'webgpu' does not support an operator of this graph.",
      next: '',
    });
  };
  const devices = new Devices(offerOf({ clock, cpu: real, devices: { webgpu: webgpu({ onCompile }) } }));
  expect((await devices.engineFor(request())).info.passedOver).toEqual([
    { device: 'webgpu', reason: "The device 'webgpu' does not support an operator of this graph" },
  ]);
});

test('a device that gives no answer is passed over in time', async () => {
  const onRun = () => new Promise<void>(() => {});
  const check = { patience: 50, now: clock.now };
  const devices = new Devices(offerOf({ clock, cpu: real, devices: { webgpu: webgpu({ onRun }) }, check }));
  expect((await devices.engineFor(request())).info.passedOver![0]!.reason).toBe('it was not done within 0 s');
});

test('a chosen device may be slow, but not wrong, and not missing', async () => {
  const chosen = (make: () => Engine) =>
    new Devices(offerOf({ clock, cpu: real, devices: { webgpu: make } })).engineFor(request('webgpu'));
  expect((await chosen(webgpu({ takes: 50 }))).info.device).toBe('webgpu');
  const wrong = await chosen(webgpu({ gives: (results) => changed(results, (value) => -value) }));
  expect(wrong.info).toMatchObject({
    device: 'cpu',
    notice: expect.stringContaining("The CPU computes instead of 'webgpu'"),
  });
  await expect(chosen(broken('No adapter.'))).rejects.toMatchObject({ kind: 'engine' });
  const devices = new Devices(offerOf({ clock, cpu: real, devices: {} }));
  await expect(devices.engineFor(request('coreml'))).rejects.toMatchObject({
    kind: 'engine',
    subject: 'device coreml',
  });
});

test('the CPU alone is not compared with anything, and no model is hashed where no device is', async () => {
  const absent = [{ ...candidate('webgpu'), absent: () => 'there is no graphics card' }];
  const offer = offerOf({ clock, cpu: real, devices: {}, candidates: absent });
  const never = { ...request(), sha256: () => Promise.reject(new Error('hashed')) };
  expect((await new Devices(offer).engineFor(never)).info).toMatchObject({
    device: 'cpu',
    passedOver: [{ device: 'webgpu' }],
  });
  expect((await new Devices(offer).engineFor({ ...never, wanted: 'cpu' })).info.passedOver).toBeUndefined();
  expect(clock.time).toBe(0);
});

test('verdicts are remembered per device, driver, runtime and model, and asked again when wanted', async () => {
  const kept = path.join(folder, 'kept');
  let checks = 0;
  let driver = '535.1';
  const ask = async (again: boolean, sha?: string) => {
    const offer = offerOf({
      clock,
      cpu: real,
      devices: { webgpu: webgpu({ onCompile: () => void checks++ }) },
      candidates: [candidate('webgpu', () => driver)],
      verdicts: new Verdicts(kept),
      again,
    });
    checks = 0;
    const { info } = await new Devices(offer).engineFor(request('auto', sha));
    expect(info.device).toBe('webgpu');
    return checks > 0;
  };
  expect(await ask(false)).toBe(true);
  expect(await ask(false)).toBe(false);
  expect(await ask(true)).toBe(true);
  expect(await ask(false, 'another model')).toBe(true);
  driver = '550.2';
  expect(await ask(false)).toBe(true);
  driver = '535.1';
  expect(await ask(false)).toBe(false);
});

test('a check that ended its process is not made again, and a damaged verdict counts for nothing', async () => {
  const kept = path.join(folder, 'ended');
  const question = { device: 'webgpu', driver: '1', runtime: real.info.version, model: 'abc' };
  await new Verdicts(kept).begin(question);
  const offer = () => offerOf({ clock, cpu: real, devices: { webgpu: webgpu() }, verdicts: new Verdicts(kept) });
  const { info } = await new Devices(offer()).engineFor(request());
  expect(info.passedOver).toEqual([{ device: 'webgpu', reason: 'the last comparison with the CPU ended the process' }]);
  const file = path.join(kept, readdirSync(kept)[0]!);
  for (const text of [
    '{',
    '{}',
    '{"at":"2026-01-01","check":{"outcome":"good"}}',
    '{"at":"2026-01-01","check":{"outcome":"fine"}}',
  ]) {
    writeFileSync(file, text);
    expect((await new Devices(offer()).engineFor(request())).info.device).toBe('webgpu');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ check: { outcome: 'good' } });
  }
});

test('a device that could not be used at all is tried again after a day', async () => {
  const kept = path.join(folder, 'broken');
  const question = { device: 'webgpu', driver: '1', runtime: real.info.version, model: 'abc' };
  await new Verdicts(kept).keep(question, { outcome: 'broken', reason: 'it is gone' });
  expect(await new Verdicts(kept).find(question)).toMatchObject({ outcome: 'broken' });
  const file = path.join(kept, readdirSync(kept)[0]!);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), at: '2026-01-01T00:00:00Z' }));
  expect(await new Verdicts(kept).find(question)).toBeNull();
});

test('a device that is lost in the middle of a run: the CPU repeats it, and computes from then on', async () => {
  let lost = false;
  const onRun = () => {
    if (lost) throw new ExplainError({ kind: 'engine', message: 'The device was removed.', next: '' });
  };
  const offer = offerOf({ clock, cpu: real, devices: { webgpu: webgpu({ onRun }) } });
  const engine = await new Devices(offer).engineFor(request());
  const executable = await engine.compile(model.graph);
  expect((await executable.run(feeds)).get(model.logits)).toEqual(await right());
  lost = true;
  expect((await executable.run(feeds)).get(model.logits)).toEqual(await right());
  expect(engine.info).toMatchObject({
    device: 'cpu',
    notice: "The device 'webgpu' was lost (The device was removed). The CPU computes instead.",
    passedOver: [{ device: 'webgpu', reason: 'The device was removed' }],
  });
  lost = false;
  const before = clock.time;
  await run(engine);
  expect(clock.time - before).toBe(10);
  expect((await new Devices(offer).engineFor(request('auto', 'another'))).info.device).toBe('cpu');
});

test.each([
  ['zeros', (): number => 0],
  ['no numbers', (): number => Number.NaN],
] as const)('a device that gives %s is asked of the CPU, and gives no map', async (_, nothing) => {
  let lost = false;
  const gives: StandIn['gives'] = (results) => (lost ? changed(results, nothing) : results);
  const offer = offerOf({ clock, cpu: real, devices: { webgpu: webgpu({ gives }) } });
  const engine = await new Devices(offer).engineFor(request());
  lost = true;
  expect(await run(engine)).toEqual(await right());
  expect(engine.info.device).toBe('cpu');
});

test('a device that gives no answer any more is lost, and nothing waits for it', async () => {
  let stuck = false;
  const onRun: StandIn['onRun'] = () => (stuck ? new Promise<void>(() => {}) : undefined);
  const sharedDevice = new SharedDevice(100);
  const offer = offerOf({ clock, cpu: real, devices: { webgpu: webgpu({ onRun }) }, sharedDevice });
  const engine = await new Devices(offer).engineFor(request());
  const executable = await engine.compile(model.graph);
  stuck = true;
  const both = await Promise.all([executable.run(feeds), executable.run(feeds)]);
  for (const results of both) expect(results.get(model.logits)).toEqual(await right());
  expect(engine.info.notice).toContain('no answer');
  await executable.dispose();
});

test('what the CPU refuses too is no fault of the device', async () => {
  const engine = await new Devices(offerOf({ clock, cpu: real, devices: { webgpu: webgpu() } })).engineFor(request());
  const executable = await engine.compile(model.graph);
  const odd = new Map<string, Tensor>([['image', float32([1, 3, 4, 4])]]);
  await expect(executable.run(odd)).rejects.toMatchObject({ kind: 'engine' });
  expect(engine.info.device).toBe('webgpu');
});

test('two models on one device: never two runs at a time', async () => {
  let [running, most] = [0, 0];
  const onRun = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
  };
  const devices = new Devices(offerOf({ clock, cpu: real, devices: { webgpu: webgpu({ onRun }) } }));
  const engines = await Promise.all(['one', 'two'].map((sha) => devices.engineFor(request('auto', sha))));
  const executables = await Promise.all(engines.map((engine) => engine.compile(model.graph)));
  await Promise.all(executables.flatMap((executable) => [executable.run(feeds), executable.run(feeds)]));
  expect(most).toBe(1);
});
