import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { CHROMIUM, type OpenOptions } from './page/browser.ts';
import { drawn, usePages } from './page/pages.ts';

vi.mock('vscode', () => ({}));

// The list of methods in a real browser: finding, switching, setting, running, stopping and keeping.

const pages = usePages();

async function open(methods: readonly string[], options: OpenOptions = {}): Promise<Page> {
  const settings = { methods, opacity: 0.6, colorMap: 'auto' };
  const opened = await pages.open({ scene: 'survey', contents: { settings }, height: 1400, ...options });
  return opened.page;
}

const method = (page: Page, id: string) => page.locator(`[data-method="${id}"]`);
const status = (page: Page, id: string, wanted: string) =>
  page.locator(`[data-method="${id}"][data-method-status="${wanted}"]`).waitFor();
const painted = (page: Page, what: string) =>
  page.locator(`canvas[data-layer=heatmap][data-painted="${what}"]`).waitFor();
const toggle = (page: Page, id: string) => page.locator(`[data-method-toggle="${id}"]`).click();
const explained = (page: Page, id: string) =>
  page.evaluate(
    (id) =>
      window.host.asked.flatMap(({ method, params, cancelled }) => {
        const request = params as { method: string; classes: number[]; parameters?: object };
        return method === 'explain' && request.method === id && request.classes[0] === 4
          ? [{ parameters: request.parameters ?? {}, cancelled }]
          : [];
      }),
    id,
  );
const listed = (page: Page) =>
  page.locator('[data-method]').evaluateAll((all) => all.map((each) => each.getAttribute('data-method')));
/** A number as the page has it in the middle of a superpixel that is among the best, and of one that is not. */
const opacities = (page: Page) =>
  page.evaluate(() => {
    const [left, top, zoom] = document.querySelector('[data-stage]')!.getAttribute('data-view')!.split(' ').map(Number);
    const context = document.querySelector<HTMLCanvasElement>('canvas[data-layer=heatmap]')!.getContext('2d')!;
    const at = (x: number, y: number) =>
      context.getImageData(
        Math.round(left! + (x * 800 * zoom!) / 224),
        Math.round(top! + (y * 600 * zoom!) / 224),
        1,
        1,
      ).data[3]!;
    return [at(158, 96), at(20, 20)];
  });

