import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { LONG } from '../long.ts';
import { CHROMIUM, type OpenOptions } from './page/browser.ts';
import { faultsIn } from './page/faults.ts';
import { drawn, settled, usePages } from './page/pages.ts';
import { seriousIn } from './page/serious.ts';
import { THEMES, type ThemeName } from './page/themes.ts';

vi.mock('vscode', () => ({}));

// In every theme: nothing serious for axe, and at every width nothing is cut, nothing overlaps, nothing scrolls
// sideways.

const pages = usePages();
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const themes = Object.keys(THEMES) as ThemeName[];
const LAYOUTS = ['overlay', 'grid', 'split'] as const;
const WIDTHS = [1600, 800, 320] as const;

const SURVEY: OpenOptions = {
  scene: 'survey',
  contents: { settings: { methods: ['gradCam', 'gradient', 'lime'], opacity: 0.6, colorMap: 'auto' } },
  height: 900,
};

/** Forms of methods, and every section. */
const OPEN = [
  ...['gradCam', 'lime'].map((id) => `[data-method=${id}] .method-heading button`),
  ...['[data-class-numbers]', '[data-all-classes]', '[aria-controls=agreement-columns]'],
  ...['[aria-controls=agreement-options]', '[data-section=faithfulness] .section-toggle'],
  ...['[data-section=versions] .section-toggle', '[data-section=comparison] .section-toggle'],
  ...['[data-assess=gradCam]', '[data-compare]'],
];

async function opened(theme: ThemeName): Promise<Page> {
  const { page } = await pages.open({ ...SURVEY, theme, width: 1600 });
  await settled(page);
  for (const selector of OPEN) {
    await page.locator(selector).first().click();
    await settled(page);
  }
  return page;
}

async function show(page: Page, layout: (typeof LAYOUTS)[number]): Promise<void> {
  await page.locator(`[data-layout=${layout}]`).click();
  if (layout !== 'overlay') await page.locator(`[data-${layout}]`).waitFor();
  await settled(page);
}

describe.skipIf(!CHROMIUM)('the narrow layout', () => {
  it('keeps the picture in view while the rest scrolls, and nothing that is focused behind it', async () => {
    const { page } = await pages.open({ ...SURVEY, width: 350 });
    await settled(page);
    const stage = () => page.locator('[data-stage]').evaluate((each) => each.getBoundingClientRect().top);
    const before = await stage();
    await page.mouse.move(150, 800);
    await page.mouse.wheel(0, 700);
    await page.waitForFunction(() => document.documentElement.scrollTop > 600);
    expect(await stage()).toBe(before);
    await page.locator('[data-method-toggle=gradCam]').focus();
    const [top, bottom] = await page.evaluate(() => [
      document.activeElement!.getBoundingClientRect().top,
      document.querySelector('.viewer')!.getBoundingClientRect().bottom,
    ]);
    expect(top).toBeGreaterThanOrEqual(bottom! - 1);
    // Where a picture and the rest do not fit, the picture scrolls away.
    await page.setViewportSize({ width: 350, height: 380 });
    await page.evaluate(() => window.scrollTo(0, 900));
    await drawn(page);
    expect(await stage()).toBeLessThan(0);
  });
});

describe.skipIf(!CHROMIUM)('the checks of the layout', () => {
  it('find what overlaps, what is cut and what scrolls sideways', async () => {
    const { page } = await pages.open({ ...SURVEY, width: 1200 });
    await settled(page);
    expect(await faultsIn(page)).toEqual([]);
    const faults = async (selector: string, property: string, value: string) => {
      const set = (now: string) =>
        page.locator(selector).evaluate((each, [name, to]) => (each as HTMLElement).style.setProperty(name!, to!), [property, now] as const); // biome-ignore format: one line
      await set(value);
      const found = await faultsIn(page);
      await set('');
      return found.join('\n');
    };
    expect(await faults('[data-section=methods]', 'margin-top', '-30px')).toContain('overlaps');
    expect(await faults('[data-contours]', 'width', '900px')).toMatch(/cut|sideways/);
    expect(await faults('.page', 'width', '3000px')).toContain('cut');
  });
});

describe.skipIf(!CHROMIUM)('the wish for less motion', () => {
  /** What moves on the page, with the components in it: animations and transitions that would run or do. */
  const moving = (page: Page) =>
    page.evaluate(() => {
      const all = (root: Document | ShadowRoot): readonly Element[] =>
        [...root.querySelectorAll('*')].flatMap((each) => [each, ...(each.shadowRoot ? all(each.shadowRoot) : [])]);
      return all(document).flatMap((each) =>
        [null, '::before', '::after'].flatMap((part) => {
          const { animationName, transitionDuration } = getComputedStyle(each, part);
          const moves = animationName !== 'none' || transitionDuration.split(', ').some((time) => time !== '0s');
          return moves ? [`${each.localName}.${each.getAttribute('class') ?? ''}${part ?? ''}`] : [];
        }),
      );
    });

  it('is obeyed while images load and maps are computed; without it, both are seen to move', async () => {
    for (const held of ['display', 'explain'] as const) {
      const { page } = await pages.open({ ...SURVEY, width: 1600, hold: [held] });
      await page.locator('.viewer.busy').waitFor();
      if (held === 'display') await page.locator('vscode-progress-ring').waitFor();
      await drawn(page);
      expect([held, await moving(page)]).not.toEqual([held, []]);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await drawn(page);
      expect([held, await moving(page)]).toEqual([held, []]);
      await pages.close();
    }
  });
});

describe.skipIf(!CHROMIUM).each(themes)('the page in the theme %s', (theme) => {
  it('has nothing that axe finds serious, with forms and sections open, in any layout', {
    timeout: 60_000,
  }, async () => {
    const page = await opened(theme);
    await page.evaluate(axe);
    for (const layout of LAYOUTS) {
      await show(page, layout);
      expect([layout, await seriousIn(page)]).toEqual([layout, []]);
    }
  });

  // Light themes have the borders of dark ones.
  if (!LONG && theme.endsWith('ight')) return;

  it('is whole at every width and in every layout: nothing cut, nothing overlapping, no sideways scroll', {
    timeout: 60_000,
  }, async () => {
    const page = await opened(theme);
    for (const layout of LAYOUTS) {
      await page.setViewportSize({ width: 1600, height: 900 });
      await show(page, layout);
      for (const width of [...WIDTHS, 1600]) {
        await page.setViewportSize({ width, height: 900 });
        await drawn(page);
        if (width === 320) await page.evaluate(() => window.scrollTo(0, 600));
        expect([layout, width, await faultsIn(page)]).toEqual([layout, width, []]);
      }
    }
  });
});
