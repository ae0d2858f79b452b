// The page of a folder of results, as it is shipped, in a browser, with the real core behind it.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import type {
  PageFilter,
  ResultsContents,
  ResultsHostSide,
  ResultsPageSide,
} from '../../src/explainers/protocol/resultsMessages.ts';
import { Session } from '../../src/explainers/session.ts';
import { sightOf, topOf } from '../../src/webview/results/scrolling.ts';
import { METRICS, madeUpPart, madeUpRows } from '../explainers/report/madeUp.ts';
import { CHROMIUM } from './page/browser.ts';
import { seriousIn } from './page/serious.ts';
import { ShippedPages } from './page/shippedPage.ts';

vi.mock('vscode', () => ({}));

const gallery = process.env['GALLERY'];
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = '<img src=x onerror=alert(1)>.png';
/** The made-up rows, many times over. */
const TIMES = 40;

describe.skipIf(!CHROMIUM)('the page of results', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'results-page-'));
  const session = new Session();
  const browser = new ShippedPages();
  const rows = Array.from({ length: TIMES }, (_, t) =>
    madeUpRows().map((row) => ({ ...row, image: t === 0 && row.image === '00.png' ? HOSTILE : `${t}/${row.image}` })),
  ).flat();
  let jpeg: Uint8Array;

  beforeAll(async () => {
    fs.writeFileSync(path.join(folder, 'part-00000.parquet'), madeUpPart(rows));
    const manifest = { schema: 1, images: { folder, names: [] }, metrics: METRICS, partImages: 8 };
    fs.writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
    jpeg = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#456' } })
      .jpeg()
      .toBuffer();
    await browser.start({ results: 'src/webview/results/main.tsx' });
  });
  afterAll(async () => {
    await browser.end();
    await session.dispose();
    fs.rmSync(folder, { recursive: true });
  });

  const whole = ({ findings, ...filter }: PageFilter) => ({ ...filter, items: null });
  async function open(options: Parameters<ShippedPages['open']>[2] = {}) {
    const opened: number[] = [];
    const facts = await session.results({ folder });
    const requests = {
      ready: (): ResultsContents => ({ name: 'results', facts, problem: null }),
      rows: ({ filter, ...more }: Parameters<ResultsHostSide['requests']['rows']>[0]) =>
        session.resultRows({ folder, filter: whole(filter), ...more }),
      summary: ({ filter, metric }: Parameters<ResultsHostSide['requests']['summary']>[0]) =>
        session.resultSummary({ folder, filter: whole(filter), metric }),
      pictures: ({ images }: { readonly images: readonly string[] }) =>
        images.map(() => ({ mime: 'image/jpeg', bytes: jpeg })),
      open: ({ at }: { readonly at: number }) => {
        opened.push(at);
        return null;
      },
    };
    const shipped = await browser.open<ResultsHostSide, ResultsPageSide>(
      'results',
      { requests, notifications: {} },
      options,
    );
    await shipped.page.locator('[data-result="0"]:not([data-result-blank])').waitFor();
    const row = (at: number) => shipped.page.locator(`[data-result="${at}"]`);
    const total = async () =>
      Number(await shipped.page.locator('[data-results-total]').getAttribute('data-results-total'));
    return { ...shipped, opened, row, total };
  }

  it.each([
    ['dark', 1200],
    ['light', 420],
  ] as const)('is sound in %s at %i pixels, as a table and as a gallery', async (theme, width) => {
    const { page, errors } = await open({ theme, width });
    for (const look of ['table', 'gallery']) {
      await page.locator('[data-result="1"]:not([data-result-blank])').waitFor();
      if (gallery) await page.screenshot({ path: path.join(gallery, `results-${look}-${theme}-${width}.png`) });
      expect(errors).toEqual([]);
      await page.evaluate(axe);
      expect(await seriousIn(page)).toEqual([]);
      await page
        .getByRole('button', { name: 'Gallery' })
        .click({ timeout: 2000 })
        .catch(() => {});
    }
    await page.close();
  });

  it('shows a hostile name as text', async () => {
    const { page, row, errors } = await open();
    expect(await row(0).textContent()).toContain(HOSTILE);
    expect(await page.locator('main .list img').count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('sorts and filters: only the rows in view are in the page', async () => {
    const { page, row, total, opened } = await open();
    expect(await total()).toBe(rows.length);
    expect(await page.locator('[data-result]').count()).toBeLessThan(60);
    await page.getByRole('button', { name: 'Sort by iou' }).click();
    const best = Math.max(...rows.flatMap(({ agreement }) => agreement['iou']!.value ?? []));
    await expect.poll(() => row(0).textContent()).toContain(best.toFixed(3));
    await page.getByLabel('Class', { exact: true }).selectOption({ label: 'Nodule' });
    await expect.poll(total).toBe(rows.filter(({ index }) => index === 1).length);
    await page.getByLabel('Decision', { exact: true }).selectOption({ label: 'Missed' });
    const missed = rows.filter((each) => each.index === 1 && /drawn|present/.test(each.state) && !each.predicted);
    await expect.poll(total).toBe(missed.length);
    await page.getByLabel('Part of an image’s name').fill('7/0');
    await expect.poll(total).toBe(missed.filter(({ image }) => image.includes('7/0')).length);
    await row(1).click();
    await page.locator('[role=listbox]').press('ArrowDown');
    await page.locator('[role=listbox]').press('Enter');
    expect(opened).toEqual([1, 2]);
    await page.close();
  });

  it('has no blank rows after a jump, and its end is the last row', async () => {
    const { page, row } = await open();
    await page.locator('[role=listbox]').press('End');
    await row(rows.length - 1).waitFor();
    await expect.poll(() => page.locator('[data-result-blank]').count()).toBe(0);
    expect(await row(rows.length - 1).textContent()).toContain(rows.at(-1)!.method);
    await page.close();
  });
});

describe('scrolling', () => {
  test.each([1000, 2_000_000, 50_000_000])('every one of %i rows can be reached', (count) => {
    const [size, view] = [24, 600];
    for (const row of [0, 1, Math.floor(count / 3), count - 26]) {
      const { first, last, height } = sightOf(count, size, topOf(row, count, size, view), view);
      expect(height).toBeLessThanOrEqual(16_000_000);
      expect(first).toBeLessThanOrEqual(row);
      expect(last).toBeGreaterThan(row);
      expect(row - first).toBeLessThanOrEqual(1);
    }
    const end = sightOf(count, size, Number.MAX_SAFE_INTEGER, view);
    expect(end.last).toBe(count);
  });
});
