import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { VIEW_ACTIONS } from '../../src/explainers/protocol/viewActions.ts';
import { SHORTCUTS } from '../../src/webview/page/keyboard.ts';
import { CHROMIUM, type OpenOptions } from './page/browser.ts';
import { drawn, settled, usePages } from './page/pages.ts';
import { DENIED } from './page/scene.ts';

vi.mock('vscode', () => ({}));

// The masks of expert and method, contour lines, the notes above the overlay, and the values under the pointer.

const pages = usePages();
const survey = (methods: readonly string[], ui: object = {}): OpenOptions => ({
  scene: 'survey',
  contents: { settings: { methods: [...methods], opacity: 0.6, colorMap: 'auto' } },
  state: { version: 1, panel: 'chest-panel', navigation: {}, ui },
  width: 1400,
  height: 900,
});

async function open(options: OpenOptions): Promise<Page> {
  const { page } = await pages.open(options);
  await settled(page);
  return page;
}

const painted = (page: Page, layer: string) => page.locator(`[data-layer=${layer}]`).getAttribute('data-painted');

/** A pixel of a layer at a point of the image. */
const pixel = (page: Page, layer: string, x: number, y: number) =>
  page.evaluate(
    ([layer, x, y]) => {
      const [left, top, zoom] = document
        .querySelector<HTMLElement>('[data-stage]')!
        .dataset['view']!.split(' ')
        .map(Number);
      const canvas = document.querySelector<HTMLCanvasElement>(`[data-layer=${layer}]`)!;
      const at = [Math.round(left! + x * zoom!), Math.round(top! + y * zoom!)] as const;
      return [...canvas.getContext('2d')!.getImageData(...at, 1, 1).data];
    },
    [layer, x, y] as const,
  );

/** In the drawn box only, in both, in the method's mask only, in neither: points of the image. */
const PLACES: Readonly<Record<'expert' | 'both' | 'method' | 'neither', readonly [number, number]>> = {
  expert: [320, 250],
  both: [440, 242],
  method: [560, 242],
  neither: [60, 560],
};

async function saved(page: Page): Promise<string> {
  await page.evaluate(() => window.host.notify('command', { id: 'saveVector' }));
  await page.waitForFunction(() => window.host.asked.some(({ method }) => method === 'saveFile'));
  return page.evaluate(() => {
    const { params } = window.host.asked.findLast(({ method }) => method === 'saveFile')!;
    return new TextDecoder().decode((params as { bytes: Uint8Array }).bytes);
  });
}

describe.skipIf(!CHROMIUM)('masks of expert and method', () => {
  it('are blue and red, both visible where they overlap, with what they are said above', async () => {
    const page = await open(survey(['gradCam']));
    await page.getByRole('checkbox', { name: 'Masks of expert and method' }).check();
    await settled(page);
    await expect.poll(() => painted(page, 'heatmap')).toBe('expert:1 mask:gradCam:4');
    const at = async (name: keyof typeof PLACES) => {
      const [red, , blue, alpha] = await pixel(page, 'heatmap', ...PLACES[name]);
      return { red: red! > 60, blue: blue! > 60, alpha: alpha! > 0 };
    };
    expect(await at('expert')).toEqual({ red: false, blue: true, alpha: true });
    expect(await at('method')).toEqual({ red: true, blue: false, alpha: true });
    expect(await at('both')).toEqual({ red: true, blue: true, alpha: true });
    expect(await at('neither')).toEqual({ red: false, blue: false, alpha: false });
    expect(await page.locator('[data-overlay-notes]').textContent()).toMatch(
      /^drawn for MassGrad-CAM above \d+ % \(Otsu\) of its range$/,
    );
    const svg = await saved(page);
    expect(svg).toMatch(/<path d="M300 180L480 180L480 320L300 320Z" fill="#0050ff" fill-opacity="0.45"/);
    expect(svg).toContain('fill="#ff1a00"');
    // The picture only: no map in pixels lies over it.
    expect(svg.match(/<image/g)).toHaveLength(1);
  });

  it('stand in every picture of the grid, each with its own class', async () => {
    const page = await open(survey(['gradCam'], { masks: true, layout: 'grid' }));
    await page.locator('[data-pane="gradCam:4"] [data-painted="expert:1 mask:gradCam:4"]').waitFor();
    await page.locator('[data-pane="gradCam:5"] [data-painted="expert:1 mask:gradCam:5"]').waitFor();
    await page.locator('[data-pane="gradCam:2"] [data-painted="expert:0 mask:gradCam:2"]').waitFor();
  });
});

