import fs, { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PanelContents } from '../../src/explainers/protocol/messages.ts';
import { Session } from '../../src/explainers/session.ts';
import { examples } from '../data.ts';
import { CHROMIUM } from './page/browser.ts';
import { usePages } from './page/pages.ts';
import { answerPage } from './page/realHost.ts';

vi.mock('vscode', () => ({}));

// What if a region were gone: the page in a browser, with the real core and a real model. GALLERY=folder keeps a
// picture.

const pages = usePages();
let folder: string;
let session: Session;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-gone-'));
  const from = path.join(examples, 'image-text');
  for (const name of fs.readdirSync(from)) copyFileSync(path.join(from, name), path.join(folder, name));
  session = new Session({ threads: 1 });
});
afterAll(async () => {
  await session?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<Page> {
  const model = path.join(folder, 'image-text.explain.json');
  const contents: PanelContents = {
    panel: 'gone',
    images: [path.join(folder, '03.png')],
    current: 0,
    model,
    models: [model],
    trusted: true,
    settings: { methods: ['gradCam'], opacity: 0.6, colorMap: 'auto' },
    workspace: folder,
    findings: [],
    focus: null,
  };
  const { page } = await pages.open({ width: 1100, prepare: answerPage(session, contents).prepare });
  await page.locator('canvas[data-layer=heatmap][data-painted="heatmap:gradCam:3"]').waitFor();
  await page.locator('[data-section=region] .section-toggle').click();
  return page;
}

const scores = async (page: Page) =>
  ((await page.locator('[data-without="3"]').getAttribute('data-scores')) ?? '').split(' ').map(Number);

describe.skipIf(!CHROMIUM)('what if a region were gone', () => {
  it('shows the scores without a map’s mask, next to those without regions elsewhere', async () => {
    const page = await open();
    await page.locator('[data-without="3"]').waitFor();
    const [before, after, elsewhere] = await scores(page);
    expect(before).toBeCloseTo(0.917, 2);
    expect(after).not.toBe(before);
    expect(elsewhere).toBeGreaterThan(0);
    expect(await page.locator('[data-section=region]').textContent()).toContain('Without the mask of Grad-CAM');
    await page.getByRole('checkbox', { name: 'Keep the region alone' }).check();
    await expect.poll(async () => (await scores(page))[1]).not.toBe(after);
  });

  it('follows a box while it is drawn; without the green square the answer is another one', async () => {
    const page = await open();
    await page.locator('[data-without="3"]').waitFor();
    // A small blur hides little of so small a picture.
    await page.getByRole('combobox', { name: 'What hidden pixels become' }).selectOption('black');
    await page.locator('[data-draw-region]').click();
    const layer = page.locator('[data-drawing]');
    const { x, y, width, height } = (await layer.boundingBox())!;
    // The square lies in the middle of the picture.
    const side = Math.min(width, height);
    const at = (share: number) =>
      [x + width / 2 + (share - 0.5) * side, y + height / 2 + (share - 0.5) * side] as const;
    await page.mouse.move(...at(0.2));
    await page.mouse.down();
    await page.mouse.move(...at(0.8), { steps: 4 });
    await expect.poll(() => page.locator('[data-section=region]').textContent()).toContain('Without my box');
    await page.mouse.up();
    await expect.poll(async () => (await scores(page))[1]).toBeLessThan(0.3);
    if (process.env['GALLERY']) {
      await page.locator('[data-without="3"]').scrollIntoViewIfNeeded();
      await page.screenshot({ path: path.join(process.env['GALLERY'], 'region-gone.png') });
    }
    await page.keyboard.press('Enter');
    await layer.waitFor({ state: 'detached' });
    expect(await page.getByRole('combobox', { name: 'Region' }).inputValue()).toBe('box');
  });
});
