// Model files of Keras and TensorFlow.js that are damaged or made to do harm: one sentence with the next step, and no
// other file opened.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Group } from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openModel } from '../../../src/explainers/importers/importers.ts';
import { kerasFiles } from '../../reference/kerasFiles.ts';
import { zipArchive } from '../../zipArchive.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'hostile-models-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const refusal = (file: string) =>
  openModel(file).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

/** A copy of the TensorFlow.js model whose description is changed. */
function tfjs(name: string, change: (model: Record<string, unknown>) => unknown): string {
  const place = path.join(folder, name);
  cpSync(path.join(kerasFiles(), 'plain.tfjs'), place, { recursive: true });
  const file = path.join(place, 'model.json');
  const model = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify(change(model) ?? model));
  return file;
}

type Manifest = { paths: string[]; weights: { shape: number[]; name: string }[] }[];
const manifest = (model: Record<string, unknown>) => model.weightsManifest as Manifest;

interface ParsedLayer {
  readonly name: string;
  readonly inbound_nodes: unknown[][][];
}
const layersOf = (model: Record<string, unknown>) =>
  (model.modelTopology as { model_config: { config: { layers: ParsedLayer[] } } }).model_config.config.layers;

describe('TensorFlow.js', () => {
  test('files of weights that are missing', async () => {
    const file = tfjs('missing', () => undefined);
    rmSync(path.join(path.dirname(file), 'group1-shard2of3.bin'));
    expect(await refusal(file)).toMatchObject({
      kind: 'model',
      message: expect.stringContaining('group1-shard2of3.bin is missing'),
      next: expect.stringContaining('next to'),
    });
  });

  test.each(['../outside.bin', '/etc/hostname', 'C:\\secret.bin', 'a/../../b.bin'])(
    '%s is not opened',
    async (outside) => {
      const opened: string[] = [];
      const file = tfjs(`outside${outside.length}`, (model) => {
        manifest(model)[0]!.paths[1] = outside;
      });
      await expect(openModel(file, (each) => opened.push(each))).rejects.toMatchObject({
        message: expect.stringContaining('not inside its own folder'),
      });
      expect(opened.every((each) => path.dirname(each) === path.dirname(file))).toBe(true);
    },
  );

  test('a link that leads out of the folder', async () => {
    const file = tfjs('link', () => undefined);
    const shard = path.join(path.dirname(file), 'group1-shard1of3.bin');
    rmSync(shard);
    symlinkSync('/etc/hostname', shard);
    expect(await refusal(file)).toMatchObject({ message: expect.stringContaining('not inside its own folder') });
  });

  test('files that end too early', async () => {
    const file = tfjs('short', () => undefined);
    writeFileSync(path.join(path.dirname(file), 'group1-shard3of3.bin'), 'short');
    expect(await refusal(file)).toMatchObject({ message: expect.stringContaining('end before the weight') });
  });

  test.each([
    ['of petabytes', [2 ** 26, 2 ** 26]],
    ['beyond any number', [2 ** 53, 2 ** 53]],
    ['negative', [-3]],
  ])('a weight %s', async (name, shape) => {
    const file = tfjs(name.replaceAll(' ', ''), (model) => {
      manifest(model)[0]!.weights[0]!.shape = shape;
    });
    expect(await refusal(file)).toMatchObject({ kind: 'model', next: expect.any(String) });
  });

  test('layers that read each other in a circle, and layers that are not there', async () => {
    const inbound = (model: Record<string, unknown>, name: string) => {
      const node = layersOf(model)[3]!.inbound_nodes[0]![0]!;
      node[0] = name;
    };
    const circle = tfjs('circle', (model) => {
      inbound(model, layersOf(model).at(-1)!.name);
    });
    expect(await refusal(circle)).toMatchObject({ message: expect.stringContaining('circle') });
    const absent = tfjs('absent', (model) => {
      inbound(model, '__proto__');
    });
    expect(await refusal(absent)).toMatchObject({ message: expect.stringContaining('which it does not have') });
  });

  test('models nested without end', async () => {
    const file = tfjs('nested', (model) => {
      let inner: unknown = { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 4, 4, 3] } };
      for (let i = 0; i < 100; i++) inner = { class_name: 'Sequential', config: { name: `m${i}`, layers: [inner] } };
      (model.modelTopology as { model_config: unknown }).model_config = inner;
    });
    expect(await refusal(file)).toMatchObject({ message: expect.stringContaining('within each other') });
  });
});

