import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { CHROMIUM } from './page/browser.ts';
import { settled, usePages } from './page/pages.ts';

vi.mock('vscode', () => ({}));

// A second model compared with the first, and the model as it was before its file was written again.

const pages = usePages();
const OTHER = '/workspace/models/other.onnx';
const MODEL = '/workspace/examples/chest-xray/densenet121.explain.json';

async function open(): Promise<Page> {
  const { page } = await pages.open({ contents: { models: [MODEL, OTHER] }, width: 1400, height: 1300 });
  await page.locator('canvas[data-layer=heatmap][data-painted^="heatmap"]').waitFor();
  await settled(page);
  await page.locator('[data-section=versions] .section-toggle').click();
  return page;
}

async function choose(page: Page, value: string): Promise<void> {
  await page.locator('[data-other]').evaluate((menu, value) => {
    (menu as HTMLElement & { value: string }).value = value;
    menu.dispatchEvent(new Event('change'));
  }, value);
  await settled(page);
}

const pairs = (page: Page) =>
  page.locator('[data-score-pair]').evaluateAll((rows) =>
    rows.map((row) => ({
      index: Number(row.getAttribute('data-score-pair')),
      difference: Number(row.getAttribute('data-difference')),
      flipped: row.hasAttribute('data-flipped'),
    })),
  );

describe.skipIf(!CHROMIUM)('models compared', () => {
  it('is unfolded and folded by keyboard, and the focus stays, though its content is loaded then', async () => {
    const { page } = await pages.open();
    await settled(page);
    const heading = page.locator('[data-section=versions] .section-toggle');
    await heading.focus();
    for (const content of [1, 0]) {
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('[data-other]').count()).toBe(content);
      expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true);
    }
  });

  it('matches classes by their labels, whatever their order, and lists what does not match', async () => {
    const page = await open();
    await choose(page, `model:${OTHER}`);
    await page.locator('[data-score-pair]').first().waitFor();
    const found = await pairs(page);
    // Mass is selected and comes first; it scores 0.97 here and half of it there.
    expect(found[0]).toMatchObject({ index: 4, flipped: true });
    expect(found[0]!.difference).toBeCloseTo(0.485, 6);
    const unmatched = await page.locator('[data-unmatched]').allTextContents();
    expect(unmatched.join(' ')).toContain('Only here: Hernia');
    expect(unmatched.join(' ')).toContain('Only in other.onnx: Nothing like it');
    const asked = await page.evaluate(() =>
      window.host.asked
        .filter(({ method }) => method === 'explain')
        .map(({ params }) => params as { model: string; classes: number[] }),
    );
    // The class with the same label, which has another index there.
    expect(asked.filter(({ model }) => model.endsWith('other.onnx')).map(({ classes }) => classes)).toEqual([[9]]);
  });

  it('shows both maps with a divider, and their difference on a diverging scale', async () => {
    const page = await open();
    await choose(page, `model:${OTHER}`);
    // Names may be cut, numbers never.
    const cut = page.locator('.score-pairs td').evaluateAll((cells) => cells.filter((each) => each.scrollWidth > each.clientWidth).length); // biome-ignore format: one line
    expect(await cut).toBe(0);
    const wide = page.locator('.score-pairs').evaluateAll((all) => all.filter((each) => each.clientWidth > each.parentElement!.clientWidth).length); // biome-ignore format: one line
    expect(await wide).toBe(0);
    await page.locator('[data-layout=split]').click();
    await page.locator('.left-side[data-painted="heatmap:gradCam:4"]').waitFor();
    await page.locator('.right-side[data-painted="heatmap:gradCam:9"]').waitFor();
    const menu = page.locator('[data-side=right] select');
    await menu.selectOption({ label: 'Grad-CAM: difference' });
    await page.locator('.right-side[data-painted="heatmap:gradCam:4"]').waitFor();
    // The other's map is twice as strong and otherwise the same: no difference, so the heatmap's place is grey.
    const [red, green, blue] = await page.locator('.right-side').evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const at = [0.66 * canvas.width, 0.47 * canvas.height].map(Math.round) as [number, number];
      return [...canvas.getContext('2d')!.getImageData(...at, 1, 1).data];
    });
    expect(Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!)).toBeLessThan(8);
  });

  it('keeps the last results when the model is written again, and says what changed', async () => {
    const page = await open();
    await page.evaluate((model) => {
      window.host.notify('modelChanged', { model, files: ['/workspace/examples/chest-xray/densenet121.onnx'] });
    }, MODEL);
    await settled(page);
    expect(await page.locator('[data-notice=modelChanged]').textContent()).toContain('densenet121.onnx has changed');
    // The next image may be scored ahead at any time.
    const shown = await page.evaluate(
      () => (window.host.asked.find(({ method }) => method === 'predict')!.params as { image: string }).image,
    );
    const scored = () =>
      page.evaluate(
        (image) =>
          window.host.asked.filter(
            ({ method, params }) =>
              method === 'describe' || (method === 'predict' && (params as { image: string }).image === image),
          ).length,
        shown,
      );
    const before = await scored();
    await page.getByRole('button', { name: 'Compare with before' }).click();
    await page.locator('[data-score-pair]').first().waitFor();
    expect((await pairs(page)).every(({ difference }) => difference === 0)).toBe(true);
    expect(await page.locator('.score-pairs caption').first().textContent()).toBe('No class changed sides.');
    // Nobody can be asked for what an earlier version thought.
    await settled(page);
    expect(await scored()).toBe(before);
    await page.locator('[data-version-name]').fill('epoch 3');
    const title = page.locator('.score-pairs thead th').nth(2);
    await expect.poll(() => title.textContent()).toBe('epoch 3');
    await page.locator('[data-layout=split]').click();
    await page.locator('.right-side[data-painted="heatmap:gradCam:4"]').waitFor();
  });

  it('still has the earlier maps after the page was hidden', async () => {
    const page = await open();
    await page.evaluate((model) => window.host.notify('modelChanged', { model, files: [model] }), MODEL);
    await settled(page);
    for (const visible of [false, true]) {
      await page.evaluate((visible) => window.host.notify('visibility', { visible }), visible);
      await settled(page);
    }
    await page.getByRole('button', { name: 'Compare with before' }).click();
    await page.locator('[data-layout=split]').click();
    await page.locator('.right-side[data-painted="heatmap:gradCam:4"]').waitFor();
    expect(await page.locator('[data-side=right] select option:checked').textContent()).toBe(
      'Grad-CAM: earlier version',
    );
  });
});

