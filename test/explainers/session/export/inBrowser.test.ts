// A file that holds a model and its explanation, run by onnxruntime-web in a browser: its maps are those of explain.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { Session } from '../../../../src/explainers/session.ts';
import { root } from '../../../data.ts';
import { EXPORTABLE, pictureInput, SIZE, writePicture } from '../../../exportedFiles.ts';
import { tinyClassifier, writeModel } from '../../../tinyModels.ts';
import { CHROMIUM } from '../../../webview/page/browser.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-export-'));
const session = new Session({ threads: 1 });
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});

const ORT = path.join(root, 'node_modules/onnxruntime-web/dist');
const PAGE = '<script src="/ort.wasm.min.js"></script>';
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' }; // biome-ignore format: one line

test.skipIf(!CHROMIUM)('every method that can be exported gives the same maps in a browser', async () => {
  const model = writeModel(folder, tinyClassifier({ classes: 4, activation: 'Sigmoid' }));
  const image = await writePicture(folder);
  const out = path.join(folder, 'explained.onnx');
  await session.exportModel({ model, methods: EXPORTABLE, classes: [2], out });
  const input = pictureInput((await session.describe({ model })).card.input);

  const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.route('http://explained.test/**', (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === '') return route.fulfill({ contentType: 'text/html', body: PAGE });
      const file = name === 'explained.onnx' ? out : path.join(ORT, path.basename(name));
      const contentType = TYPES[path.extname(name)] ?? 'application/octet-stream';
      return route.fulfill({ contentType, body: readFileSync(file) });
    });
    await page.goto('http://explained.test/');
    const results = await page.evaluate(
      async ({ pixels, size }) => {
        const { ort } = globalThis as unknown as { ort: typeof import('onnxruntime-web') };
        ort.env.wasm.numThreads = 1;
        const run = await ort.InferenceSession.create('/explained.onnx', { executionProviders: ['wasm'] });
        const outputs = await run.run({
          image: new ort.Tensor('float32', Float32Array.from(pixels), [1, 3, size, size]),
          seed: new ort.Tensor('float32', Float32Array.of(0, 0, 1, 0), [1, 4]),
        });
        return Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data as Float32Array)] as const);
      },
      { pixels: input, size: SIZE },
    );
    const made = new Map(results);
    for (const { id: method, parameters } of EXPORTABLE) {
      const { maps } = await session.explain({ image, model, method, parameters, classes: [2], sources: [] });
      const values = Array.from(maps[0]!.values);
      const largest = Math.max(...values.map(Math.abs));
      const off = Math.max(...values.map((value, i) => Math.abs(value - made.get(method)![i]!)));
      expect(off / largest, method).toBeLessThan(1e-5);
    }
  } finally {
    await browser.close();
  }
});
