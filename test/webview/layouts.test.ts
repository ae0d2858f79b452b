import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import type { ViewAction } from '../../src/explainers/protocol/viewActions.ts';
import { CHROMIUM, type OpenOptions } from './page/browser.ts';
import { drawn, settled, usePages } from './page/pages.ts';

vi.mock('vscode', () => ({}));

// Several pictures side by side: the grid of methods and classes, the split view, and flipping between two maps.

const pages = usePages();
const SURVEY: OpenOptions = {
  scene: 'survey',
  contents: { settings: { methods: ['gradCam', 'gradient'], opacity: 0.6, colorMap: 'auto' } },
  width: 1400,
  height: 900,
};

async function open(layout: 'grid' | 'split', options: OpenOptions = SURVEY): Promise<Page> {
  const { page } = await pages.open(options);
  await page.locator('canvas[data-layer=heatmap][data-painted^="heatmap"]').waitFor();
  await page.locator(`[data-layout=${layout}]`).click();
  await page.locator(layout === 'grid' ? '[data-grid]' : '[data-split]').waitFor();
  await settled(page);
  return page;
}

const pane = (page: Page, id: string) => page.locator(`[data-pane="${id}"]`);
const shown = (page: Page, mark: string) =>
  page.locator(`[${mark}]`).evaluateAll((all, name) => all.map((each) => each.getAttribute(name)), mark);
const asked = (page: Page) =>
  page.evaluate(() =>
    window.host.asked
      .filter(({ method }) => method === 'explain')
      .map(({ params }) => params as { method: string; classes: readonly number[] }),
  );

/** Each canvas as the sum of its pixels' colours, which differ where anything differs. */
const fingerprints = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((all) =>
    (all as HTMLCanvasElement[]).map((canvas) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return data.reduce((sum, value, i) => (sum * 31 + value * (1 + (i % 7))) % 1_000_000_007, 7);
    }),
  );

describe.skipIf(!CHROMIUM)('grid', () => {
  it('shows a map for each method and class, with its range and its agreement, and asks once for each', async () => {
    const page = await open('grid');
    expect(await shown(page, 'data-grid-method')).toEqual(['gradCam', 'gradient']);
    const columns = await shown(page, 'data-grid-class');
    expect(columns).toHaveLength(3);
    expect(columns[0]).toBe('4');
    await pane(page, `gradient:${columns[2]}`).locator(`[data-painted="heatmap:gradient:${columns[2]}"]`).waitFor();
    const caption = await pane(page, 'gradCam:4').locator('figcaption').textContent();
    expect(caption).toMatch(/^0 … [\d.]+/);
    expect(caption).toContain('IoU 0.087');
    const wanted = (await asked(page)).flatMap(({ method, classes }) => classes.map((each) => `${method}:${each}`));
    expect(new Set(wanted).size).toBe(wanted.length);
  });

  it('zooms, moves and points in all pictures at once', async () => {
    const page = await open('grid');
    const before = await fingerprints(page, '[data-tile]');
    const { x, y, width, height } = (await pane(page, 'gradCam:4').locator('[role=button]').boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await drawn(page);
    const crosses = await page
      .locator('.cursor')
      .evaluateAll((all) => all.map(({ style }) => `${style.visibility} ${style.transform}`));
    expect(new Set(crosses).size).toBe(1);
    expect(crosses[0]).toMatch(/^visible translate/);
    await page.mouse.wheel(0, -300);
    await drawn(page);
    const zoomed = await fingerprints(page, '[data-tile]');
    expect(zoomed.every((each, i) => each !== before[i])).toBe(true);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + 40, y + height / 2);
    await page.mouse.up();
    await drawn(page);
    expect((await fingerprints(page, '[data-tile]')).every((each, i) => each !== zoomed[i])).toBe(true);
    // A drag is no click: the grid is still there.
    expect(await page.locator('[data-grid]').count()).toBe(1);
    await page.keyboard.press('0');
    await drawn(page);
    await page.mouse.move(0, 0);
    await drawn(page);
    expect(await fingerprints(page, '[data-tile]')).toEqual(before);
  });

  it('enlarges the picture that is clicked, and comes back as it was', async () => {
    const page = await open('grid');
    const columns = await shown(page, 'data-grid-class');
    await pane(page, `gradient:${columns[1]}`).locator('[role=button]').click();
    await page.locator(`canvas[data-layer=heatmap][data-painted="heatmap:gradient:${columns[1]}"]`).waitFor();
    await page.keyboard.press('g');
    await page.locator('[data-grid]').waitFor();
    expect(await shown(page, 'data-grid-class')).toEqual(columns);
    await pane(page, `gradCam:${columns[0]}`).locator('[role=button]').press('Enter');
    await page.locator(`canvas[data-layer=heatmap][data-painted="heatmap:gradCam:${columns[0]}"]`).waitFor();
  });

  it('reorders, adds and drops classes and methods by keyboard', async () => {
    const page = await open('grid');
    const [first, second, third] = await shown(page, 'data-grid-class');
    await page.locator(`[data-grid-class="${first}"] button[aria-label$="to the right"]`).press('Enter');
    await expect.poll(() => shown(page, 'data-grid-class')).toEqual([second, first, third]);
    await page.locator(`[data-grid-class="${third}"] button[aria-label^="Remove"]`).press('Enter');
    await expect.poll(() => shown(page, 'data-grid-class')).toEqual([second, first]);
    await page.locator('[data-add-column]').selectOption('13');
    await settled(page);
    await expect.poll(() => shown(page, 'data-grid-class')).toEqual([second, first, '13']);
    await pane(page, 'gradCam:13').locator('[data-painted="heatmap:gradCam:13"]').waitFor();
    await page.locator('[data-grid-method=gradCam] button[aria-label$="down"]').press('Enter');
    await expect.poll(() => shown(page, 'data-grid-method')).toEqual(['gradient', 'gradCam']);
    await page.locator('[data-grid-method=gradient] button[aria-label^="Switch"]').press('Enter');
    await expect.poll(() => shown(page, 'data-grid-method')).toEqual(['gradCam']);
  });

  it('is reordered by commands: what has the focus, or else the class being explained and the first method', async () => {
    const page = await open('grid');
    const command = async (id: ViewAction) => {
      await page.evaluate((told) => window.host.notify('command', { id: told }), id);
      await drawn(page);
    };
    const [first, second, third] = await shown(page, 'data-grid-class');
    await command('moveColumnRight');
    expect(await shown(page, 'data-grid-class')).toEqual([second, first, third]);
    await pane(page, `gradient:${third}`).locator('[role=button]').focus();
    await command('moveColumnLeft');
    await page.keyboard.press('<');
    await drawn(page);
    expect(await shown(page, 'data-grid-class')).toEqual([third, second, first]);
    await command('moveRowUp');
    expect(await shown(page, 'data-grid-method')).toEqual(['gradient', 'gradCam']);
    await command('moveRowDown');
    await command('removeColumn');
    expect(await shown(page, 'data-grid-class')).toEqual([second, first]);
    await command('removeRow');
    expect(await shown(page, 'data-grid-method')).toEqual(['gradient']);
  });

  it('has one scale for all where that is wished, and says each tile’s', async () => {
    const page = await open('grid');
    const ranges = () => page.locator('[data-pane^="gradCam"] .pane-range').allTextContents();
    const own = new Set(await ranges());
    await page.getByRole('combobox', { name: 'Range' }).selectOption('shared');
    await drawn(page);
    const shared = new Set(await ranges());
    expect(own.size).toBeGreaterThan(1);
    expect(shared.size).toBe(1);
  });
});

