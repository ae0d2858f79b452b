import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { CHROMIUM, type OpenOptions } from './page/browser.ts';
import { drawn, settled, usePages } from './page/pages.ts';
import { MASS_BOX, PEAK } from './page/scene.ts';

vi.mock('vscode', () => ({}));

// The built page in a real browser, under the policy it is shipped with, against a scripted host.

const pages = usePages();

async function open(options?: OpenOptions): Promise<Page> {
  const opened = await pages.open(options);
  return opened.page;
}

const heatmap = (page: Page) => page.locator('canvas[data-layer=heatmap]');
const row = (page: Page, index: number) => page.locator(`[data-class-index="${index}"]`);
const method = (page: Page, id: string) => page.locator(`[data-method="${id}"]`);
const painted = (page: Page, what: string) =>
  page.locator(`canvas[data-layer=heatmap][data-painted="${what}"]`).waitFor();

/** RGBA of a layer at a point of the image. */
async function pixel(page: Page, layer: string, x: number, y: number): Promise<number[]> {
  return await page.evaluate(
    ([layer, x, y]) => {
      const [left, top, zoom] = document
        .querySelector('[data-stage]')!
        .getAttribute('data-view')!
        .split(' ')
        .map(Number);
      const canvas = document.querySelector<HTMLCanvasElement>(`canvas[data-layer="${layer}"]`)!;
      const ratio = devicePixelRatio;
      const at = [Math.round(left! * ratio) + x * zoom! * ratio, Math.round(top! * ratio) + y * zoom! * ratio];
      return [...canvas.getContext('2d')!.getImageData(Math.floor(at[0]!), Math.floor(at[1]!), 1, 1).data];
    },
    [layer, x, y] as const,
  );
}

/** The peak of Mass in pixels of the image, which the model sees squashed from 800 × 600. */
const HOT = [((PEAK.x + 0.5) * 800) / 224, ((PEAK.y + 0.5) * 600) / 224] as const;

const asked = (page: Page, name: string) =>
  page.evaluate((name) => window.host.asked.filter((each) => each.method === name).map((each) => each.params), name);

