// A folder of images evaluated in the background, and its results as a table: sorted, filtered, a row opened in a
// panel; then as many rows as a cluster makes.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { resultColumns } from '../../src/explainers/evaluation/columns.ts';
import { writeTable } from '../../src/explainers/evaluation/writeTable.ts';
import { COLOURS, cocoText, type Entry, writeColourModel, writeImage } from '../explainers/labelCheck/coloured.ts';
import { METRICS, madeUpRows } from '../explainers/report/madeUp.ts';
import { Panel } from './harness/panel.ts';
import { inVSCode, screenshot, vsix } from './harness/product.ts';

const IMAGES = 24;
const MANY = 200_000;

/** Coloured squares with boxes, some of them with a wrong class. */
function workspace(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'evaluate-'));
  const set = path.join(folder, 'squares');
  const entries = Array.from({ length: IMAGES }, (_, i): Entry => {
    const name = `square${String(i).padStart(2, '0')}.bmp`;
    const place = [4 + (i % 5), 6, 14] as const;
    writeImage(path.join(set, 'images', name), { [COLOURS[i % 3]!]: place });
    return { name, boxes: [[COLOURS[i % 8 === 0 ? (i + 1) % 3 : i % 3]!, place]] };
  });
  fs.writeFileSync(path.join(set, 'labels.coco.json'), cocoText(entries));
  writeColourModel(set);
  return folder;
}

/** The made-up results, until there are this many rows. */
function writeMany(folder: string): void {
  fs.mkdirSync(folder);
  const rows = madeUpRows();
  const all = Array.from({ length: MANY }, (_, i) => {
    const row = rows[i % rows.length]!;
    return { ...row, image: `${Math.floor(i / rows.length)}/${row.image}` };
  });
  fs.writeFileSync(path.join(folder, 'part-00000.parquet'), writeTable(resultColumns(METRICS), all));
  const manifest = { schema: 1, images: { folder, names: [] }, metrics: METRICS, partImages: 512 };
  fs.writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
}

inVSCode(
  'results',
  () => ({ workspace: workspace(), vsix: [vsix()] }),
  (vscode) => {
    test('Evaluate Folder… writes results, which open as a table; a row opens its image, class and method', async () => {
      const { workbench, folder } = vscode();
      await workbench.choose(workbench.explorerItem('squares'), 'Evaluate Folder…');
      const dialog = workbench.page.locator('.monaco-dialog-box');
      await dialog.getByRole('button', { name: 'Evaluate', exact: true }).click();
      const { frame } = new Panel(workbench);
      await frame.locator('[data-result="0"]:not([data-result-blank])').waitFor({ timeout: 120_000 });
      expect(fs.existsSync(path.join(folder, 'squares-results', 'manifest.json'))).toBe(true);
      await frame.getByRole('button', { name: 'Sort by iou' }).click();
      await frame.getByLabel('Decision', { exact: true }).selectOption({ label: 'Right' });
      await workbench.screenshot(screenshot('results-table'));
      await frame.getByRole('button', { name: 'Gallery' }).click();
      await frame.locator('.tile img').first().waitFor();
      await workbench.screenshot(screenshot('results-gallery'));
      const name = await frame.locator('[data-result="0"] img').getAttribute('alt');
      await frame.locator('[data-result="0"] button').click();
      const pages = workbench.page.locator('iframe.webview.ready').filter({ visible: true });
      await expect.poll(() => pages.count(), { timeout: 60_000 }).toBe(2);
      const image = `canvas[data-layer="image"][data-painted$="/${path.basename(name!)}"]`;
      const inside = (i: number) => pages.nth(i).contentFrame().locator('#active-frame').contentFrame().locator(image);
      const shown = async () => (await inside(0).count()) + (await inside(1).count());
      await expect.poll(shown, { timeout: 60_000 }).toBeGreaterThan(0);
      await workbench.screenshot(screenshot('results-row'));
    });

    test(`${MANY} rows: opened, sorted, filtered and scrolled`, async () => {
      const { workbench, folder } = vscode();
      await workbench.closeEditors();
      writeMany(path.join(folder, 'many-results'));
      const item = workbench.explorerItem('many-results');
      await item.waitFor();
      const { frame } = new Panel(workbench);
      const first = frame.locator('[data-result="0"]:not([data-result-blank])');
      const start = Date.now();
      await workbench.choose(item, 'Open Results of an Evaluation…');
      await first.waitFor({ timeout: 60_000 });
      const figures: Record<string, number> = { open: Date.now() - start };
      const timed = async (name: string, act: () => Promise<unknown>, until: () => Promise<void>) => {
        const from = Date.now();
        await act();
        await until();
        figures[name] = Date.now() - from;
      };
      const total = frame.locator('[data-results-total]');
      await timed(
        'sort',
        () => frame.getByRole('button', { name: 'Sort by iou' }).click(),
        () => expect.poll(() => first.textContent(), { interval: 10 }).toMatch(/0\.[6-9]/),
      );
      await timed(
        'filter',
        () => frame.getByLabel('Class', { exact: true }).selectOption({ label: 'Nodule' }),
        () => expect.poll(() => total.textContent(), { interval: 10 }).toMatch(/^100,0\d\d of|^99,9\d\d of/),
      );
      const blank = await frame.locator('[role=listbox]').evaluate(async (list) => {
        let count = 0;
        for (let step = 0; step < 30; step++) {
          list.scrollTop += list.clientHeight / 2;
          await new Promise((done) => setTimeout(done, 167));
          count += list.querySelectorAll('[data-result-blank]').length;
        }
        return count;
      });
      const said = Object.entries(figures).map(([name, ms]) => `${name} ${ms} ms`);
      console.log(
        `${MANY} rows in VS Code, the harness's own time included: ${said.join(', ')}; blank rows while scrolling: ${blank}.`,
      );
      expect(blank).toBe(0);
      await workbench.screenshot(screenshot('results-many'));
    });
  },
);
