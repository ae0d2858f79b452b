import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { contentSecurityPolicy } from '../../../src/extension/panels/html.ts';
import { CHROMIUM, type OpenOptions, type OpenPage, PageBrowser } from './browser.ts';

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
