import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import type { PersistedState } from '../../src/webview/state/persisted.ts';
import { CHROMIUM, type OpenOptions } from './page/browser.ts';
import { drawn, usePages } from './page/pages.ts';

vi.mock('vscode', () => ({}));

// The table of agreement and the threshold's slider in a real browser, against a scripted host.

const pages = usePages();

const TWO = { settings: { methods: ['gradCam', 'gradient'], opacity: 0.6, colorMap: 'auto' } };

async function open(options?: OpenOptions): Promise<Page> {
  const opened = await pages.open(options);
  await opened.page.locator('[data-agreement-row]').first().waitFor();
  return opened.page;
}

const rows = (page: Page) =>
  page.locator('[data-agreement-row]').evaluateAll((all) => all.map((each) => each.getAttribute('data-agreement-row')));
const value = (page: Page, method: string, metric: string) =>
  page.locator(`[data-agreement-row=${method}] [data-metric=${metric}]`).getAttribute('data-agreement-value');
const outline = (page: Page) => page.locator('canvas[data-layer=outline]').getAttribute('data-painted');
const slider = (page: Page) => page.getByRole('slider', { name: 'Threshold of the mask' });
const asked = (page: Page) =>
  page.evaluate(() =>
    window.host.asked
      .filter((each) => each.method === 'agreement')
      .map((each) => (each.params as { options: unknown }).options),
  );

/** How many pixels of the outline's layer are painted, and a checksum of where. */
const painted = (page: Page) =>
  page.locator('canvas[data-layer=outline]').evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let [count, sum] = [0, 0];
    for (let i = 3; i < data.length; i += 4) {
      if (!data[i]) continue;
      count++;
      sum = (sum + i) % 1_000_000_007;
    }
    return { count, sum };
  });

