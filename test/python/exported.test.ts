// A file that holds a model and its explanation, run by Python's onnxruntime: its maps are those of explain.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { Session } from '../../src/explainers/session.ts';
import { writeNpy } from '../../src/explainers/tensor/npy.ts';
import { float32 } from '../../src/explainers/tensor/tensor.ts';
import { root } from '../data.ts';
import { EXPORTABLE, pictureInput, writePicture } from '../exportedFiles.ts';
import { tinyClassifier, writeModel } from '../tinyModels.ts';

const python = process.env['SALIENCY_LENS_TORCH'];
const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-exported-'));
const at = (name: string) => path.join(folder, name);
const session = new Session({ threads: 1 });
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});
beforeEach((context) => {
  if (!python) context.skip('no Python with PyTorch: npm run test:python makes one');
});

test.each(['nchw', 'nhwc'] as const)('every method that can be exported, %s', async (layout) => {
  const model = writeModel(folder, tinyClassifier({ classes: 4, layout }), `${layout}.onnx`);
  const image = await writePicture(folder);
  const { inputs } = await session.exportModel({ model, methods: EXPORTABLE, classes: [], out: at('out.onnx') });
  const data = pictureInput((await session.describe({ model })).card.input);
  writeFileSync(at('image.npy'), writeNpy(float32(inputs[0]!.shape as number[], data)));
  writeFileSync(at('seed.npy'), writeNpy(float32([2, 4], [0, 0, 1, 0, 1, 0, 0, 0])));
  const script = path.join(root, 'test/python/exported.py');
  execFileSync(python!, [script, ...['out.onnx', 'image.npy', 'seed.npy', 'out.json'].map(at)], { stdio: 'pipe' });
  const made = JSON.parse(readFileSync(at('out.json'), 'utf8')) as Record<string, number[]>;
  for (const { id: method, parameters } of EXPORTABLE) {
    const request = { image, model, method, parameters, classes: [2, 0], sources: [] };
    const { maps } = await session.explain(request);
    const values = maps.flatMap((map) => [...map.values]);
    const largest = values.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const off = values.reduce((most, each, i) => Math.max(most, Math.abs(each - made[method]![i]!)), 0);
    expect(off / largest, method).toBeLessThan(1e-5);
  }
});
