import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openOnnx } from '../../../../src/explainers/importers/onnx/read.ts';
import { modelBytes, type TensorInit, tensor } from './model.ts';

let folder: string;
let models: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'external-'));
  models = path.join(folder, 'models');
  mkdirSync(path.join(models, 'weights'), { recursive: true });
  writeFileSync(path.join(folder, 'secret'), new Uint8Array(16));
  writeFileSync(path.join(models, 'data.bin'), new Uint8Array(new Float32Array([0, 1, 2, 3]).buffer));
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(external: Record<string, string>, init: TensorInit = {}) {
  const file = path.join(models, 'model.onnx');
  writeFileSync(file, modelBytes({ initializer: [tensor({ external, ...init })] }));
  return openOnnx(file);
}

const weights = async (external: Record<string, string>, init?: TensorInit) =>
  (await open(external, init)).constants.get('w')!.data;

describe('weights next to the model', () => {
  test('are read at their offset', async () => {
    expect(await weights({ location: 'data.bin', offset: '8', length: '8' })).toEqual(Float32Array.of(2, 3));
  });

  test('are read without offset and length', async () => {
    expect(await weights({ location: 'data.bin' }, { dims: [4] })).toEqual(Float32Array.of(0, 1, 2, 3));
  });

  test('may lie in a folder below, and behind a link that stays inside', async () => {
    writeFileSync(path.join(models, 'weights', 'w.bin'), new Uint8Array(new Float32Array([5, 6]).buffer));
    symlinkSync(path.join('weights', 'w.bin'), path.join(models, 'link.bin'));
    expect(await weights({ location: 'weights/w.bin' })).toEqual(Float32Array.of(5, 6));
    expect(await weights({ location: './link.bin' })).toEqual(Float32Array.of(5, 6));
  });

  test('are found where the model is opened through a link to its folder', async () => {
    await open({ location: 'data.bin' });
    symlinkSync(models, path.join(folder, 'elsewhere'));
    const graph = await openOnnx(path.join(folder, 'elsewhere', 'model.onnx'));
    expect(graph.constants.get('w')!.data).toEqual(Float32Array.of(0, 1));
  });
});

describe('nothing outside the folder is read', () => {
  const outside = { kind: 'model', message: expect.stringContaining('not inside its own folder') };

  test.each(['../secret', 'weights/../../secret', '..\\secret', 'C:\\secret', 'C:secret', '', 'a\0b'])(
    'by %j',
    async (location) => {
      await expect(open({ location })).rejects.toMatchObject(outside);
    },
  );

  test('by an absolute path', async () => {
    await expect(open({ location: path.join(folder, 'secret') })).rejects.toMatchObject(outside);
    await expect(open({ location: path.join(models, 'data.bin') })).rejects.toMatchObject(outside);
  });

  test('through a link to a file, or to a folder', async () => {
    symlinkSync(path.join('..', 'secret'), path.join(models, 'link.bin'));
    symlinkSync('..', path.join(models, 'up'));
    await expect(open({ location: 'link.bin' })).rejects.toMatchObject(outside);
    await expect(open({ location: 'up/secret' })).rejects.toMatchObject(outside);
  });

  test('not even a folder whose name begins like the model’s', async () => {
    mkdirSync(`${models}-too`);
    writeFileSync(path.join(`${models}-too`, 'w.bin'), new Uint8Array(16));
    symlinkSync(`${models}-too`, path.join(models, 'too'));
    await expect(open({ location: 'too/w.bin' })).rejects.toMatchObject(outside);
  });
});

describe('what is wrong with the data file is said', () => {
  test.each([
    ['is missing', { location: 'none.bin' }, {}, 'none.bin is missing'],
    ['is a folder', { location: 'weights' }, {}, 'weights is not a file'],
    ['is too short', { location: 'data.bin', offset: '12' }, {}, 'ends at byte 16'],
    ['is too short for the shape', { location: 'data.bin' }, { dims: [2 ** 40] }, 'ends at byte 16'],
    ['has another length', { location: 'data.bin', length: '4' }, {}, '4 instead of 8 bytes'],
    ['has a negative offset', { location: 'data.bin', offset: '-8' }, {}, 'bad offset'],
    ['has no number for offset', { location: 'data.bin', offset: '1e3' }, {}, 'bad offset'],
    ['has an offset beyond counting', { location: 'data.bin', offset: '99999999999999999999' }, {}, 'bad offset'],
  ])('%s', async (_, external, init, message) => {
    const error = { kind: 'model', message: expect.stringContaining(message), subject: "tensor 'w'" };
    await expect(open(external, init)).rejects.toMatchObject(error);
  });

  test.skipIf(process.platform === 'win32')('a named pipe does not make us wait', async () => {
    execFileSync('mkfifo', [path.join(models, 'pipe')]);
    await expect(open({ location: 'pipe' })).rejects.toMatchObject({
      kind: 'model',
      message: expect.stringContaining('not a file'),
    });
  });

  test('a few bytes cannot be read over and over as many weights', async () => {
    const many = Array.from({ length: 50 }, (_, i) =>
      tensor({
        name: i === 0 ? 'w' : `w${i}`,
        dims: [i % 3 === 0 ? 2 : 1],
        external: { location: 'data.bin', offset: String(i % 8) },
      }),
    );
    const shifted = many.map((proto, i) => {
      proto.externalData[1]!.value = String(i % 9);
      return proto;
    });
    const file = path.join(models, 'model.onnx');
    writeFileSync(file, modelBytes({ initializer: shifted }));
    await expect(openOnnx(file)).rejects.toMatchObject({ kind: 'model', message: expect.stringContaining('overlap') });
  });
});
