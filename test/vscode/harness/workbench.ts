// VS Code's window, seen through a browser: its Explorer, menus, command palette, webviews and notifications.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import type { CodeServer } from './codeServer.ts';
import { sleep } from './processes.ts';
import { findTools } from './tools.ts';

const exact = (text: string): RegExp => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);

/** Headless, same colours everywhere, and no name but 127.0.0.1 resolves. */
const browserFlags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export interface WindowOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'dark' | 'light';
  /** A line that the extension host's console printed. */
  readonly onLog?: (level: string, line: string) => void;
}

export interface FolderOptions {
  /** Extensions in development (their folders); the server needs `driver` for these and for `tests`. */
  readonly dev?: readonly string[];
  /** A test suite for the extension host: a module that exports `run(): Promise<void>`. */
  readonly tests?: string;
}

export class Workbench {
  /** Uncaught errors of every frame, webviews included. */
  readonly errors: string[] = [];
  readonly console: string[] = [];
  /** Requests that tried to leave the machine. */
  readonly outside: string[] = [];
  /** Settles when the test suite in the extension host does. */
  readonly suiteExit: Promise<number>;
  readonly page: Page;
  readonly server: CodeServer;
  private readonly context: BrowserContext;
  private readonly profile: string;

  private constructor(server: CodeServer, context: BrowserContext, page: Page, profile: string, exit: Promise<number>) {
    this.server = server;
    this.context = context;
    this.page = page;
    this.profile = profile;
    this.suiteExit = exit;
    page.on('console', (message) => this.console.push(`[${message.type()}] ${message.text()}`));
    page.on('pageerror', (error) => this.errors.push(`${error.name}: ${error.message}\n${error.stack ?? ''}`));
    context.on('request', (request) => {
      const url = request.url();
      // *.vscode-resource.vscode-cdn.net never leaves: the webview's service worker answers it.
      const inside = url.startsWith(server.origin) || /^https:\/\/[^/]*\.vscode-resource\.vscode-cdn\.net\//.test(url);
      if (/^(https?|wss?):/.test(url) && !inside && !url.startsWith(server.origin.replace('http', 'ws'))) {
        this.outside.push(url);
      }
    });
  }

  static async open(server: CodeServer, options: WindowOptions = {}): Promise<Workbench> {
    const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-browser-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: findTools().browser,
      headless: true,
      args: browserFlags,
      viewport: options.viewport ?? { width: 1280, height: 800 },
      deviceScaleFactor: 1,
      colorScheme: options.colorScheme ?? 'dark',
      reducedMotion: 'reduce', // what moves all the time costs half a core without a graphics card
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(20_000);
    let exit: (code: number) => void = () => {};
    const exited = new Promise<number>((done) => {
      exit = done;
    });
    // VS Code's own hooks for test runs in a browser.
    await page.exposeFunction('codeAutomationExit', (code: number) => exit(code));
    await page.exposeFunction('codeAutomationLog', (level: string, values: unknown[]) => {
      const text = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
      options.onLog?.(level, text.join(' '));
    });
    return new Workbench(server, context, page, profile, exited);
  }

  /** Opens a folder in a fresh window; waits until it can be worked with, unless it runs a test suite. */
  async openFolder(folder: string, options: FolderOptions = {}): Promise<void> {
    const remote = (file: string) =>
      `vscode-remote://${new URL(this.server.origin).host}${encodeURI(path.resolve(file))}`;
    const payload = [['skipWelcome', 'true']];
    for (const dev of options.dev ?? []) payload.push(['extensionDevelopmentPath', remote(dev)]);
    if (options.tests) payload.push(['extensionTestsPath', remote(options.tests)]);
    const query = new URLSearchParams({ folder: path.resolve(folder), payload: JSON.stringify(payload) });
    const before = this.server.hostsReady;
    await this.page.goto(`${this.server.origin}/?${query}`, { waitUntil: 'commit', timeout: 60_000 });
    if (!options.tests) await this.ready(before);
  }

