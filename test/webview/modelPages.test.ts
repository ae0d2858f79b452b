// The pages about a model, as they are shipped, in a browser, with the real core behind them.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { errorReport } from '../../src/explainers/errors.ts';
import type { Handlers, Side } from '../../src/explainers/protocol/endpoint.ts';
import type {
  ModelEditorHost,
  ModelEditorPage,
  SetUpHost,
  SetUpPage,
} from '../../src/explainers/protocol/modelPages.ts';
import { Session } from '../../src/explainers/session.ts';
import { tinyClassifier, writeModel } from '../tinyModels.ts';
import { CHROMIUM } from './page/browser.ts';
import { seriousIn } from './page/serious.ts';
import { ShippedPages } from './page/shippedPage.ts';
import { THEMES, type ThemeName } from './page/themes.ts';

vi.mock('vscode', () => ({}));

const gallery = process.env['GALLERY'];
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = '<img src=x onerror=alert(1)> [a](command:b) $(zap)';

describe.skipIf(!CHROMIUM)('the pages about a model', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-'));
  const session = new Session();
  const pages = new ShippedPages();
  let model: string;
  const image = path.join(folder, 'picture.png');

  beforeAll(async () => {
    const names = JSON.stringify([HOSTILE, 'dog', 'cat']);
    model = writeModel(folder, tinyClassifier({ size: 32, metadata: { names } }));
    const pixels = Buffer.alloc(40 * 60 * 3).map((_, i) => (i * 31) % 253);
    await sharp(pixels, { raw: { width: 60, height: 40, channels: 3 } })
      .png()
      .toFile(image);
    await pages.start({
      modelEditor: 'src/webview/modelEditor/main.tsx',
      setUp: 'src/webview/setUp/main.tsx',
    });
  });
  afterAll(async () => {
    await pages.end();
    await session.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const open = <Host extends Side, There extends Side>(
    name: 'modelEditor' | 'setUp',
    handlers: Handlers<Host>,
    { theme = 'dark', width = 1100 }: { readonly theme?: ThemeName; readonly width?: number } = {},
  ) => pages.open<Host, There>(name, handlers, { theme, width });

  const keep = async (page: Page, name: string) => {
    if (gallery) await page.screenshot({ path: path.join(gallery, `${name}.png`), fullPage: true });
  };

  /** What a page must be in every theme and width. */
  async function expectSound(page: Page, errors: readonly string[]): Promise<void> {
    expect(errors).toEqual([]);
    await page.evaluate(axe);
    expect(await seriousIn(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }

  const LOOKS = (Object.keys(THEMES) as ThemeName[]).map((theme, i) => [theme, i % 2 === 0 ? 320 : 1100] as const);

  const editor = (file = model, asked: string[] = []): Handlers<ModelEditorHost> => {
    const noted = (what: string) => () => {
      asked.push(what);
      return null;
    };
    return {
      requests: {
        describe: () =>
          session.describe({ model: file }).then(
            (description) => ({ name: path.basename(file), trusted: true, description, error: null }),
            (thrown) => ({ name: path.basename(file), trusted: true, description: null, error: errorReport(thrown) }),
          ),
        ...{ writeCard: noted('writeCard'), setUp: noted('setUp'), explain: noted('explain') },
        ...{ grantTrust: noted('grantTrust'), showLog: noted('showLog') },
      },
      notifications: {},
    };
  };

  it.each(LOOKS)('the model editor is sound in %s at %i pixels', async (theme, width) => {
    const { page, errors } = await open<ModelEditorHost, ModelEditorPage>('modelEditor', editor(), { theme, width });
    await page.locator('[data-model-editor=open]').waitFor();
    await expectSound(page, errors);
    await keep(page, `model-editor-${theme}-${width}`);
    await page.close();
  });

  it('says what the model is, its hostile label as text, which methods run; and its buttons ask the host', async () => {
    const asked: string[] = [];
    const { page } = await open<ModelEditorHost, ModelEditorPage>('modelEditor', editor(model, asked));
    await page.locator('[data-model-editor=open]').waitFor();
    expect(await page.locator('.facts').textContent()).toContain(HOSTILE);
    expect(await page.locator('main img').count()).toBe(0);
    const { methods, layers } = await session.describe({ model });
    const runs = await page
      .locator('[data-runs=yes]')
      .evaluateAll((all) => all.map((row) => row.getAttribute('data-method')));
    expect(runs).toEqual(methods.filter(({ unavailable }) => !unavailable).map(({ id }) => id));
    expect(await page.locator('[data-grad-cam-layer]').count()).toBe(layers.length);
    for (const name of ['Explain Image…', 'Set Up Model…', 'Write Model Card']) {
      await page.getByRole('button', { name }).focus();
      await page.keyboard.press('Enter');
    }
    await expect.poll(() => asked).toEqual(['explain', 'setUp', 'writeCard']);
    await page.close();
  });

  it('says what is wrong with a broken model, and shows it once it is mended', async () => {
    const broken = path.join(folder, 'broken.onnx');
    fs.writeFileSync(broken, 'no model');
    const { page, errors, endpoint } = await open<ModelEditorHost, ModelEditorPage>('modelEditor', editor(broken));
    const failure = page.locator('[data-error=model]');
    await failure.waitFor();
    expect(await failure.textContent()).toContain('broken.onnx');
    await expectSound(page, errors);
    writeModel(folder, tinyClassifier(), 'broken.onnx');
    endpoint.notify('changed', {});
    await page.locator('[data-model-editor=open]').waitFor();
    await page.close();
  });

  const setUp = (written: unknown[] = []): Handlers<SetUpHost> => ({
    requests: {
      ready: async () => ({
        ...{ model: path.basename(model), image: path.basename(image), error: null, offersImageNet: false },
        description: await session.describe({ model }),
      }),
      look: (request) => session.lookAtInput({ ...request, image, model }),
      trials: (_, { progress, signal }) => session.tryInputs({ image, model }, { signal, onProgress: progress }),
      chooseImage: () => null,
      draft: async ({ choices }) => {
        const { path: file, text } = await session.draftCard({ model, choices });
        return { path: path.basename(file), text, labels: null };
      },
      write: ({ choices }) => {
        written.push(choices);
        return null;
      },
      showLog: () => null,
    },
    notifications: {},
  });

  it.each(LOOKS)('Set Up Model is sound in %s at %i pixels', async (theme, width) => {
    const { page, errors } = await open<SetUpHost, SetUpPage>('setUp', setUp(), { theme, width });
    await page.locator('[data-trials=done]').waitFor();
    await page.locator('[data-ranges]').waitFor();
    await expectSound(page, errors);
    await keep(page, `set-up-${theme}-${width}`);
    await page.close();
  });

  it('a preprocessing is taken over by the keyboard; a mistake is said and keeps the card from being written', async () => {
    const written: unknown[] = [];
    const { page } = await open<SetUpHost, SetUpPage>('setUp', setUp(written));
    await page.locator('[data-trials=done]').waitFor();
    expect(await page.locator('.trial').count()).toBe(24);
    expect(await page.locator('.trial[data-present]').count()).toBe(1);
    const seen = page.locator('[data-ranges] tr').nth(1);
    const before = await seen.textContent();
    await page.locator('.trial').last().focus();
    await page.keyboard.press('Space');
    expect(await page.locator('.trial').last().getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => seen.textContent()).not.toBe(before);
    await expect.poll(() => page.locator('[data-card-text]').textContent()).toContain('"channels": "bgr"');
    const write = page.getByRole('button', { name: 'Write Card' });
    await page.getByLabel('divided by', { exact: true }).fill('0');
    await page.getByRole('alert').filter({ hasText: 'above 0' }).waitFor();
    expect(await write.isDisabled()).toBe(true);
    await page.getByLabel('divided by', { exact: true }).fill('2');
    await write.click();
    await page.getByText('Written.', { exact: true }).waitFor();
    expect(written).toMatchObject([
      { change: { channels: 'bgr', scale: 1, std: [2], resize: 'letterbox' }, labels: null, task: null },
    ]);
    await page.close();
  });
});
