// The pages about a model, as they are shipped, in a browser, with the real core behind them.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { errorReport } from '../../src/explainers/errors.ts';
import { Endpoint, type Handlers, type Side } from '../../src/explainers/protocol/endpoint.ts';
import type {
  ModelEditorHost,
  ModelEditorPage,
  SetUpHost,
  SetUpPage,
} from '../../src/explainers/protocol/modelPages.ts';
import { Session } from '../../src/explainers/session.ts';
import { contentSecurityPolicy } from '../../src/extension/panels/html.ts';
import { tinyClassifier, writeModel } from '../tinyModels.ts';
import { CHROMIUM } from './page/browser.ts';
import { seriousIn } from './page/serious.ts';
import { THEMES, type ThemeName, themeCss } from './page/themes.ts';
import { decode, encode } from './page/wire.ts';

vi.mock('vscode', () => ({}));

const root = path.resolve(import.meta.dirname, '../..');
const gallery = process.env['GALLERY'];
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = '<img src=x onerror=alert(1)> [a](command:b) $(zap)';

describe.skipIf(!CHROMIUM)('the pages about a model', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-'));
  const session = new Session();
  const files = new Map<string, string>();
  let browser: Browser;
  let model: string;
  const image = path.join(folder, 'picture.png');

  beforeAll(async () => {
    const names = JSON.stringify([HOSTILE, 'dog', 'cat']);
    model = writeModel(folder, tinyClassifier({ size: 32, metadata: { names } }));
    const pixels = Buffer.alloc(40 * 60 * 3).map((_, i) => (i * 31) % 253);
    await sharp(pixels, { raw: { width: 60, height: 40, channels: 3 } })
      .png()
      .toFile(image);
    const build = (name: string, entry: string) =>
      esbuild.build({
        entryPoints: [{ in: path.join(root, entry), out: name }],
        ...{ bundle: true, write: false, outdir: '/', format: 'iife', target: 'chrome128', logLevel: 'error' },
        ...{ jsx: 'automatic', jsxImportSource: 'preact' },
      });
    const built = await Promise.all([
      build('modelEditor', 'src/webview/modelEditor/main.tsx'),
      build('setUp', 'src/webview/setUp/main.tsx'),
      build('bridge', 'test/webview/page/bridge.ts'),
    ]);
    for (const { outputFiles } of built)
      for (const file of outputFiles!) files.set(path.basename(file.path), file.text);
    const args = ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });
  afterAll(async () => {
    await browser?.close();
    await session.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function open<Host extends Side, There extends Side>(
    name: 'modelEditor' | 'setUp',
    handlers: Handlers<Host>,
    { theme = 'dark', width = 1100 }: { readonly theme?: ThemeName; readonly width?: number } = {},
  ): Promise<{ page: Page; errors: string[]; endpoint: Endpoint<Host, There> }> {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    let receive: ((message: unknown) => void) | undefined;
    const endpoint = new Endpoint<Host, There>(
      {
        post: (message) => void page.evaluate((text) => window.fromNode(text), encode(message)).catch(() => {}),
        listen: (listener) => {
          receive = listener;
          return () => {};
        },
      },
      handlers,
    );
    await page.exposeFunction('toNode', (text: string) => receive?.(decode(text)));
    const policy = contentSecurityPolicy('http://page.test', 'n0nce');
    const html = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Saliency Lens</title>
<meta http-equiv="Content-Security-Policy" content="${policy}"><style nonce="n0nce">${themeCss(theme)}</style>
<link rel="stylesheet" href="http://page.test/${name}.css"></head>
<body class="${THEMES[theme].kind}"><script nonce="n0nce" src="http://page.test/bridge.js"></script>
<script nonce="n0nce" src="http://page.test/${name}.js"></script></body></html>`;
    await page.route('**/*', (route) => {
      const file = new URL(route.request().url()).pathname.slice(1);
      const body = file === '' ? html : files.get(file);
      const contentType = file === '' ? 'text/html' : file.endsWith('.css') ? 'text/css' : 'text/javascript';
      return body === undefined ? route.abort() : route.fulfill({ contentType, body });
    });
    await page.goto('http://page.test/');
    return { page, errors, endpoint };
  }

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