describe.skipIf(!CHROMIUM)('page', () => {
  it('shows scores, marks, the heatmap of the best class and how it agrees', async () => {
    const page = await open();
    await painted(page, 'heatmap:gradCam:4');
    expect(await row(page, 4).textContent()).toContain('0.97');
    expect(await row(page, 4).getAttribute('aria-selected')).toBe('true');
    expect(await row(page, 4).getAttribute('data-predicted')).toBe('');
    expect(await row(page, 2).getAttribute('data-mark')).toBe('present');
    expect(await row(page, 2).getAttribute('aria-label')).toBe(
      'Effusion: score 0.34, threshold 0.50, not predicted, annotated as present, no region drawn, missed',
    );
    expect(await page.locator('[data-outcomes]').textContent()).toBe('2 right1 missed1 rightly absent');
    expect(await row(page, 4).getAttribute('data-outcome')).toBe('right');
    expect(await row(page, 0).getAttribute('data-outcome')).toBeNull();
    expect(await row(page, 2).getAttribute('title')).toContain('missed: annotated as present, but not predicted');
    const numbers = page.locator('[data-agreement-value]');
    expect(await numbers.evaluateAll((all) => all.map((each) => each.getAttribute('data-agreement-value')))).toEqual([
      '0',
      '0.1234',
      '0.087',
      '0.21',
    ]);
    expect(await page.locator('[data-status]').textContent()).toBe('Grad-CAM for Mass.');
    expect(await method(page, 'gradCam').textContent()).toContain('features/norm5/relu');
  });

  it('lays the heatmap where the model saw it, and takes it away again', async () => {
    const page = await open();
    await painted(page, 'heatmap:gradCam:4');
    const hot = await pixel(page, 'heatmap', ...HOT);
    const cold = await pixel(page, 'heatmap', 780, 20);
    expect(hot[3]).toBeGreaterThan(140);
    expect(cold[3]).toBeLessThan(5);
    await page.locator('[data-method-toggle=gradCam]').click();
    await painted(page, '');
    expect((await pixel(page, 'heatmap', ...HOT))[3]).toBe(0);
    await page.locator('[data-method-toggle=gradCam]').click();
    await painted(page, 'heatmap:gradCam:4');
    expect(await pixel(page, 'heatmap', ...HOT)).toEqual(hot);
    expect((await asked(page, 'explain')).filter((each) => JSON.stringify(each).includes('[4]'))).toHaveLength(1);
  });

  it('shows each value of the model’s grid as a square where that is wished', async () => {
    const page = await open();
    await painted(page, 'heatmap:gradCam:4');
    await page.keyboard.press('1'); // one image pixel per screen pixel
    await drawn(page);
    // From one pixel to the next, along a line through the heatmap: 60 pixels lie in 17 columns of the grid.
    const changes = async () => {
      const row: string[] = [];
      for (let x = 440; x < 500; x++) row.push((await pixel(page, 'heatmap', x, 242)).join());
      return row.filter((each, i) => i > 0 && each !== row[i - 1]).length;
    };
    expect(await changes()).toBeGreaterThan(20);
    await page.locator('[data-smooth-toggle]').click();
    await drawn(page);
    expect(await changes()).toBeLessThan(19);
  });

  it('draws the annotation’s box where the box is, at every zoom and on dense screens', async () => {
    const page = await open({ deviceScaleFactor: 2 });
    await page.locator('canvas[data-layer=annotations][data-painted="2"]').waitFor();
    const { x, y, width, height } = MASS_BOX;
    for (const zoom of ['fit', 'in']) {
      if (zoom === 'in') await page.keyboard.press('+');
      await drawn(page);
      for (const [px, py] of [
        [x, y + height / 2],
        [x + width, y + height / 2],
        [x + width / 2, y + height],
      ] as const) {
        expect((await pixel(page, 'annotations', px, py))[3]).toBeGreaterThan(200);
      }
      expect((await pixel(page, 'annotations', x + width / 2, y + height / 2))[3]).toBe(0);
    }
    await page.locator('[data-annotations-toggle]').click();
    await page.locator('canvas[data-layer=annotations][data-painted="0"]').waitFor();
    expect((await pixel(page, 'annotations', x, y + height / 2))[3]).toBe(0);
  });

  it('stacks several heatmaps, shows one alone with Alt, and has a colour bar for each', async () => {
    const page = await open();
    await page.locator('[data-method-toggle=gradient]').click();
    await painted(page, 'heatmap:gradCam:4 heatmap:gradient:4');
    expect(await page.locator('.legend:visible').count()).toBe(2);
    expect(await method(page, 'gradient').locator('.legend-ticks span').allTextContents()).toContain('0');
    await page.locator('[data-method-toggle=gradient]').click({ modifiers: ['Alt'] });
    await painted(page, 'heatmap:gradient:4');
    await page.locator('[data-method-toggle=gradient]').click({ modifiers: ['Alt'] });
    await painted(page, 'heatmap:gradCam:4 heatmap:gradient:4');
  });

  it('disables what cannot run and says why', async () => {
    const page = await open();
    await method(page, 'lrp').waitFor();
    expect(await method(page, 'lrp').getAttribute('data-method-status')).toBe('unavailable');
    expect(await method(page, 'lrp').textContent()).toContain("no rule for GridSample (node 'head/12')");
    expect(await page.locator('[data-method-toggle=lrp]').isDisabled()).toBe(true);
  });

  it('is worked by keys alone', async () => {
    const page = await open();
    await painted(page, 'heatmap:gradCam:4');
    await page.keyboard.press('c');
    await page.keyboard.press('ArrowDown');
    await painted(page, 'heatmap:gradCam:5');
    const list = page.getByRole('listbox', { name: /Classes/ });
    expect(await list.getAttribute('aria-activedescendant')).toBe('class-5');
    await page.keyboard.press('End');
    await painted(page, 'heatmap:gradCam:13');
    await page.keyboard.press('Escape');
    await painted(page, 'heatmap:gradCam:4');
    await page.keyboard.press('h');
    await painted(page, '');
    await page.keyboard.press('h');
    await painted(page, 'heatmap:gradCam:4');
    await page.keyboard.press('n');
    await page.locator('canvas[data-layer=image][data-painted$="RG2.png"]').waitFor();
    expect(await page.locator('[data-place]').textContent()).toBe('2 of 3');
    await page.keyboard.press('p');
    await page.locator('canvas[data-layer=image][data-painted$="RG1.png"]').waitFor();
    const before = await page.locator('[data-stage]').getAttribute('data-view');
    await page.keyboard.press('+');
    await page.waitForFunction(
      (before) => document.querySelector('[data-stage]')?.getAttribute('data-view') !== before,
      before,
    );
    await page.keyboard.press('0');
    await page.waitForFunction(
      (before) => document.querySelector('[data-stage]')?.getAttribute('data-view') === before,
      before,
    );
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').textContent()).toContain('Next image');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').isVisible()).toBe(false);
  });

  it('reaches every control with Tab, and shows where it is', async () => {
    const page = await open();
    await painted(page, 'heatmap:gradCam:4');
    const seen = new Set<string>();
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      seen.add(
        await page.evaluate(() => {
          const at = document.activeElement;
          return at?.getAttribute('data-method-toggle') ?? at?.getAttribute('aria-label') ?? at?.textContent ?? '';
        }),
      );
    }
    for (const name of [
      'Image',
      'Next image (N)',
      'Model',
      'Classes. The selected one is explained',
      'gradCam',
      'gradient',
      'Opacity',
      'Colours',
      'Range',
      'Threshold of the mask',
      'Copy CSV',
    ]) {
      expect([...seen]).toContain(name);
    }
  });

  it('zooms around the pointer, pans by dragging, and reads out what lies there', async () => {
    const page = await open();
    await painted(page, 'heatmap:gradCam:4');
    const box = (await page.locator('[data-stage]').boundingBox())!;
    const at = { x: box.x + 200, y: box.y + 300 };
    await page.mouse.move(at.x, at.y);
    const readout = page.locator('[data-readout]');
    const before = await readout.textContent();
    expect(before).toMatch(/^x \d+\s+y \d+\s+Grad-CAM /);
    await page.mouse.wheel(0, -300);
    await page.waitForFunction(
      () => Number(document.querySelector('[data-stage]')!.getAttribute('data-view')!.split(' ')[2]) > 1,
    );
    await page.mouse.move(at.x + 1, at.y);
    await page.mouse.move(at.x, at.y);
    expect(await readout.textContent()).toBe(before);
    const view = () =>
      page
        .locator('[data-stage]')
        .getAttribute('data-view')
        .then((text) => text!.split(' ').map(Number));
    const [left, top] = await view();
    await page.mouse.down();
    await page.mouse.move(at.x + 40, at.y - 25, { steps: 4 });
    await page.mouse.up();
    await drawn(page);
    const [movedLeft, movedTop] = await view();
    expect(movedLeft! - left!).toBeCloseTo(40, 0);
    expect(movedTop! - top!).toBeCloseTo(-25, 0);
  });

  it('changes the pixels with opacity, colour map and threshold', async () => {
    const page = await open();
    await painted(page, 'heatmap:gradCam:4');
    const hot = await pixel(page, 'heatmap', ...HOT);
    await page.getByLabel('Opacity').fill('20');
    await drawn(page);
    const faint = await pixel(page, 'heatmap', ...HOT);
    expect(faint[3]).toBeLessThan(hot[3]! / 2);
    await page.getByRole('combobox', { name: 'Colours', exact: true }).selectOption({ label: 'Viridis' });
    await drawn(page);
    expect((await pixel(page, 'heatmap', ...HOT)).slice(0, 3)).not.toEqual(faint.slice(0, 3));
    const weak = [HOT[0] + 110, HOT[1]] as const;
    expect((await pixel(page, 'heatmap', ...weak))[3]).toBeGreaterThan(0);
    await page.getByLabel('Hide below').fill('80');
    await drawn(page);
    expect((await pixel(page, 'heatmap', ...weak))[3]).toBe(0);
    expect((await pixel(page, 'heatmap', ...HOT))[3]).toBeGreaterThan(0);
  });

  it('makes a form of a method’s parameters and explains again with what is changed', async () => {
    const page = await open();
    await painted(page, 'heatmap:gradCam:4');
    await method(page, 'gradCam').getByRole('button', { name: 'Parameters' }).click();
    await page.locator('[data-parameter="gradCam.layer"] select').selectOption('features/denseblock3/out');
    await page.waitForFunction(() => JSON.stringify(window.host.asked.at(-1)?.params ?? {}).includes('denseblock3'));
    await method(page, 'gradCam').getByText('Use the defaults').click();
    await painted(page, 'heatmap:gradCam:4');
  });

  it('shows how far a request is and stops it', async () => {
    const page = await open({ hold: ['explain'] });
    await method(page, 'gradCam').locator('.progress').waitFor();
    await page.evaluate(() => window.host.progress('3 of 10 maps', 0.3));
    await method(page, 'gradCam').getByText('3 of 10 maps').waitFor();
    expect(await method(page, 'gradCam').getByRole('progressbar').getAttribute('aria-valuenow')).toBe('30');
    await method(page, 'gradCam').getByRole('button', { name: 'Stop' }).click();
    await method(page, 'gradCam').getByText('Stopped.').waitFor();
    // The page shows it at once; the message that cancels the request is on its way.
    await expect
      .poll(() => page.evaluate(() => window.host.asked.find((each) => each.method === 'explain')?.cancelled))
      .toBe(true);
    await page.evaluate(() => window.host.release());
    await method(page, 'gradCam').getByText('Run it').click();
    await painted(page, 'heatmap:gradCam:4');
  });

  it('says that the explainer stopped, and works again', async () => {
    const page = await open({ hold: ['explain'] });
    await method(page, 'gradCam').locator('.progress').waitFor();
    await page.evaluate(() => {
      const report = {
        kind: 'engine',
        message: 'The explainer process stopped.',
        next: 'It starts again with the next request.',
      } as const;
      window.host.fail = { explain: report };
      window.host.release();
      window.host.notify('explainerStopped', report);
    });
    await page.locator('[data-notice=explainerStopped]').getByText('The explainer process stopped.').waitFor();
    await page.evaluate(() => {
      window.host.fail = {};
    });
    await row(page, 5).click();
    await painted(page, 'heatmap:gradCam:5');
    await page.locator('[data-notice]').getByText('Run again').click();
    await page.locator('[data-notice]').waitFor({ state: 'hidden' });
    await row(page, 4).click();
    await painted(page, 'heatmap:gradCam:4');
  });

  it.each([
    ['the image, the model and the scores', ['display', 'describe', 'predict', 'annotations']],
    ['two methods', ['explain']],
  ] as const)('reports the end of the explainer once, with one way on, where it fails %s', async (_, failing) => {
    const settings = { methods: ['gradCam', 'gradient'], opacity: 0.6, colorMap: 'auto' };
    const page = await open({ hold: failing, contents: { settings } });
    const report = {
      kind: 'engine',
      message: 'The explainer process crashed (SIGABRT).',
      subject: 'explainer process',
      next: 'Try again: the next request starts a fresh one.',
    } as const;
    await page.evaluate(
      async ([failing, report]) => {
        window.host.fail = Object.fromEntries(failing.map((method) => [method, report]));
        window.host.release();
        window.host.notify('explainerStopped', report);
      },
      [failing, report] as const,
    );
    const said = page.getByText('The explainer process crashed', { exact: false });
    const ways = page.getByRole('button', { name: /^(?:Run again|Try again|Restart the explainer)$/ });
    const once = async () => {
      await settled(page);
      expect(await said.locator('visible=true').count()).toBe(1);
      expect(await ways.locator('visible=true').count()).toBe(1);
    };
    await page.locator('[data-notice=explainerStopped]').waitFor();
    await once();
    // Without the notice it is said in the first place that it has failed, and nowhere else.
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await once();
    await page.evaluate(() => {
      window.host.fail = {};
    });
    await ways.click();
    await painted(page, 'heatmap:gradCam:4 heatmap:gradient:4');
    expect(await page.locator('[data-error=engine]:visible').count()).toBe(0);
  });

  it('explains again by itself when the model changes on disk, and says so', async () => {
    const page = await open();
    await painted(page, 'heatmap:gradCam:4');
    const model = await page.evaluate(
      () => (window.host.asked.find((each) => each.method === 'describe')!.params as { model: string }).model,
    );
    await page.evaluate((model) => window.host.notify('modelChanged', { model }), model);
    await page.locator('[data-notice=modelChanged]').waitFor();
    await painted(page, 'heatmap:gradCam:4');
    const scored = async () =>
      (await asked(page, 'predict')).filter((params) => (params as { image: string }).image.endsWith('RG1.png'));
    await expect.poll(scored).toHaveLength(2);
    expect(await asked(page, 'display')).toHaveLength(2); // this image and the next, not again
  });

  it('asks for a model where there is none', async () => {
    const page = await open({ contents: { model: null, models: [] } });
    await page.getByText('No model found near this image').waitFor();
    await page.getByText('Choose a model…').click();
    await painted(page, 'heatmap:gradCam:4');
  });

  it('runs no model before the workspace is trusted', async () => {
    const page = await open({ contents: { trusted: false } });
    await page.getByText('This workspace is not trusted', { exact: true }).waitFor();
    await drawn(page);
    expect(await asked(page, 'describe')).toEqual([]);
    await page.getByText('Trust this workspace…').click();
    await painted(page, 'heatmap:gradCam:4');
  });

  it('says in one place why an image cannot be read, and steps on', async () => {
    const report = { kind: 'image', message: 'RG1.png is plain text.', next: 'Choose another file.' } as const;
    const page = await open({ fail: { display: report, predict: report } });
    await page.locator('.stage-message [data-error=image]').waitFor();
    await settled(page);
    expect(await page.locator('[data-error]:visible').count()).toBe(1);
    await page.evaluate(() => {
      window.host.fail = {};
    });
    await page.getByRole('button', { name: 'Next image (N)' }).click();
    await painted(page, 'heatmap:gradCam:4');
    expect(await page.locator('[data-error=image]:visible').count()).toBe(0);
  });

  it('opens the card at the line of its mistake', async () => {
    const report = {
      kind: 'card',
      message: "Unknown field 'lables'.",
      subject: '/w/net.explain.json:4',
      next: "Write 'labels'.",
    } as const;
    const page = await open({ fail: { describe: report } });
    await page.getByRole('button', { name: 'net.explain.json:4' }).click();
    await page.waitForFunction(() => window.host.asked.some((each) => each.method === 'openFile'));
    expect(await asked(page, 'openFile')).toEqual([{ path: '/w/net.explain.json', line: 4 }]);
  });

  it('finds one of a thousand classes, and writes the card that was inferred', async () => {
    const page = await open({ scene: 'photos' });
    await painted(page, 'heatmap:gradCam:285');
    expect(await page.locator('[data-class-index]').count()).toBe(12);
    await page.keyboard.press('/');
    await page.keyboard.type('number 777');
    await row(page, 777).click();
    await painted(page, 'heatmap:gradCam:777');
    await page.locator('[data-guesses="2"] summary').click();
    await page.getByText('Write the inferred card').click();
    await page.waitForFunction(() => window.host.asked.some((each) => each.method === 'writeCard'));
  });

  it('comes back as it was', async () => {
    const page = await open();
    await painted(page, 'heatmap:gradCam:4');
    await row(page, 5).click();
    await page.locator('[data-method-toggle=gradient]').click();
    await painted(page, 'heatmap:gradCam:5 heatmap:gradient:5');
    const state = await page.evaluate(() => window.host.state);
    await pages.close();
    const again = await open({ state });
    await painted(again, 'heatmap:gradCam:5 heatmap:gradient:5');
  });

  it('tells the host once when image and heatmap are painted', async () => {
    const page = await open();
    await painted(page, 'heatmap:gradCam:4');
    await page.keyboard.press('+');
    await drawn(page);
    const told = await page.evaluate(() =>
      window.host.told.filter((each) => each.method === 'painted').map((each) => each.value),
    );
    expect(told).toMatchObject([{ what: 'image' }, { what: 'heatmap' }]);
    for (const { at } of told as { at: number }[]) expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
  });

  it.each([
    [380, 800],
    [1100, 760],
  ])('fits into %i × %i without scrolling sideways', async (width, height) => {
    const page = await open({ width, height });
    await painted(page, 'heatmap:gradCam:4');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const stage = (await page.locator('[data-stage]').boundingBox())!;
    const side = (await page.locator('.sidebar').boundingBox())!;
    if (width < 640) expect(side.y).toBeGreaterThanOrEqual(stage.y + stage.height);
    else expect(side.x).toBeGreaterThanOrEqual(stage.x + stage.width);
    expect((await heatmap(page).boundingBox())?.width).toBe(stage.width);
  });
});
