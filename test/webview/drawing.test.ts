import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import type { BoxWanted } from '../../src/explainers/protocol/messages.ts';
import { CHROMIUM } from './page/browser.ts';
import { FINDINGS } from './page/findings.ts';
import { drawn, usePages } from './page/pages.ts';
import { seriousIn } from './page/serious.ts';

vi.mock('vscode', () => ({}));

// A box that a fix needs, drawn on the picture by pointer and by keys.

const pages = usePages();
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WANTED: BoxWanted = { id: 3, image: FINDINGS[0]!.image, label: 'Effusion', box: null };

async function open(wanted: Partial<BoxWanted> = {}): Promise<Page> {
  const { page } = await pages.open({ contents: { findings: FINDINGS }, width: 1400, height: 900 });
  await page.locator('canvas[data-painted^="heatmap:gradCam"]').waitFor();
  await page.evaluate((asked) => window.host.notify('drawBox', asked), { ...WANTED, ...wanted });
  await page.locator('[data-drawing]').waitFor();
  return page;
}

/** A point of the image on the screen. */
async function spot(page: Page, x: number, y: number): Promise<readonly [number, number]> {
  await drawn(page);
  const stage = page.locator('[data-stage]');
  const [left, top, zoom] = (await stage.getAttribute('data-view'))!.split(' ').map(Number);
  const at = (await stage.boundingBox())!;
  return [at.x + left! + x * zoom!, at.y + top! + y * zoom!];
}

async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const [start, end] = [await spot(page, ...from), await spot(page, ...to)];
  await page.mouse.move(...start);
  await page.mouse.down();
  await page.mouse.move(...end, { steps: 3 });
  await page.mouse.up();
}

const box = async (page: Page) => {
  await drawn(page);
  const found = page.locator('[data-drawn-box]');
  return (await found.count()) === 0 ? null : (await found.getAttribute('data-drawn-box'))!.split(' ').map(Number);
};

const asked = (page: Page, method: string) =>
  page.evaluate((name) => window.host.asked.filter((each) => each.method === name).map(({ params }) => params), method);

describe.skipIf(!CHROMIUM)('a box on the picture', () => {
  it('is drawn, moved and resized by dragging in pixels of the image, zoomed in too', async () => {
    const page = await open();
    expect(await box(page)).toBeNull();
    await drag(page, [20, 30], [80, 70]);
    expect(await box(page)).toEqual([20, 30, 60, 40]);
    await page.mouse.move(...(await spot(page, 50, 50)));
    await page.mouse.wheel(0, -400);
    await drag(page, [50, 50], [58, 46]);
    expect(await box(page)).toEqual([28, 26, 60, 40]);
    await page.keyboard.press('0');
    await drag(page, [88, 66], [98, 60]);
    expect(await box(page)).toEqual([28, 26, 70, 34]);
    // A click next to it takes nothing away.
    await page.mouse.click(...(await spot(page, 300, 300)));
    expect(await box(page)).toEqual([28, 26, 70, 34]);
    expect(await page.locator('.drawing-bar [role=status]').textContent()).toBe('left 28, top 26, 70 × 34 pixels');
    await page.getByRole('button', { name: 'Use this box' }).click();
    await page.locator('[data-drawing]').waitFor({ state: 'detached' });
    await expect.poll(() => asked(page, 'drawn')).toEqual([{ id: 3, box: { x: 28, y: 26, width: 70, height: 34 } }]);
  });

  it('is moved and resized by arrows, from the file’s own, and no key judges the label meanwhile', async () => {
    const page = await open({ box: { x: 20, y: 30, width: 60, height: 40 } });
    for (let i = 0; i < 3; i++) await page.keyboard.press('+');
    await drawn(page);
    for (const key of [
      'ArrowRight',
      'ArrowRight',
      'ArrowDown',
      'Shift+ArrowLeft',
      'Shift+ArrowDown',
      'Control+ArrowUp',
    ])
      await page.keyboard.press(key);
    expect(await box(page)).toEqual([22, 21, 59, 41]);
    for (const key of ['r', 'w', 'n', 'j']) await page.keyboard.press(key);
    await page.evaluate(axe);
    expect(await seriousIn(page, '.drawing')).toEqual([]);
    await page.keyboard.press('Enter');
    await expect.poll(() => asked(page, 'drawn')).toEqual([{ id: 3, box: { x: 22, y: 21, width: 59, height: 41 } }]);
    expect(await asked(page, 'triage')).toEqual([]);
    await page.locator('[data-drawing]').waitFor({ state: 'detached' });
  });

  it('begins in the middle by an arrow, goes back by Ctrl+Z, and is given up by Escape', async () => {
    const page = await open();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowUp');
    expect(await box(page)).not.toBeNull();
    await page.keyboard.press('Control+z');
    expect(await box(page)).toBeNull();
    await page.keyboard.press('Escape');
    await expect.poll(() => asked(page, 'drawn')).toEqual([{ id: 3, box: null }]);
    expect(await asked(page, 'triage')).toEqual([]);
  });

  it('is given up where another image is shown', async () => {
    const page = await open();
    await page.evaluate(() => window.host.notify('command', { id: 'next' }));
    await expect.poll(() => asked(page, 'drawn')).toEqual([{ id: 3, box: null }]);
    await page.locator('[data-drawing]').waitFor({ state: 'detached' });
  });
});