describe.skipIf(!CHROMIUM)('the mask of a large image', () => {
  const large = (ui: object) => open({ ...survey(['gradCam'], ui), side: 1100 });

  it('appears, follows the threshold, and is the one that is saved', async () => {
    const page = await large({ masks: true });
    await expect.poll(() => painted(page, 'heatmap')).toBe('expert:1 mask:gradCam:4');
    await page.getByRole('checkbox', { name: 'Masks of expert and method' }).uncheck();
    await expect.poll(() => painted(page, 'outline')).toMatch(/^outline:gradCam:4:/);
    const before = await painted(page, 'outline');
    await page.locator('[data-threshold]').fill('90');
    await expect.poll(() => painted(page, 'outline')).toMatch(/^outline:gradCam:4:/);
    await expect.poll(() => painted(page, 'outline')).not.toBe(before);
    expect(await page.locator('[data-overlay-notes]').textContent()).toContain('above 90 %');
    const svg = await saved(page);
    expect(svg).toMatch(/fill="none" stroke="rgb\(255,255,255\)"/);
  });

  it('appears in every picture of the grid', async () => {
    const page = await large({ masks: true, layout: 'grid' });
    for (const index of [4, 5])
      await page.locator(`[data-pane="gradCam:${index}"] [data-painted="expert:1 mask:gradCam:${index}"]`).waitFor();
  });
});

describe.skipIf(!CHROMIUM)('contour lines', () => {
  it('are chosen from a menu or typed, kept, and vectors in a saved picture', async () => {
    const page = await open(survey(['gradCam']));
    await page.locator('[data-contours]').selectOption('25, 50, 75');
    await drawn(page);
    await expect.poll(() => painted(page, 'outline')).toMatch(/^contours:gradCam:4:3/);
    await page.locator('[data-contours]').selectOption('own');
    const field = page.locator('[data-contour-levels]');
    expect(await field.inputValue()).toBe('25, 50, 75');
    await field.fill('10 200');
    await page.getByRole('alert').filter({ hasText: 'up to 100' }).waitFor();
    await field.fill('40, 60');
    await drawn(page);
    expect(await painted(page, 'outline')).toMatch(/^contours:gradCam:4:2/);
    expect(await page.evaluate(() => (window.host.state as { ui: { contours: number[] } }).ui.contours)).toEqual([
      0.4, 0.6,
    ]);
    const strokes = (await saved(page)).match(/<path d="M[^"]+" fill="none" stroke="rgb\(\d+, \d+, \d+\)"/g);
    expect(strokes?.length).toBe(2);
  });
});

describe.skipIf(!CHROMIUM)('what the overlay says of itself', () => {
  it('names the map of outline and threshold, and the maps that are weak', async () => {
    const page = await open(survey(['gradCam'], { outline: true }));
    const notes = page.locator('[data-overlay-notes]');
    await expect.poll(() => notes.textContent()).toMatch(/^Grad-CAM above \d+ % \(Otsu\) of its range$/);
    await page.evaluate(() => window.host.notify('command', { id: 'toggleOverlay' }));
    await drawn(page);
    expect(await notes.textContent()).toBe('');
  });

  it('says so where the map of a class that the model denies is weak, and can paint it on the top class’s scale', async () => {
    const page = await open(survey(['gradCam'], { outline: false }));
    await page.locator(`[data-class-index="${DENIED.index}"]`).click();
    const notes = page.locator('[data-overlay-notes]');
    await expect.poll(() => notes.textContent()).toMatch(/^Grad-CAM is weak: 3\.\d % of the top class’s range$/);
    const hot = async () => (await pixel(page, 'heatmap', 400, 370))[3]!;
    const own = await hot();
    await page.getByRole('combobox', { name: 'Range' }).selectOption('top');
    await drawn(page);
    expect(await hot()).toBeLessThan(own / 4);
  });
});

