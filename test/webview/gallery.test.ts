import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { contentSecurityPolicy } from '../../src/extension/panels/html.ts';
import { CHROMIUM, type OpenOptions, PageBrowser } from './page/browser.ts';

vi.mock('vscode', () => ({}));

// Pictures of the page for people to look at: GALLERY=folder npx vitest run test/webview/gallery.test.ts
// Without a folder they are made all the same: no state may cause an error or break the security policy.
const folder = process.env['GALLERY'];

const PICTURES: Readonly<Record<string, OpenOptions & { readonly click?: readonly string[] }>> = {
  dark: {},
  light: { theme: 'light' },
  'high-contrast': { theme: 'highContrast' },
  'high-contrast-light': { theme: 'highContrastLight' },
  narrow: { width: 420, height: 900 },
  'hi-dpi': { deviceScaleFactor: 2 },
  parameters: {
    click: ['[data-method=gradCam] [aria-label=Parameters]', '[data-method=inputXGradient] [aria-label=Parameters]'],
    height: 1150,
  },
  help: { theme: 'light', click: ['[aria-label="Keys (?)"]'] },
  focus: { click: ['[data-class-index="5"]'] },
  photos: { scene: 'photos', theme: 'light' },
  loading: { hold: ['display', 'describe', 'predict'] },
  running: { hold: ['explain'] },
  several: {
    contents: { settings: { methods: ['gradCam', 'gradient'], opacity: 0.6, colorMap: 'auto' } },
    height: 1150,
  },
  stopped: { theme: 'light', fail: { explain: { kind: 'cancelled', message: 'Stopped.' } } },
  'no-model': { contents: { model: null, models: [] } },
  untrusted: { contents: { trusted: false } },
  'bad-image': {
    fail: {
      display: {
        kind: 'image',
        message: 'notes.png is not an image: it is plain text.',
        subject: '/workspace/notes.png',
        next: 'Choose another file.',
      },
      predict: {
        kind: 'image',
        message: 'notes.png is not an image: it is plain text.',
        subject: '/workspace/notes.png',
        next: 'Choose another file.',
      },
    },
  },
  'bad-card': {
    theme: 'light',
    fail: {
      describe: {
        kind: 'card',
        message: "Unknown field 'lables': did you mean 'labels'?",
        subject: '/workspace/examples/chest-xray/densenet121.explain.json:4',
        next: 'Correct it in the card.',
      },
    },
  },
  failed: {
    fail: {
      explain: {
        kind: 'memory',
        message: 'The explainer ran out of memory.',
        next: 'Close other programs, or choose a smaller model.',
      },
    },
  },
};

describe.skipIf(!CHROMIUM)('every state of the page, in every theme', () => {
  let browser: PageBrowser;
  beforeAll(async () => {
    if (folder) fs.mkdirSync(folder, { recursive: true });
    browser = await PageBrowser.start(contentSecurityPolicy);
  });
  afterAll(() => browser?.close());

  it.each(Object.entries(PICTURES))('%s', async (name, { click = [], ...options }) => {
    const { page, errors, close } = await browser.open(options);
    await page.waitForTimeout(folder ? 500 : 200);
    for (const selector of click) await page.click(selector);
    await page.waitForTimeout(150);
    const shot = await page.screenshot({ fullPage: name === 'narrow' });
    if (folder) fs.writeFileSync(path.join(folder, `${name}.png`), shot);
    expect(errors).toEqual([]);
    await close();
  });
});
