import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEngine } from '../../../src/explainers/engines/openEngine.ts';
import { resolvePackage } from '../../../src/explainers/here.ts';
import { driverProblem } from '../../../src/explainers/runtimes/driver.ts';
import { downloadBytes, manifestFile, runtimesFor } from '../../../src/explainers/runtimes/manifest.ts';
import { copyOnnxRuntime } from '../../../src/explainers/runtimes/parts.ts';
import { cudaRuntime, librariesEnv, ortVersion } from '../../../src/explainers/runtimes/place.ts';
import { tinyClassifier } from '../../tinyModels.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'place-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const native = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64'].includes(
  `${process.platform}-${process.arch}`,
);

test.skipIf(!native)(
  'the copy of ONNX Runtime next to the libraries of CUDA computes, and holds this platform only',
  async () => {
    const runtime = path.join(folder, 'cuda13');
    await copyOnnxRuntime(runtime);
    const file = path.join(runtime, 'node_modules/onnxruntime-node/dist/index.js');
    expect(ortVersion(file)).toBe(ortVersion(resolvePackage('onnxruntime-node')));
    expect(cudaRuntime(folder)).toBe(runtime);
    const engine = await openEngine({ device: 'cpu', threads: 1, runtime });
    await (await engine.compile(tinyClassifier())).dispose();
    await engine.dispose();
    const others = ['linux', 'darwin', 'win32'].filter((name) => name !== process.platform);
    for (const name of others) {
      expect(() => readFileSync(path.join(runtime, 'node_modules/onnxruntime-node/bin/napi-v6', name))).toThrow(
        'ENOENT',
      );
    }
  },
);

test('libraries for another version of ONNX Runtime are not used, nor what has no runtime in it', () => {
  const own = path.join(folder, 'cuda13/node_modules/onnxruntime-node');
  mkdirSync(path.join(own, 'dist'), { recursive: true });
  mkdirSync(path.join(folder, 'cuda13/lib'));
  writeFileSync(path.join(own, 'dist/index.js'), '');
  const version = (text: string) => writeFileSync(path.join(own, 'package.json'), JSON.stringify({ version: text }));
  version('0.0.1');
  expect(cudaRuntime(folder)).toBeUndefined();
  expect(librariesEnv(folder, {})).toBeUndefined();
  version(ortVersion(resolvePackage('onnxruntime-node'))!);
  expect(cudaRuntime(folder)).toBe(path.join(folder, 'cuda13'));
  if (process.platform === 'linux') {
    const lib = path.join(folder, 'cuda13/lib');
    expect(librariesEnv(folder, {})).toEqual({ LD_LIBRARY_PATH: lib });
    expect(librariesEnv(folder, { LD_LIBRARY_PATH: '/opt/lib' })).toEqual({ LD_LIBRARY_PATH: `${lib}:/opt/lib` });
  }
  expect(cudaRuntime(path.join(folder, 'nothing'))).toBeUndefined();
  expect(cudaRuntime(undefined)).toBeUndefined();
});

test.each([
  ['NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.95.05  Tue', null],
  ['NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  590.10  Tue', null],
  [
    'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun',
    'The NVIDIA driver of this machine is version 535; 580 or newer is needed, so it would not be used yet.',
  ],
  [null, 'This machine has no NVIDIA driver, so it would not be used here.'],
])('the driver %j', async (text, problem) => {
  const [cuda] = (await runtimesFor('linux-x64')).filter(({ id }) => id === 'cuda13');
  expect(await driverProblem(cuda!, async () => text)).toBe(problem);
});

test('every file that is downloaded has a size and a hash, and CUDA is for our ONNX Runtime', async () => {
  const all = await runtimesFor('linux-x64', manifestFile());
  expect(all.map(({ id }) => id)).toEqual(['cuda13', 'tfjs-node']);
  for (const { wheels } of all) {
    for (const wheel of wheels) {
      expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(wheel.bytes).toBeGreaterThan(1e6);
      expect(wheel.file.startsWith(`${wheel.name.replaceAll('-', '_')}-${wheel.version}-`)).toBe(true);
      for (const to of Object.values(wheel.takes)) expect(to).not.toMatch(/\.\.|^\//);
    }
  }
  expect(downloadBytes(all[0]!)).toBeGreaterThan(1e9);
  expect(all[0]!.onnxruntime).toBe(ortVersion(resolvePackage('onnxruntime-node')));
  expect(await runtimesFor('win32-x64')).toEqual([]);
});
