import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PanelContents } from '../../src/explainers/protocol/messages.ts';
import { Session } from '../../src/explainers/session.ts';
import { contentSecurityPolicy } from '../../src/extension/panels/html.ts';
import { CHROMIUM, type OpenOptions, PageBrowser } from './page/browser.ts';
import { answerPage } from './page/realHost.ts';

vi.mock('vscode', () => ({}));

// The page on the example workspace: a real model, real images, the real core. GALLERY=folder keeps pictures.
const examples = path.resolve(import.meta.dirname, '../../examples');
const gallery = process.env['GALLERY'];

function contentsOf(images: readonly string[], model: string, methods = ['gradCam']): PanelContents {
  return {
    panel: 'real',
    images: images.map((image) => path.join(examples, image)),
    current: 0,
    model: path.join(examples, model),
    models: [path.join(examples, model)],
    trusted: true,
    settings: { methods, opacity: 0.6, colorMap: 'auto' },
    workspace: examples,
    findings: [],
    focus: null,
  };
}

const CHEST = contentsOf(['chest-xray/RG1_J2KI.dcm'], 'chest-xray/cxr-nih14.explain.json');
const PHOTOS = contentsOf(['photos/chelsea.png', 'photos/astronaut.png'], 'photos/efficientnet-lite0.explain.json', [
  'gradCam',
  'gradient',
]);

describe.skipIf(!CHROMIUM)('page on the examples', () => {
  let browser: PageBrowser;
  let session: Session;

  beforeAll(async () => {
    session = new Session();
    browser = await PageBrowser.start(contentSecurityPolicy);
  });
  afterAll(async () => {
    await browser?.close();
    await session?.dispose();
  });

  async function show(name: string, contents: PanelContents, painted: RegExp, options: OpenOptions = {}) {
    const { told, prepare } = answerPage(session, contents);
    const opened = await browser.open({ ...options, prepare });
    const { page } = opened;
    await page.waitForFunction(
      (source) =>
        new RegExp(source).test(
          document.querySelector('canvas[data-layer=heatmap]')?.getAttribute('data-painted') ?? '',
        ),
      painted.source,
      { timeout: 60_000 },
    );
    await page.waitForTimeout(200);
    if (gallery) {
      fs.mkdirSync(gallery, { recursive: true });
      await page.screenshot({ path: path.join(gallery, `${name}.png`) });
    }
    const texts = await page.locator('[data-class-index]').allTextContents();
    const agreement = await page
      .locator('[data-agreement-value]')
      .evaluateAll((all) =>
        all.map((each) => [each.getAttribute('data-metric'), each.getAttribute('data-agreement-value')]),
      );
    const status = await page.locator('[data-status]').textContent();
    expect(opened.errors).toEqual([]);
    await opened.close();
    return { told, texts, agreement, status };
  }

  it('explains the chest radiograph: Mass, and how little Grad-CAM agrees with where it is drawn', async () => {
    const { told, texts, agreement, status } = await show('real-chest', CHEST, /^heatmap:gradCam:4$/);
    expect(texts[0]).toMatch(/^Mass0\.9[78]$/);
    expect(status).toBe('Grad-CAM for Mass.');
    const numbers = Object.fromEntries(agreement);
    expect(numbers['pointingGame']).toBe('0');
    expect(Number(numbers['energyPointing'])).toBeLessThan(0.3);
    expect(told.map((each) => each.what)).toEqual(['image', 'heatmap']);
  });

  it('moves the mask’s outline and its numbers with the threshold', async () => {
    const { prepare } = answerPage(session, CHEST);
    const { page, errors, close } = await browser.open({ prepare, height: 1300 });
    page.setDefaultTimeout(60_000);
    const iou = page.locator('[data-agreement-row=gradCam] [data-metric=iou]');
    const outline = page.locator('canvas[data-layer=outline]');
    await iou.waitFor();
    await expect.poll(() => outline.getAttribute('data-painted')).toMatch(/^outline:gradCam:4/);
    const value = async () => Number(await iou.getAttribute('data-agreement-value'));
    const otsu = { value: await value(), outline: await outline.getAttribute('data-painted') };
    await page.getByRole('slider', { name: 'Threshold of the mask' }).fill('90');
    await expect.poll(value, { timeout: 30_000 }).not.toBe(otsu.value);
    expect(await outline.getAttribute('data-painted')).not.toBe(otsu.outline);
    await page.locator('[data-threshold-otsu]').click();
    await expect.poll(value, { timeout: 30_000 }).toBe(otsu.value);
    expect(errors).toEqual([]);
    await close();
  });

  // The whole run is measured in VS Code (test/vscode/explain.spec.ts): it takes hundreds of runs of the model.
  it('measures the faithfulness of a heatmap on request, and stops', async () => {
    const { prepare } = answerPage(session, { ...PHOTOS, settings: { ...PHOTOS.settings, methods: ['gradCam'] } });
    const { page, errors, close } = await browser.open({ prepare, height: 1300 });
    page.setDefaultTimeout(50_000);
    await page.locator('canvas[data-painted^="heatmap:gradCam"]').waitFor();
    for (const section of ['classes', 'methods', 'overlay', 'faithfulness']) {
      await page.locator(`[data-section=${section}] h2 .section-toggle`).click();
    }
    await page.locator('[data-assess=gradCam]').click();
    await page.locator('[data-assessed=gradCam] [role=progressbar][aria-label="Deletion of Grad-CAM"]').waitFor();
    await page.locator('[data-assess-cancel=gradCam]').click();
    await page.locator('[data-assessed=gradCam][data-assess-status=idle]').waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it('explains a photo with two methods over each other', async () => {
    const { texts } = await show('real-photos', PHOTOS, /^heatmap:gradCam:(\d+) heatmap:gradient:\1$/, {
      theme: 'light',
    });
    expect(texts[0]).toMatch(/cat/i);
  });
});