describe('Keras', () => {
  const CONFIG = { name: 'config.json', bytes: Buffer.from('{"class_name": "Sequential", "config": {"layers": []}}') };

  test.each(['nested.keras', 'nested.h5'])('%s, cut off anywhere', async (name) => {
    const bytes = readFileSync(path.join(kerasFiles(), name));
    for (const share of [0.02, 0.3, 0.7, 0.98]) {
      const file = path.join(folder, `cut-${share}-${name}`);
      writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length * share)));
      expect(await refusal(file), String(share)).toMatchObject({ kind: 'model', next: expect.any(String) });
    }
  });

  test('a dataset that claims petabytes', async () => {
    const bytes = readFileSync(path.join(kerasFiles(), 'normalized.h5'));
    // The first dimension of the first kernel, [5, 5, 3, 6] in 64-bit numbers.
    const shape = Buffer.alloc(32);
    for (const [i, size] of [5n, 5n, 3n, 6n].entries()) shape.writeBigUInt64LE(size, 8 * i);
    const at = bytes.indexOf(shape);
    expect(at).toBeGreaterThan(0);
    bytes.writeBigUInt64LE(2n ** 40n, at);
    const file = path.join(folder, 'petabytes.h5');
    writeFileSync(file, bytes);
    expect(await refusal(file)).toMatchObject({ kind: 'model', next: expect.any(String) });
  });

  test.each([
    [
      'a config of 64 MB in 64 kB',
      [{ name: 'config.json', bytes: new Uint8Array(2 ** 26) }],
      'would unpack to 67108864 bytes',
    ],
    [
      'a config that is longer than it claims',
      [{ name: 'config.json', bytes: new Uint8Array(2 ** 26), claimed: 4096 }],
      "'config.json' in the model’s archive",
    ],
    [
      'more files than a model has',
      [CONFIG, ...Array.from({ length: 10_000 }, (_, i) => ({ name: `${i}.json`, bytes: new Uint8Array(0) }))],
      'more than 10000 files',
    ],
    ['files that would land outside', [CONFIG, { ...CONFIG, name: '../../config.json' }], 'damaged or truncated'],
  ] as const)('a ZIP archive with %s', async (name, members, said) => {
    const file = path.join(folder, `${name.replaceAll(' ', '-')}.keras`);
    writeFileSync(file, zipArchive(members));
    const before = process.memoryUsage.rss();
    expect(await refusal(file)).toMatchObject({
      kind: 'model',
      message: expect.stringContaining(said),
      next: expect.any(String),
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(2 ** 26);
  });

  test.each([
    ['out of the file', 'external', "has a link ('elsewhere') that leads out of it or nowhere"],
    ['nowhere', 'soft', 'damaged or truncated'],
  ] as const)('HDF5 with a link that leads %s', async (_, kind, said) => {
    const { ready, File } = await import('h5wasm/node');
    await ready;
    const outside = path.join(folder, 'secret.h5');
    const secret = new File(outside, 'w');
    secret.create_dataset({ name: 'kernel', data: new Float32Array(4) });
    secret.close();
    const bytes = readFileSync(path.join(kerasFiles(), 'normalized.h5'));
    const file = path.join(folder, `${kind}.h5`);
    writeFileSync(file, bytes);
    const linked = new File(file, 'a');
    const weights = linked.get('model_weights') as InstanceType<typeof Group>;
    if (kind === 'external') weights.create_external_link(outside, '/kernel', 'elsewhere');
    else weights.create_soft_link('/nowhere/kernel', 'elsewhere');
    linked.close();
    expect(await refusal(file)).toMatchObject({
      kind: 'model',
      message: expect.stringContaining(said),
      next: expect.any(String),
    });
  });

  test('weights without layers, and HDF5 without a model, are called what they are', async () => {
    const bytes = readFileSync(path.join(kerasFiles(), 'normalized.h5'));
    const at = bytes.indexOf('model_config');
    bytes.write('other_config', at);
    const file = path.join(folder, 'data.h5');
    writeFileSync(file, bytes);
    expect(await refusal(file)).toMatchObject({ message: expect.stringContaining('no Keras model') });
  });
});