describe.skipIf(!CHROMIUM)('the grid of two models', () => {
  it('has the compared model’s map next to each map, of the class with the same name, and says where there is none', async () => {
    const page = await open();
    await choose(page, `model:${OTHER}`);
    await page.keyboard.press('g');
    await page.locator('[data-grid]').waitFor();
    await settled(page);
    const classes = await page
      .locator('[data-grid-class]')
      .evaluateAll((all) => all.map((each) => Number(each.getAttribute('data-grid-class'))));
    expect(await page.locator('[data-grid-other]').count()).toBe(classes.length);
    for (const index of classes) {
      // The other model has the classes in the reverse order.
      const painted = `heatmap:gradCam:${13 - index}`;
      await page.locator(`[data-pane="gradCam:${index}:other"] [data-painted="${painted}"]`).waitFor();
    }
    await page.locator('[data-add-column]').selectOption('13');
    await settled(page);
    expect(await page.locator('[data-grid-other]').last().textContent()).toContain('No such class');
    await page.getByRole('checkbox', { name: 'Both models' }).uncheck();
    await settled(page);
    expect(await page.locator('[data-grid-other]').count()).toBe(0);
    await page.getByRole('checkbox', { name: 'Both models' }).check();
    await settled(page);
    await page.locator(`[data-pane="gradCam:${classes[1]}:other"] [role=button]`).press('Enter');
    await page.locator(`.left-side[data-painted="heatmap:gradCam:${classes[1]}"]`).waitFor();
    await page.locator(`.right-side[data-painted="heatmap:gradCam:${13 - classes[1]!}"]`).waitFor();
  });
});
