import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { LONG } from '../long.ts';
import { CHROMIUM, type OpenOptions } from './page/browser.ts';
import { drawn, settled, usePages } from './page/pages.ts';

vi.mock('vscode', () => ({}));

// In the wide layout nothing but the side bar scrolls, whatever was done to the page before: the picture is always in
// view.

const pages = usePages();
const WIDE = { width: 1100, height: 760 };
const NARROW = { width: 420, height: 760 };

const ALL = ['gradCam', 'gradient', 'lime', 'kernelShap', 'eigenCam'];
const survey = (...methods: string[]): OpenOptions => ({
  scene: 'survey',
  contents: { settings: { methods, opacity: 0.6, colorMap: 'auto' } },
});

const STATES: Readonly<Record<string, { readonly options: OpenOptions; readonly click: readonly string[] }>> = {
  'the agreement table': { options: {}, click: [] },
  'the details of LIME': {
    options: survey(...ALL),
    click: ['[data-method=lime] .method-heading button', '[data-methods-door]'],
  },
  'all of agreement, faithfulness and comparison': {
    options: survey('gradCam', 'gradient'),
    click: [
      '[data-all-classes]',
      '[aria-controls=agreement-columns]',
      '[aria-controls=agreement-options]',
      '[data-section=faithfulness] .section-toggle',
      '[data-section=comparison] .section-toggle',
      '[data-assess=gradCam]',
      '[data-compare]',
    ],
  },
};

/**
 * What would make it half or wholly blank: a document larger than the window, one that is scrolled, a picture out of
 * view.
 */
async function outOfPlace(page: Page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    const stage = document.querySelector('[data-stage]')!.getBoundingClientRect();
    const side = document.querySelector('.sidebar')!.getBoundingClientRect();
    return {
      tall: root.scrollHeight - innerHeight,
      broad: root.scrollWidth - innerWidth,
      scrolled: [root.scrollTop, root.scrollLeft, document.body.scrollTop, document.querySelector('.page')!.scrollTop],
      above: Math.min(0, Math.round(stage.top), Math.round(side.top)),
      below: Math.max(0, Math.round(stage.bottom - innerHeight), Math.round(side.bottom - innerHeight)),
    };
  });
}

const IN_PLACE = { tall: 0, broad: 0, scrolled: [0, 0, 0, 0], above: 0, below: 0 };

async function resize(page: Page, size: { readonly width: number; readonly height: number }): Promise<void> {
  await page.setViewportSize(size);
  await drawn(page);
}

async function prepared(name: string): Promise<Page> {
  const { options, click } = STATES[name]!;
  const { page } = await pages.open({ ...options, ...WIDE });
  await settled(page);
  for (const selector of click) {
    await page.locator(selector).first().click();
    await settled(page);
  }
  return page;
}

describe.skipIf(!CHROMIUM).each(Object.keys(STATES))('the wide layout, with %s', (name) => {
  it('is as high as the window', async () => {
    expect(await outOfPlace(await prepared(name))).toEqual(IN_PLACE);
  });

  it('has the picture in view after narrow → scroll → wide', async () => {
    const page = await prepared(name);
    await resize(page, NARROW);
    await page.mouse.move(200, 700);
    await page.mouse.wheel(0, 4000);
    await page.waitForFunction(() => document.documentElement.scrollTop + document.body.scrollTop > 100);
    await resize(page, WIDE);
    expect(await outOfPlace(page)).toEqual(IN_PLACE);
  });

  it('stays in place whatever is focused or scrolled to by a script or a search', async () => {
    const page = await prepared(name);
    await page.evaluate(() => {
      for (const each of document.querySelectorAll('.unseen, button, input, td, dd')) each.scrollIntoView();
      window.scrollTo(0, 5000);
      document.body.scrollTop = 5000;
    });
    await drawn(page);
    expect(await outOfPlace(page)).toEqual(IN_PLACE);
  });

  it('holds after any sequence of sizes and scrolls', { timeout: 60_000 }, async () => {
    const page = await prepared(name);
    const step = fc.record({
      width: fc.integer({ min: 240, max: 1600 }),
      height: fc.integer({ min: 320, max: 1200 }),
      scroll: fc.integer({ min: 0, max: 6000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        for (const { scroll, ...size } of steps) {
          await resize(page, size);
          await page.evaluate((top) => window.scrollTo(0, top), scroll);
        }
        await resize(page, { ...WIDE, height: steps[0]!.height });
        expect(await outOfPlace(page)).toEqual(IN_PLACE);
      }),
      { numRuns: LONG ? 12 : 5, seed: 20 },
    );
  });
});
