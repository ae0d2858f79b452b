import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
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

interface Tab {
  readonly page: Page;
  /** Of the page that is open. */
  errors: string[];
  /** Its address: what the server answers is its own page. */
  readonly search: string;
}

/** The page as it is shipped, under its own content security policy, in a real browser against a scripted host. */
export class PageBrowser {
  readonly #browser: Browser;
  readonly #server: http.Server;
  /** The page of each window, by the search of its address. */
  readonly #documents: Map<string, string>;
  readonly #policy: string;
  /** Empty ones: making one takes as long as loading a page. */
  readonly #kept: Tab[] = [];
  #tabs = 0;

  constructor(browser: Browser, server: http.Server, documents: Map<string, string>, policy: string) {
    this.#browser = browser;
    this.#server = server;
    this.#documents = documents;
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
        minify: true, // as it is shipped
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
    const documents = new Map<string, string>();
    const server = http.createServer(({ url }, response) => {
      const { pathname, search } = new URL(url!, 'http://page.test');
      const name = pathname.slice(1);
      const body = name === '' ? documents.get(search) : files.get(name);
      const type = name === '' ? 'html' : name.endsWith('.css') ? 'css' : 'javascript';
      // Compiled once for all pages.
      const headers = { 'content-type': `text/${type}`, 'cache-control': name === '' ? 'no-store' : 'max-age=3600' };
      const missing = name === 'favicon.ico' ? 204 : 404; // browsers ask for it by themselves
      response.writeHead(body === undefined ? missing : 200, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
        // No other name is known.
        `--host-resolver-rules=MAP page.test:80 127.0.0.1:${port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
      ],
    });
    return new PageBrowser(browser, server, documents, policy('http://page.test', 'n0nce'));
  }

  async open(options: OpenOptions = {}): Promise<OpenPage> {
    const { theme = 'dark', width = 1100, height = 760, deviceScaleFactor = 1, prepare, ...host } = options;
    const plain = deviceScaleFactor === 1 && !prepare;
    const kept = plain ? this.#kept.pop() : undefined;
    const tab = kept ?? (await this.#newTab(deviceScaleFactor));
    const { page } = tab;
    const errors: string[] = [];
    tab.errors = errors;
    this.#documents.set(tab.search, this.#html(theme, host, prepare ? 'bridge' : 'host'));
    await page.setViewportSize({ width, height });
    await prepare?.(page);
    await page.goto(`http://page.test/${tab.search}`);
    // It listens to keys once it is painted.
    await page.locator('.page').waitFor();
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
    const close = async () => {
      if (!plain) return page.context().close();
      await page.goto('about:blank');
      await page.emulateMedia({ reducedMotion: null });
      this.#kept.push(tab);
    };
    return { page, errors, close };
  }

  /** A window without a page; what is loaded in it gets the files of this browser. */
  async #newTab(deviceScaleFactor: number): Promise<Tab> {
    const context = await this.#browser.newContext({ deviceScaleFactor });
    const page = await context.newPage();
    const tab: Tab = { page, errors: [], search: `?${this.#tabs++}` };
    page.on('pageerror', (error) => tab.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') tab.errors.push(message.text());
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
    return tab;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
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
