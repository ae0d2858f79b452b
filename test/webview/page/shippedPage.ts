// A page of its own as it is shipped, in a browser, with the test's process in the extension host's place.
import path from 'node:path';
import * as esbuild from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { Endpoint, type Handlers, type Side } from '../../../src/explainers/protocol/endpoint.ts';
import { contentSecurityPolicy } from '../../../src/extension/panels/html.ts';
import { root } from '../../data.ts';
import { CHROMIUM } from './browser.ts';
import { THEMES, type ThemeName, themeCss } from './themes.ts';
import { decode, encode } from './wire.ts';

export interface ShippedPage<Host extends Side, There extends Side> {
  readonly page: Page;
  /** What the page reported. */
  readonly errors: readonly string[];
  readonly endpoint: Endpoint<Host, There>;
}

export class ShippedPages {
  readonly #files = new Map<string, string>();
  #browser: Browser | undefined;

  /** @param entries of the pages' programs, by name */
  async start(entries: Readonly<Record<string, string>>): Promise<void> {
    const build = (out: string, source: string) =>
      esbuild.build({
        entryPoints: [{ in: path.join(root, source), out }],
        ...{ bundle: true, write: false, outdir: '/', format: 'iife', target: 'chrome128', logLevel: 'error' },
        ...{ jsx: 'automatic', jsxImportSource: 'preact' },
      });
    for (const { outputFiles } of await Promise.all([
      ...Object.entries(entries).map(([name, entry]) => build(name, entry)),
      build('bridge', 'test/webview/page/bridge.ts'),
    ]))
      for (const file of outputFiles!) this.#files.set(path.basename(file.path), file.text);
    const args = ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'];
    this.#browser = await chromium.launch({ ...(CHROMIUM && { executablePath: CHROMIUM }), args });
  }

  async end(): Promise<void> {
    await this.#browser?.close();
  }

  async open<Host extends Side, There extends Side>(
    name: string,
    handlers: Handlers<Host>,
    { theme = 'dark', width = 1200 }: { readonly theme?: ThemeName; readonly width?: number } = {},
  ): Promise<ShippedPage<Host, There>> {
    const page = await this.#browser!.newPage({ viewport: { width, height: 800 } });
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
      const body = file === '' ? html : this.#files.get(file);
      const contentType = file === '' ? 'text/html' : file.endsWith('.css') ? 'text/css' : 'text/javascript';
      return body === undefined ? route.abort() : route.fulfill({ contentType, body });
    });
    await page.goto('http://page.test/');
    return { page, errors, endpoint };
  }
}