describe.skipIf(!CHROMIUM)('the values under the pointer', () => {
  it('are marked on the colour bar and read out, by pointer and by keyboard', async () => {
    const page = await open(survey(['gradCam', 'lime']));
    const marker = page.locator('[data-method=gradCam] [data-legend-marker]');
    const place = () => marker.evaluate((each) => Number.parseFloat(each.style.getPropertyValue('--at')));
    expect(await marker.isVisible()).toBe(false);
    const stage = (await page.locator('[data-stage]').boundingBox())!;
    const [left, top, zoom] = (await page.locator('[data-stage]').getAttribute('data-view'))!.split(' ').map(Number);
    const point = (x: number, y: number) => page.mouse.move(stage.x + left! + x * zoom!, stage.y + top! + y * zoom!);
    await point(537, 242);
    expect(await place()).toBeGreaterThan(95);
    await point(60, 560);
    expect(await place()).toBeLessThan(5);
    expect(await page.locator('[data-readout]').textContent()).toMatch(
      /LIME −?[\d.e−]+, \d+(st|nd|rd|th) of 64 superpixels/,
    );
    await page.mouse.move(0, 0);
    await expect.poll(() => marker.isVisible()).toBe(false);
    await page.locator('[data-stage]').focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => marker.isVisible()).toBe(true);
    const before = await page.locator('[data-readout]').textContent();
    await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(() => page.locator('[data-readout]').textContent()).not.toBe(before);
  });

  it('stand in each picture of the grid, with the rank of the class among those shown', async () => {
    const page = await open(survey(['gradCam'], { layout: 'grid' }));
    const { x, y, width, height } = (await page.locator('[data-pane="gradCam:4"] [role=button]').boundingBox())!;
    await page.mouse.move(x + 0.6 * width, y + 0.4 * height);
    await drawn(page);
    const texts = await page.locator('[data-pointed]').allTextContents();
    const ranks = texts.map((text) => /, (\d)(st|nd|rd) of 3 classes$/.exec(text)![1]);
    expect([...ranks].sort()).toEqual(['1', '2', '3']);
    const values = texts.map((text) => Number.parseFloat(text));
    expect(ranks.indexOf('1')).toBe(values.indexOf(Math.max(...values)));
  });
});

describe.skipIf(!CHROMIUM)('every command for the view', () => {
  it('has a key, which the list of keys names, and does the same', async () => {
    expect(SHORTCUTS.flatMap(({ action }) => action ?? []).sort()).toEqual(Object.keys(VIEW_ACTIONS).sort());
    const keys = SHORTCUTS.flatMap((each) => each.keys);
    expect(new Set(keys).size).toBe(keys.length);
    const page = await open(survey(['gradCam', 'gradient']));
    const state = () => page.evaluate(() => JSON.stringify((window.host.state as { ui: object }).ui));
    for (const { action, keys } of SHORTCUTS.filter((each) => /toggle|flip/.test(each.action ?? ''))) {
      const before = await state();
      await page.evaluate((id) => window.host.notify('command', { id }), action!);
      await expect.poll(state).not.toBe(before);
      const after = await state();
      await page.keyboard.press(keys[0]!);
      await expect.poll(state).not.toBe(after);
    }
    const view = () => page.locator('[data-stage]').getAttribute('data-view');
    await page.evaluate(() => window.host.notify('command', { id: 'showOverlay' }));
    await page.evaluate(() => window.host.notify('command', { id: 'actualSize' }));
    await expect.poll(view).toMatch(/ 1$/);
    await page.evaluate(() => window.host.notify('command', { id: 'showKeys' }));
    await page.getByRole('dialog').waitFor();
  });
});