describe.skipIf(!CHROMIUM)('methods', () => {
  it('lists the usual ones first, the others by group behind a door, and finds them', async () => {
    const page = await open(['gradCam']);
    await painted(page, 'heatmap:gradCam:4');
    expect(await listed(page)).toEqual(['gradCam', 'lrp', 'integratedGradients', 'lime', 'kernelShap', 'occlusion']);
    const door = page.locator('[data-methods-door]');
    expect(await door.textContent()).toBe('9 more methods, 1 that cannot run here');
    await door.click();
    expect(await page.locator('[data-method-group]').allTextContents()).toHaveLength(3);
    expect(await method(page, 'scoreCam').textContent()).toContain("NonMaxSuppression (node 'head/nms')");
    await page.locator('[data-method-filter]').fill('cam grad');
    expect((await listed(page)).slice(6)).toEqual(['gradCamPlusPlus']);
    await page.locator('[data-method-filter]').fill('nothing like it');
    await page.getByText('No method matches.').waitFor();
    await page.locator('[data-method-filter]').fill('');
    await toggle(page, 'gradient');
    await painted(page, 'heatmap:gradCam:4 heatmap:gradient:4');
    await door.click();
    expect(await listed(page)).toContain('gradient');
    expect(await listed(page)).not.toContain('smoothGrad');
  });

  it('keeps favourites on top, and opens the page on a method', async () => {
    const page = await open(['gradCam']);
    await page.keyboard.press('m');
    await page.locator('[data-method-filter]:focus').waitFor();
    await method(page, 'smoothGrad').getByRole('button', { name: 'About this method' }).click();
    // The description is loaded when it is opened for the first time.
    await method(page, 'smoothGrad').getByText('When SmoothGrad misleads.').waitFor();
    await page.locator('[data-method-page=smoothGrad]').click();
    await page.locator('[data-favourite-toggle=smoothGrad]').click();
    await page.locator('[data-methods-door]').click();
    expect(await listed(page)).toContain('smoothGrad');
    const pages = await page.evaluate(() => window.host.asked.filter((each) => each.method === 'openMethodPage'));
    expect(pages.map((each) => each.params)).toEqual([{ method: 'smoothGrad' }]);
  });

  it('paints a map while it is refined, keeps it when it is enough, and runs it whole when asked', async () => {
    const page = await open(['lime'], { hold: ['explain'] });
    await status(page, 'lime', 'waiting');
    await page.locator('[data-method-keep=lime]').waitFor({ state: 'hidden' });
    await page.evaluate(() => window.host.refine('LIME of Mass', 0.24));
    await painted(page, 'partial:lime:4');
    expect(await page.locator('[data-so-far]:visible').textContent()).toContain('240 samples · stability 0.87');
    expect(await method(page, 'lime').getByRole('progressbar').getAttribute('aria-valuenow')).toBe('24');
    await page.locator('[data-method-keep=lime]').click();
    await painted(page, 'heatmap:lime:4');
    expect(await method(page, 'lime').locator('[data-partial]').textContent()).toContain('stopped after 30 %');
    expect(await page.locator('[data-status]').textContent()).toBe('LIME (partial) for Mass.');
    expect(await explained(page, 'lime')).toEqual([{ parameters: {}, cancelled: false }]);
    await method(page, 'lime').getByText('Run it to the end').click();
    await status(page, 'lime', 'waiting');
    await page.evaluate(() => window.host.release());
    await painted(page, 'heatmap:lime:4');
    expect(await method(page, 'lime').locator('[data-partial]').count()).toBe(0);
    // Away and back: from what is kept.
    await toggle(page, 'lime');
    await painted(page, '');
    await toggle(page, 'lime');
    await painted(page, 'heatmap:lime:4');
    expect(await explained(page, 'lime')).toHaveLength(2);
  });

  it('runs slow methods one after the other, and quick ones at once', async () => {
    const page = await open(['lime', 'occlusion', 'gradCam'], { hold: ['explain'] });
    await status(page, 'lime', 'waiting');
    await status(page, 'occlusion', 'queued');
    await status(page, 'gradCam', 'waiting');
    expect(await explained(page, 'occlusion')).toEqual([]);
    await page.locator('[data-method-cancel=lime]').click();
    await status(page, 'lime', 'failed');
    await status(page, 'occlusion', 'waiting');
    expect((await explained(page, 'lime'))[0]?.cancelled).toBe(true);
    await method(page, 'lime').getByText('Run it').click();
    await status(page, 'lime', 'queued');
    expect((await explained(page, 'occlusion'))[0]?.cancelled).toBe(false);
    await page.evaluate(() => window.host.release());
    await painted(page, 'heatmap:lime:4 heatmap:occlusion:4 heatmap:gradCam:4');
  });

  it('collects changes of a slow method until the user starts it, and marks what is not the default', async () => {
    const page = await open(['lime'], { hold: ['explain'] });
    await status(page, 'lime', 'waiting');
    await method(page, 'lime').getByRole('button', { name: 'Parameters' }).click();
    const samples = page.locator('[data-parameter="lime.samples"]');
    await samples.getByRole('spinbutton').fill('7');
    expect(await samples.getByRole('alert').textContent()).toBe('Samples must be a whole number from 10 to 100,000.');
    await samples.getByRole('spinbutton').fill('200');
    await samples.getByRole('alert').waitFor({ state: 'hidden' });
    await page.locator('[data-parameter="lime.segments"] input').fill('grid:7x7');
    await page.locator('[data-parameter="lime.output"] select').selectOption('score');
    expect(await page.locator('[data-draft]').count()).toBe(3);
    expect(await explained(page, 'lime')).toHaveLength(1);
    await method(page, 'lime').getByText('Run with these').click();
    await page.waitForFunction(() => window.host.asked.at(-1)?.method === 'explain');
    expect(await explained(page, 'lime')).toEqual([
      { parameters: {}, cancelled: true },
      { parameters: { output: 'score', samples: 200, segments: 'grid:7x7' }, cancelled: false },
    ]);
    expect(await page.locator('[data-parameter][data-changed]').count()).toBe(3);
    expect(await page.locator('[data-draft]').count()).toBe(0);
    const saved = await page.evaluate(() => window.host.state as { ui: { parameters: Record<string, object> } });
    expect(Object.values(saved.ui.parameters)).toEqual([
      { lime: { samples: 200, segments: 'grid:7x7', output: 'score' } },
    ]);
    await samples.getByRole('button', { name: 'Samples (masked images): back to 1000' }).click();
    await method(page, 'lime').getByText('Discard').click();
    await method(page, 'lime').getByText('Use the defaults').click();
    await page.waitForFunction(() => !document.querySelector('[data-parameter][data-changed]'));
  });

  it('sets the parameters of a preset’s methods, says what it is, and notices when they are no longer its', async () => {
    const page = await open(['lime']);
    await painted(page, 'heatmap:lime:4');
    const menu = page.locator('[data-presets]');
    await menu.selectOption('shamsul');
    await page.locator('[data-presets][data-preset=shamsul]').waitFor();
    await painted(page, 'heatmap:lime:4');
    expect((await explained(page, 'lime')).at(-1)?.parameters).toEqual({
      output: 'score',
      segments: 'quickshift:of=input',
    });
    expect(await page.locator('.preset-about').textContent()).toContain('hidden ones become 0');
    await method(page, 'lime').getByRole('button', { name: 'Parameters' }).click();
    await page.locator('[data-parameter="lime.samples"] input').fill('50');
    await page.locator('[data-parameter="lime.samples"] input').press('Enter');
    await page.locator('[data-presets][data-preset=own]').waitFor();
    await menu.selectOption('defaults');
    await page.locator('[data-presets][data-preset=defaults]').waitFor();
    expect(await page.locator('.preset-about').isVisible()).toBe(false);
  });

  it('shows the best superpixels as a picture, as many as wanted, and where the image was cut', async () => {
    const page = await open(['lime']);
    await painted(page, 'heatmap:lime:4');
    await page.locator('[data-superpixel-view="lime.best"]').focus();
    await page.keyboard.press('Space');
    await painted(page, 'best:lime:4');
    expect(await opacities(page)).toEqual([0, expect.toSatisfy((value: number) => value > 180)]);
    const count = page.locator('[data-superpixel-count=lime]');
    expect(await count.getAttribute('aria-valuetext')).toBe('the best 5 of 27');
    await count.fill('27');
    expect(await count.getAttribute('aria-valuetext')).toBe('the best 27 of 27');
    await page.locator('[data-superpixel-view="lime.heatmap"] + span').click();
    await painted(page, 'heatmap:lime:4');
    const before = await opacities(page);
    await page.locator('[data-superpixel-outlines=lime]').click();
    await drawn(page);
    expect(await opacities(page)).toEqual(before); // lines lie between the superpixels
  });

  it('says what the numbers of a map mean', async () => {
    const page = await open(['lime']);
    await painted(page, 'heatmap:lime:4');
    const stability = page.locator('[data-figure=stability]');
    expect(await stability.getAttribute('data-value')).toBe('0.96');
    expect(await stability.textContent()).toMatch(/^Stability0\.960 \(stable\)Rank correlation/);
    expect(
      await page.locator('[data-figure]').evaluateAll((all) => all.map((each) => each.getAttribute('data-figure'))),
    ).toEqual(['r2', 'stability', 'superpixels', 'samples']);
  });

  it.each([340, 420])('fits into %i pixels with everything open', async (width) => {
    const page = await open(['lime'], { width });
    await painted(page, 'heatmap:lime:4');
    await method(page, 'lime').getByRole('button', { name: 'Parameters' }).click();
    await page.locator('[data-methods-door]').click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
});