  /**
   * Waits until VS Code has stored a panel whose page wants this text kept, and what the extension remembers of it. In
   * a browser it does so every few seconds, when it has nothing else to do, and a page that is reloaded before that
   * comes back as it was stored last.
   */
  async storedPanel(text: string): Promise<void> {
    const within = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const panel = new RegExp(`"panel":"([\\w-]+)"(?:(?!"panel":)[^])*?${within}`, 'g');
    const start = Date.now();
    for (;;) {
      const kept = await this.#storage();
      // An earlier panel, which is closed, may still be stored; the extension has forgotten it.
      if ([...kept.matchAll(panel)].some(([, id]) => kept.includes(`"panel:${id}":{"images"`))) return;
      if (Date.now() - start > 60_000) throw new Error(`VS Code has not stored a panel with ${text}.`);
      await sleep(500);
    }
  }

  /** What VS Code has stored, as one text without backslashes: it is JSON within JSON. */
  async #storage(): Promise<string> {
    const texts = await this.page.evaluate(async () => {
      const names = (await indexedDB.databases()).flatMap(({ name }) =>
        name?.startsWith('vscode-web-state') ? [name] : [],
      );
      const read = (name: string) =>
        new Promise<readonly string[]>((done) => {
          const opening = indexedDB.open(name);
          opening.onerror = () => done([]);
          opening.onsuccess = () => {
            const { result: database } = opening;
            const store = [...database.objectStoreNames].includes('ItemTable') ? 'ItemTable' : null;
            const reading = store && database.transaction(store).objectStore(store).getAll();
            if (!reading) return done([]);
            reading.onerror = () => done([]);
            reading.onsuccess = () => {
              database.close();
              done(reading.result.map(String));
            };
          };
        });
      return (await Promise.all(names.map(read))).flat();
    });
    return texts.join('\n').replaceAll('\\', '');
  }

  /** The window again, as after "Developer: Reload Window". */
  async reload(): Promise<void> {
    const before = this.server.hostsReady;
    await this.page.reload({ waitUntil: 'commit', timeout: 60_000 });
    await this.ready(before);
  }

  /** The Explorer is filled and the extension host is up: the extensions' commands and menu items are there. */
  private async ready(before: number): Promise<void> {
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
    const start = Date.now();
    while (this.server.hostsReady <= before) {
      if (Date.now() - start > 90_000)
        throw new Error(`No extension host:\n${this.server.output}${this.server.hostLog}`);
      await sleep(50);
    }
  }

  /** Runs a command by its title in the palette, category included. */
  async runCommand(title: string): Promise<void> {
    const box = this.page.locator('.quick-input-widget');
    const input = box.locator('.quick-input-filter input');
    const label = this.page.locator('.label-name', { hasText: exact(title) });
    const row = box.locator('.monaco-list-row').filter({ has: label }).first();
    await retry(
      5,
      async () => {
        // Right after a load F1 can be lost, and the list may still lack an extension's commands.
        await this.page.keyboard.press('F1');
        await input.waitFor({ state: 'visible', timeout: 2000 });
        await input.fill(`>${title}`);
        await row.waitFor({ state: 'visible', timeout: 2000 });
      },
      () => this.page.keyboard.press('Escape'),
    );
    await row.click();
  }

  /** Closes every editor: of several panels in view a test would see the first only. */
  async closeEditors(): Promise<void> {
    const tabs = this.page.locator('.editor-group-container .tab');
    if ((await tabs.count()) === 0) return;
    await this.runCommand('View: Close All Editors');
    await tabs.first().waitFor({ state: 'detached' });
  }

  /** A row of the Explorer; only rows scrolled into view are there. */
  explorerItem(name: string): Locator {
    const label = this.page.locator('.label-name', { hasText: exact(name) });
    return this.page.locator('.explorer-folders-view .monaco-list-row').filter({ has: label }).first();
  }

  /**
   * The first row of the Explorer with this in its name, where the whole name is not known: VS Code shows some of
   * them differently.
   */
  explorerPart(part: string): Locator {
    return this.page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: part }).first();
  }

  /** A folder that has just been made: a busy machine's watcher may miss it, so the Explorer is asked to look again. */
  async expandPart(part: string): Promise<void> {
    const item = this.explorerPart(part);
    await retry(
      6,
      () => item.waitFor({ timeout: 10_000 }),
      () => this.runCommand('File: Refresh Explorer'),
    );
    if ((await item.getAttribute('aria-expanded')) !== 'true') await item.click();
  }

  /** What an extension put behind a name in the Explorer; '': nothing. */
  async badge(name: string): Promise<string> {
    const label = this.explorerItem(name).locator('.monaco-icon-label').first();
    const content = await label.evaluate((element) => getComputedStyle(element, '::after').content);
    return /^"(.*)"$/.exec(content)?.[1] ?? '';
  }

  async expand(...folders: string[]): Promise<void> {
    for (const folder of folders) {
      const item = this.explorerItem(folder);
      const expanded = item.and(this.page.locator('[aria-expanded="true"]'));
      // Rows move while the tree is drawn, so that a click may land next to the folder.
      await retry(
        4,
        async () => {
          if ((await item.getAttribute('aria-expanded')) !== 'true') await item.click();
          await expanded.waitFor({ timeout: 5000 });
        },
        async () => {},
      );
    }
  }

  /** Folders that are not there are folded. */
  async collapse(folder: string): Promise<void> {
    const item = this.explorerItem(folder);
    if ((await item.count()) > 0 && (await item.getAttribute('aria-expanded')) === 'true') await item.click();
  }

  /** Scrolls the Explorer to a row, because rows out of sight are not on the page. */
  async #reveal(target: Locator): Promise<void> {
    const list = this.page.locator('.explorer-folders-view');
    if ((await target.count()) > 0 || !(await list.isVisible())) return;
    await list.hover();
    await this.page.mouse.wheel(0, -100_000);
    for (let page = 0; page < 20 && (await target.count()) === 0; page++) {
      await sleep(100);
      if ((await target.count()) === 0) await this.page.mouse.wheel(0, 200);
    }
  }

  /** Right-clicks and gives the labels of the menu, which stays open. */
  async contextMenu(target: Locator): Promise<string[]> {
    await this.#reveal(target);
    await target.click({ button: 'right' });
    await this.menu.locator('.action-label').first().waitFor({ state: 'visible' });
    const labels = await this.menu.locator('.action-item .action-label:not(.separator)').allTextContents();
    return labels.map((label) => label.trim()).filter(Boolean);
  }

  async closeMenu(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.menu.waitFor({ state: 'hidden' });
  }

  /** Right-clicks, chooses an item; gives the time of the click on the item. */
  async choose(target: Locator, label: string): Promise<number> {
    const named = this.page.locator('.action-label', { hasText: exact(label) });
    const item = this.menu.locator('.action-item').filter({ has: named }).first();
    let clicked = 0;
    await retry(
      5,
      async () => {
        await this.contextMenu(target);
        if (await isOtherRow(target)) throw new Error('The list moved under the pointer: the menu is of another row.');
        await item.waitFor({ state: 'visible', timeout: 1500 });
        await sleep(150); // a menu ignores clicks in the first 100 ms after it opened
        clicked = Date.now();
        await item.click({ timeout: 3000 });
        await this.menu.waitFor({ state: 'hidden', timeout: 1500 });
      },
      () => this.page.keyboard.press('Escape'),
    );
    return clicked;
  }

  /**
   * The document that an extension (publisher.name) wrote into the webview in view; survives the document being
   * replaced.
   */
  webview(extension: string): FrameLocator {
    const frames = this.page.locator(`iframe.webview.ready[src*="extensionId=${extension}"]`);
    const outer = frames.filter({ visible: true }).first().contentFrame();
    return outer.locator('#active-frame').contentFrame();
  }

  /** Toasts that are to be seen now. */
  async toasts(): Promise<string[]> {
    return this.page.locator('.notification-toast .notification-list-item-message').allTextContents();
  }

  async screenshot(file: string): Promise<void> {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
  }

  async close(): Promise<void> {
    await this.context.close().catch(() => {}); // it may have crashed: then it is closed
    fs.rmSync(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  private get menu(): Locator {
    return this.page.locator('.context-view .monaco-menu');
  }
}

/** Whether a row of a list is not the one that was right-clicked last, which has the list's focus. */
const isOtherRow = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => {
    const row = element.closest('.monaco-list-row');
    return row !== null && !row.classList.contains('focused');
  });

/** VS Code swallows keys and clicks while it is busy: a person tries again, and so do we. */
async function retry(times: number, work: () => Promise<void>, undo: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      await undo();
      if (attempt === times) throw error;
      await sleep(400);
    }
  }
}