describe.skipIf(!CHROMIUM)('agreement on the page', () => {
  it('has a row per method, the baselines below, and marks the best without relying on colour', async () => {
    const page = await open({ contents: TWO });
    expect(await rows(page)).toEqual(['gradCam', 'gradient', 'wholeImage', 'random']);
    const best = page.locator('[data-agreement-row=gradient] [data-metric=energyPointing]');
    expect(await best.getAttribute('data-best')).toBe('');
    expect(await best.textContent()).toBe('●0.310, best');
    const missing = page.locator('[data-agreement-value=null]');
    expect(await missing.textContent()).toBe('–1none: the map has the same value everywhere');
    expect(await page.locator('[data-agreement-reason]').textContent()).toBe('the map has the same value everywhere');
    const heading = page.getByRole('columnheader', { name: /^Intersection over union/ });
    expect(await heading.textContent()).toContain('0 to 1, higher is better');
  });

  it('sorts by a column with keys, and keeps the focus there', async () => {
    const page = await open({ contents: TWO });
    await page.locator('[data-sort=energyPointing]').focus();
    for (const [sorted, first] of [
      ['descending', 'gradient'],
      ['ascending', 'gradCam'],
      [null, 'gradCam'],
    ] as const) {
      await page.keyboard.press('Enter');
      await drawn(page);
      expect(await page.getByRole('columnheader', { name: /^Energy/ }).getAttribute('aria-sort')).toBe(sorted);
      expect((await rows(page))[0]).toBe(first);
      expect(await page.evaluate(() => document.activeElement?.getAttribute('data-sort'))).toBe('energyPointing');
    }
  });

  it('shows the columns that are chosen, and after a reload again', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Columns…' }).click();
    await page.locator('[data-column=auc]').click();
    await page.locator('[data-column=coverage]').click();
    const shown = () =>
      page.locator('[data-sort]').evaluateAll((all) => all.map((each) => each.getAttribute('data-sort')));
    expect(await shown()).toEqual(['pointingGame', 'energyPointing', 'iou', 'auc']);
    const state = (await page.evaluate(() => window.host.state)) as PersistedState;
    expect(state.ui.agreement.columns).toEqual(['pointingGame', 'energyPointing', 'iou', 'auc']);
    await pages.close();
    const again = await open({ state });
    expect(await again.locator('[data-sort]').count()).toBe(4);
    await again.locator('[data-sort=auc]').waitFor();
  });

  it('shows all drawn classes, each with its rows', async () => {
    const page = await open();
    await page.locator('[data-all-classes]').click();
    await page.locator('[data-agreement-class="5"] [data-agreement-row=gradCam]').waitFor();
    expect(await page.locator('tr.group').allTextContents()).toEqual(['Mass', 'Nodule']);
    await page.locator('[data-all-classes]').click();
    await page.locator('[data-agreement-class="5"]').waitFor({ state: 'detached' });
  });

  it('draws the mask’s outline at Otsu’s threshold, and moves it and the numbers together', async () => {
    const page = await open();
    await expect.poll(() => outline(page)).toMatch(/^outline:gradCam:4:/);
    const otsu = { name: await outline(page), pixels: await painted(page), iou: await value(page, 'gradCam', 'iou') };
    expect(otsu.pixels.count).toBeGreaterThan(200);
    expect(await slider(page).getAttribute('data-otsu')).toBe('');
    expect(await asked(page)).toEqual([]);
    await slider(page).fill('60');
    await page.locator('[data-agreement-row=gradCam] [data-metric=iou]:not([data-agreement-value="0.087"])').waitFor();
    expect(await outline(page)).not.toBe(otsu.name);
    expect((await painted(page)).sum).not.toBe(otsu.pixels.sum);
    expect(Number(await value(page, 'gradCam', 'iou'))).toBeCloseTo(0.057);
    expect(await asked(page)).toEqual([{ threshold: { kind: 'fixed', value: 0.6 } }]);
    expect(await slider(page).getAttribute('aria-valuetext')).toBe('60 %');
    await page.getByRole('button', { name: 'Otsu' }).click();
    await page.locator('[data-agreement-row=gradCam] [data-metric=iou][data-agreement-value="0.087"]').waitFor();
    await expect.poll(() => outline(page)).toBe(otsu.name);
    expect(await painted(page)).toEqual(otsu.pixels);
  });

  it('is moved by keys, and asks only where the slider comes to rest', async () => {
    const page = await open();
    await slider(page).focus();
    const from = Number(await slider(page).inputValue());
    for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight');
    expect(Number(await slider(page).inputValue())).toBe(from + 8);
    await expect
      .poll(async () => (await asked(page)).at(-1))
      .toEqual({ threshold: { kind: 'fixed', value: (from + 8) / 100 } });
    expect((await asked(page)).length).toBeLessThan(8);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Threshold of the mask');
  });

  it('keeps the old numbers while new ones are computed, and drops what is superseded', async () => {
    const page = await open();
    await page.evaluate(() => window.host.hold.add('agreement'));
    await slider(page).fill('60');
    await page.waitForFunction(() => window.host.asked.some((each) => each.method === 'agreement'));
    expect(await value(page, 'gradCam', 'iou')).toBe('0.087');
    expect(await page.locator('.agreement-grid').getAttribute('aria-busy')).toBe('true');
    await slider(page).fill('80');
    await page.waitForFunction(() => window.host.asked.filter((each) => each.method === 'agreement').length === 2);
    const cancelled = await page.evaluate(() =>
      window.host.asked.filter((each) => each.method === 'agreement').map((each) => each.cancelled),
    );
    expect(cancelled).toEqual([true, false]);
    await page.evaluate(() => window.host.release());
    await expect.poll(async () => Number(await value(page, 'gradCam', 'iou'))).toBeCloseTo(0.047);
  });

  it('compares other evidence, and with a tolerance, and says so', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Options…' }).click();
    await page.getByRole('combobox', { name: 'Evidence' }).selectOption('absolute');
    await page.getByRole('combobox', { name: /Tolerance/ }).selectOption({ label: '15 pixels' });
    await expect.poll(() => asked(page)).toContainEqual({ evidence: 'absolute', tolerance: 15 });
    await page.getByText('with the regions drawn for Mass · absolute evidence · peak within 15 px').waitFor();
  });

  it('draws no outline where it would only be speckles, unless asked to', async () => {
    const page = await open({ contents: { settings: { ...TWO.settings, methods: ['gradient'] } } });
    await page.locator('canvas[data-painted="heatmap:gradient:4"]').waitFor();
    await drawn(page);
    expect(await outline(page)).toBe('');
    await page.locator('[data-outline-toggle]').click();
    await expect.poll(() => outline(page)).toMatch(/^outline:gradient:4/);
    await page.locator('[data-outline-toggle]').click();
    await expect.poll(() => outline(page)).toBe('');
  });

  it('copies the table', async () => {
    const page = await open({ contents: TWO });
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', {
        value: { writeText: async (text: string) => void Object.assign(window, { copied: text }) },
      });
    });
    await page.getByRole('button', { name: 'Copy Markdown' }).click();
    await page.getByText('Markdown copied').waitFor();
    const copied = await page.evaluate(() => (window as unknown as { copied: string }).copied);
    expect(copied).toMatch(/^\| Method \|/);
  });
});
