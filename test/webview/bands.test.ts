import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PanelContents } from '../../src/explainers/protocol/messages.ts';
import { Session } from '../../src/explainers/session.ts';
import { bandTiff } from '../bandTiff.ts';
import { tinyClassifier, writeModel } from '../tinyModels.ts';
import { CHROMIUM } from './page/browser.ts';
import { usePages } from './page/pages.ts';
import { answerPage } from './page/realHost.ts';

vi.mock('vscode', () => ({}));

// The picture of an image with many bands: the page in a browser, with the real core.

const pages = usePages();
let folder: string;
let session: Session;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-shown-'));
  session = new Session({ threads: 1 });
});
afterAll(async () => {
  await session?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!CHROMIUM)('an image with four bands', () => {
  it('is shown in the bands that the card names', async () => {
    const size = 16;
    const values = [10, 60, 120, 200];
    const image = path.join(folder, 'four.tif');
    writeFileSync(
      image,
      bandTiff(
        [size, size],
        4,
        Uint8Array.from({ length: size * size * 4 }, (_, i) => values[i % 4]!),
      ),
    );
    writeModel(folder, tinyClassifier({ channels: 4, size, activation: 'Sigmoid' }), 'net.onnx');
    const model = path.join(folder, 'net.explain.json');
    writeFileSync(model, JSON.stringify({ model: 'net.onnx', input: { bands: [1, 2, 3, 4], show: [4, 1, 2] } }));
    const contents: PanelContents = {
      panel: 'bands',
      images: [image],
      current: 0,
      model,
      models: [model],
      trusted: true,
      settings: { methods: ['gradCam'], opacity: 0.6, colorMap: 'auto' },
      workspace: folder,
      findings: [],
      focus: null,
    };
    const { page } = await pages.open({ prepare: answerPage(session, contents).prepare });
    await page.locator('canvas[data-layer=heatmap][data-painted^="heatmap:gradCam"]').waitFor();
    const middle = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-layer=image]')!;
        const { width, height } = canvas;
        return [...canvas.getContext('2d')!.getImageData(Math.round(width / 2), Math.round(height / 2), 1, 1).data];
      });
    await expect.poll(middle).toEqual([200, 10, 60, 255]);
  });
});
