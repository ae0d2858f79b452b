import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { CHROMIUM } from './page/browser.ts';
import { drawn, settled, usePages } from './page/pages.ts';

vi.mock('vscode', () => ({}));

// The list of classes, of which there may be ten thousand.

const pages = usePages();
const rows = (page: Page) =>
  page
    .locator('[data-class-index]')
    .evaluateAll((all) => all.map((each) => Number(each.getAttribute('data-class-index'))));

describe.skipIf(!CHROMIUM)('ten thousand classes', () => {
  it('are listed all on request, a screenful at a time, in an order that is said, each at its place', async () => {
    const { page } = await pages.open({ scene: 'many' });
    await settled(page);
    expect(await rows(page)).toHaveLength(12);
    const section = page.locator('[data-section=classes]');
    expect(await section.textContent()).toContain('by score');
    await page.getByRole('button', { name: 'List all 10,000' }).click();
    await drawn(page);
    const list = page.getByRole('listbox');
    expect((await rows(page)).length).toBeLessThan(60);
    expect(await list.evaluate((each) => each.scrollHeight)).toBe(240_000);
    await page.getByRole('button', { name: /Sort in the model’s order/ }).click();
    await drawn(page);
    expect(await section.textContent()).toContain('in the model’s order');
    await list.evaluate((each) => (each.scrollTop = 24 * 7000));
    await drawn(page);
    const top = await list.evaluate((each) => {
      const { left, top } = each.getBoundingClientRect();
      const row = document.elementFromPoint(left + 60, top + 12)!.closest('[role=option]')!;
      return [
        row.getAttribute('data-class-index'),
        row.getAttribute('aria-posinset'),
        row.getAttribute('aria-setsize'),
      ];
    });
    expect(top).toEqual(['7000', '7001', '10000']);
    await list.focus();
    await page.keyboard.press('End');
    await settled(page);
    expect((await rows(page)).at(-1)).toBe(9999);
    expect(await page.locator('[data-class-index="9999"]').getAttribute('aria-selected')).toBe('true');
  });

  it('are found by name while typing, in less than a frame’s long task', async () => {
    const { page } = await pages.open({
      scene: 'many',
      state: { version: 1, panel: 'chest-panel', navigation: {}, ui: { allClasses: true } },
    });
    await settled(page);
    await page.getByRole('textbox', { name: 'Find a class' }).fill('number 99');
    await drawn(page);
    expect(await page.locator('.classes .more').textContent()).toBe('111 classes of 10,000 found.');
    expect((await rows(page))[0]).toBe(99);
  });
});

describe.skipIf(!CHROMIUM)('ranks and logits', () => {
  it('stand in the list on request, and are said', async () => {
    const { page } = await pages.open();
    await settled(page);
    const nodule = page.locator('[data-class-index="5"]');
    expect(await nodule.locator('.class-logit').count()).toBe(0);
    await page.getByRole('button', { name: 'Ranks and logits' }).click();
    expect(await nodule.locator('.class-rank').textContent()).toBe('2');
    expect(Number(await nodule.locator('.class-logit').textContent())).toBeCloseTo(Math.log(0.71 / 0.29), 2);
    expect(await nodule.getAttribute('aria-label')).toContain('rank 2, logit 0.895');
  });
});

describe.skipIf(!CHROMIUM)('why a class and not another', () => {
  const against = (page: Page) =>
    page.evaluate(() =>
      window.host.asked
        .filter(({ method }) => method === 'explain')
        .map(({ params }) => {
          const { classes, against } = params as { classes: readonly number[]; against?: unknown };
          return { classes, against };
        }),
    );

  it('takes one click on the other class, says so on the picture, and a second click takes it back', async () => {
    const { page } = await pages.open();
    await settled(page);
    const [selected] = await page.locator('[data-class-index][aria-selected=true]').all();
    const index = Number(await selected!.getAttribute('data-class-index'));
    const other = index === 5 ? 4 : 5;
    await page.locator(`[data-class-index="${other}"]`).hover();
    await page.locator(`[data-versus="${other}"]`).click();
    await settled(page);
    expect(await against(page)).toContainEqual({ classes: [index], against: [other] });
    expect(await page.locator(`[data-class-index="${index}"]`).getAttribute('aria-selected')).toBe('true');
    expect(await page.locator('[data-compared]').textContent()).toMatch(/^why .+ and not .+/);
    await page.locator(`[data-versus="${other}"]`).click();
    await settled(page);
    expect(await page.locator('[data-compared]').count()).toBe(0);
  });

  it('can be asked from the keyboard, with all other classes, and ends when the other class is chosen', async () => {
    const { page } = await pages.open();
    await settled(page);
    const menu = page.getByRole('combobox', { name: /^Why .+, and not$/ });
    await menu.selectOption('rest');
    await settled(page);
    expect((await against(page)).at(-1)!.against).toBe('rest');
    await menu.selectOption('7');
    await settled(page);
    expect((await against(page)).at(-1)!.against).toEqual([7]);
    await page.locator('[data-class-index="7"]').click();
    await settled(page);
    expect(await page.locator('[data-compared]').count()).toBe(0);
    expect((await against(page)).at(-1)).toEqual({ classes: [7], against: undefined });
  });
});
