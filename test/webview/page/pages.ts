import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { contentSecurityPolicy } from '../../../src/extension/panels/html.ts';
import { CHROMIUM, type OpenOptions, type OpenPage, PageBrowser } from './browser.ts';

/** Once what was asked of the page is painted, and what follows from it by itself is done: two frames and a turn. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
      }),
  );
}

/** Once every request of the page is answered or held back, and the answers are painted. */
export async function settled(page: Page): Promise<void> {
  do await drawn(page);
  while (await page.evaluate(() => window.host.open > 0));
}

export interface Pages {
  open(options?: OpenOptions): Promise<OpenPage>;
  /** Before the test is over, to open another. */
  close(): Promise<void>;
}

/** One browser for the tests of a file, under the policy that the page is shipped with; no page may throw. */
export function usePages(): Pages {
  let browser: PageBrowser | undefined;
  let opened: OpenPage | undefined;
  const close = async () => {
    await opened?.close();
  };
  beforeAll(async () => {
    if (CHROMIUM) browser = await PageBrowser.start(contentSecurityPolicy);
  });
  afterEach(async () => {
    const errors = opened?.errors;
    await close();
    opened = undefined;
    expect(errors).toEqual([]);
  });
  afterAll(() => browser?.close());
  return {
    open: async (options) => {
      if (!browser) throw new Error('there is no Chromium to open a page in');
      opened = await browser.open(options);
      return opened;
    },
    close,
  };
}
