import fs from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { HostOptions } from './host.ts';
import { THEMES, type ThemeName, themeCss } from './themes.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** A browser to run the page in; undefined where there is none. */
export const CHROMIUM = [
  process.env['SALIENCY_LENS_BROWSER'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((file) => file && fs.existsSync(file));

export interface OpenOptions extends HostOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly deviceScaleFactor?: number;
  /** Connects the page to something else than the scripted host. */
  readonly prepare?: (page: Page) => Promise<void>;
}

export interface OpenPage {
  readonly page: Page;
  /** Uncaught errors, console errors and violations of the content security policy. */
  readonly errors: string[];
  close(): Promise<void>;
}

/** The page as it is shipped, under its own content security policy, in a real browser against a scripted host. */
export class PageBrowser {
  readonly #browser: Browser;
  readonly #files: ReadonlyMap<string, string>;
  readonly #policy: string;

  constructor(browser: Browser, files: ReadonlyMap<string, string>, policy: string) {
    this.#browser = browser;
    this.#files = files;
    this.#policy = policy;
  }

  /** `policy` for a source and a nonce, as the extension makes it. */
  static async start(policy: (source: string, nonce: string) => string): Promise<PageBrowser> {
    const build = (entry: string, form: esbuild.BuildOptions) =>
      esbuild.build({
        entryPoints: [path.join(root, entry)],
        bundle: true,
        write: false,
        outdir: '/',
        target: 'chrome128',
        logLevel: 'error',
        ...form,
      });
    const outputs = await Promise.all([
      build('src/webview/main.tsx', { format: 'esm', splitting: true, chunkNames: 'main-[name]' }),
      ...['test/webview/page/host.ts', 'test/webview/page/bridge.ts'].map((entry) => build(entry, { format: 'iife' })),
    ]);
    const files = new Map(
      outputs.flatMap((output) => output.outputFiles ?? []).map((file) => [path.basename(file.path), file.text]),
    );
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
    });
    return new PageBrowser(browser, files, policy('http://page.test', 'n0nce'));
  }

  async open(options: OpenOptions = {}): Promise<OpenPage> {
    const { theme = 'dark', width = 1100, height = 760, deviceScaleFactor = 1, prepare, ...host } = options;
    const context = await this.#browser.newContext({ viewport: { width, height }, deviceScaleFactor });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.route('**/*', (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === '')
        return route.fulfill({ contentType: 'text/html', body: this.#html(theme, host, prepare ? 'bridge' : 'host') });
      const body = this.#files.get(name);
      if (body === undefined) return route.abort();
      return route.fulfill({ contentType: name.endsWith('.css') ? 'text/css' : 'text/javascript', body });
    });
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const target = event.target instanceof Element ? event.target.outerHTML.slice(0, 200) : '';
        console.error(
          `content security policy: ${event.effectiveDirective} ${event.sourceFile}:${event.lineNumber} ${target}`,
        );
      });
    });
    page.setDefaultTimeout(10_000);
    await prepare?.(page);
    await page.goto('http://page.test/');
    // It listens to keys once it is painted.
    await page.locator('.page').waitFor();
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
    return { page, errors, close: () => context.close() };
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  #html(theme: ThemeName, host: HostOptions, script: string): string {
    const data = JSON.stringify(host).replaceAll('<', '\\u003c');
    return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Saliency Lens</title>
<meta http-equiv="Content-Security-Policy" content="${this.#policy}">
<meta property="csp-nonce" content="n0nce">
<style nonce="n0nce">${themeCss(theme)}</style>
<link rel="stylesheet" href="http://page.test/main.css"></head>
<body class="${THEMES[theme].kind}" data-vscode-theme-kind="${THEMES[theme].kind}">
<script nonce="n0nce">window.hostOptions = ${data};</script>
<script nonce="n0nce" src="http://page.test/${script}.js"></script>
<script type="module" nonce="n0nce" src="http://page.test/main.js"></script>
</body></html>`;
  }
}