describe.skipIf(!CHROMIUM)('split view', () => {
  it('shows one map up to the divider and the other from there on', async () => {
    const page = await open('split');
    expect(await shown(page, 'data-tile')).toHaveLength(2);
    await page.locator('.left-side[data-painted="heatmap:gradCam:4"]').waitFor();
    await page.locator('.right-side[data-painted="heatmap:gradient:4"]').waitFor();
    const divider = page.locator('[data-divider]');
    expect(await divider.getAttribute('aria-valuenow')).toBe('50');
    await divider.press('ArrowRight');
    await expect.poll(() => divider.getAttribute('aria-valuenow')).toBe('52');
    await divider.press('Home');
    await expect.poll(() => divider.getAttribute('aria-valuenow')).toBe('0');
    const { x, y, height } = (await divider.boundingBox())!;
    await page.mouse.move(x, y + height / 3);
    await page.mouse.down();
    await page.mouse.move(x + 300, y + height / 3, { steps: 4 });
    await page.mouse.up();
    await drawn(page);
    const share = Number(await divider.getAttribute('aria-valuenow'));
    expect(share).toBeGreaterThan(20);
    expect(share).toBeLessThan(60);
    expect(
      await page.locator('[data-split]').evaluate((view) => getComputedStyle(view).getPropertyValue('--at')),
    ).toMatch(new RegExp(`^${Math.floor(share)}|${share}`));
  });

  it('takes any two: methods, classes, and the image alone', async () => {
    const page = await open('split');
    const menu = (side: string) => page.locator(`[data-side=${side}] select`);
    const options = await menu('left').locator('option').allTextContents();
    expect(options[0]).toBe('Image alone');
    expect(options).toContain('Gradient');
    const other = options.find((each) => each.startsWith('Grad-CAM: '))!;
    await menu('left').selectOption({ label: 'Image alone' });
    await page.locator('.left-side[data-painted="image"]').waitFor();
    await menu('right').selectOption({ label: other });
    await settled(page);
    const painted = await page.locator('.right-side').getAttribute('data-painted');
    expect(painted).toMatch(/^heatmap:gradCam:\d+$/);
    expect(painted).not.toBe('heatmap:gradCam:4');
  });
});

describe.skipIf(!CHROMIUM)('flipping', () => {
  it('shows the two topmost maps in turn', async () => {
    const { page } = await pages.open(SURVEY);
    const painted = (what: string) => page.locator(`canvas[data-layer=heatmap][data-painted="${what}"]`).waitFor();
    await painted('heatmap:gradCam:4 heatmap:gradient:4');
    await page.keyboard.press('b');
    await painted('heatmap:gradient:4');
    await page.keyboard.press('b');
    await painted('heatmap:gradCam:4');
  });
});
