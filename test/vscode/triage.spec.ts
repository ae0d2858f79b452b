// Label findings judged by the keyboard alone, and a label corrected in its file: the difference first, then exactly
// these bytes, and VS Code's undo. Fixtures are made here: coloured squares, and a network that sees their colours.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../data.ts';
import {
  COLOURS,
  cocoText,
  colourModel,
  type Entry,
  writeColourModel,
  writeImage,
} from '../explainers/labelCheck/coloured.ts';
import { Findings } from './harness/findings.ts';
import { Panel } from './harness/panel.ts';
import { inVSCode, screenshot, vsix } from './harness/product.ts';

const FILE = 'labels.coco.json';
const MANY = 100;

/** Figures, next to the screenshots. */
function say(figure: string): void {
  console.log(figure);
  fs.mkdirSync(path.dirname(screenshot('x')), { recursive: true });
  fs.appendFileSync(path.join(path.dirname(screenshot('x')), 'triage.txt'), `${figure}\n`);
}

/** A hundred images whose box is drawn twice, and some without a fault, one of which gets another class. */
function workspace(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'triage-'));
  const set = path.join(folder, 'squares');
  const entries = Array.from({ length: MANY + 30 }, (_, i): Entry => {
    const name = `square${String(i).padStart(3, '0')}.bmp`;
    const colour = COLOURS[i % 3]!;
    const place = [4 + (i % 5), 6, 14] as const;
    writeImage(path.join(set, 'images', name), { [colour]: place });
    const twice = i < MANY ? [[colour, [place[0], place[1], 13]] as const] : [];
    return { name, boxes: [[colour, place], ...twice] };
  });
  fs.writeFileSync(path.join(set, FILE), cocoText(entries));
  writeColourModel(set);
  writeContained(path.join(folder, 'contained'));
  writeLinked(path.join(folder, 'linked'));
  writeFolders(path.join(folder, 'folders'));
  return folder;
}

/** A folder per class, with a green image among the blue ones. */
function writeFolders(folder: string): void {
  writeColourModel(folder);
  for (const [i, colour] of [...COLOURS, ...COLOURS, ...COLOURS].entries())
    writeImage(path.join(folder, 'set', colour, `${colour}${i}.bmp`), { [colour]: [4, 6, 14] });
  writeImage(path.join(folder, 'set/blue/odd.bmp'), { green: [8, 8, 14] });
}

/** Images in a Parquet table, of which the eighth has a wrong label. */
function writeContained(folder: string): void {
  writeColourModel(folder, colourModel('Softmax'), { labels: ['cat', 'cow', 'dog'] });
  fs.copyFileSync(path.join(root, 'test/fixtures/containers/embedded.parquet'), path.join(folder, 'embedded.parquet'));
}

/** An image whose annotations are behind a link that leads out of the workspace. */
function writeLinked(folder: string): void {
  const store = fs.mkdtempSync(path.join(os.tmpdir(), 'store-'));
  fs.writeFileSync(path.join(store, 'a.coco.json'), cocoText([{ name: 'a.bmp', boxes: [['red', [4, 6, 14]]] }]));
  writeImage(path.join(folder, 'a.bmp'), { red: [4, 6, 14] });
  writeColourModel(folder);
  fs.symlinkSync(store, path.join(folder, 'annotations'));
}

const CROPS = 5000;

/** Small boxes within large squares, fifty in an image; no label is wrong. */
function writeMany(folder: string): void {
  const entries = Array.from({ length: CROPS / 50 }, (_, i): Entry => {
    const name = `many${String(i).padStart(3, '0')}.bmp`;
    writeImage(path.join(folder, 'images', name), { blue: [2, 2, 28] });
    const boxes = Array.from(
      { length: 50 },
      (_, k) => ['blue', [3 + 3 * (k % 8), 3 + 3 * Math.floor(k / 8), 2]] as const,
    );
    return { name, boxes };
  });
  fs.writeFileSync(path.join(folder, 'many.coco.json'), cocoText(entries));
  writeColourModel(folder);
}

inVSCode(
  'triage',
  () => ({ vsix: [vsix()], workspace: workspace() }),
  (vscode) => {
    const set = () => path.join(vscode().folder, 'squares');
    const annotations = () => path.join(set(), FILE);
    const findings = () => new Findings(vscode().workbench);
    const verdicts = () => {
      const file = `${annotations()}.review.jsonl`;
      const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trimEnd().split('\n') : [];
      return lines.map((line) => JSON.parse(line) as { image: string; verdict: string; time: string });
    };
    /** Everything that has the keyboard, from the window down. */
    const focused = () =>
      vscode().workbench.page.evaluate(() => document.activeElement?.closest('.pane')?.textContent ?? '');

    async function checked(): Promise<void> {
      const { workbench } = vscode();
      await workbench.closeEditors();
      await workbench.expand('squares');
      await workbench.explorerItem(FILE).waitFor();
      await workbench.choose(workbench.explorerItem(FILE), 'Check Labels');
    }

    test('a hundred findings are judged by keys in the list, and verdicts are taken back', async () => {
      const { workbench } = vscode();
      await checked();
      const found = findings();
      await found.item('square0').waitFor({ timeout: 120_000 });
      await found.ended();
      await workbench.runCommand('Notifications: Clear All Notifications').catch(() => {});
      await found.item('square0').click();
      const { keyboard } = workbench.page;
      const keys = ['r', 'w', 'u'] as const;
      const said = { r: 'right', w: 'wrong', u: 'unsure' } as const;
      const start = Date.now();
      for (let i = 0; i < MANY; i++) {
        await keyboard.press(keys[i % 3]!);
        // VS Code prepares each command when it is first used, and later ones may overtake it until then.
        if (i < keys.length) await expect.poll(() => verdicts().length).toBe(i + 1);
      }
      await expect.poll(() => verdicts().length, { timeout: 120_000 }).toBe(MANY);
      const each = (Date.now() - start) / MANY;
      say(`${MANY} verdicts by keys: ${each.toFixed(0)} ms each.`);
      expect(verdicts().map(({ verdict }) => verdict)).toEqual(
        Array.from({ length: MANY }, (_, i) => said[keys[i % 3]!]),
      );
      // Each of another image: the list went on by itself, and kept the keyboard.
      expect(new Set(verdicts().map(({ image }) => image)).size).toBe(MANY);
      expect(await focused()).toContain('open of');
      await workbench.screenshot(screenshot('triage-judged'));
      await keyboard.press('Control+z');
      await keyboard.press('Control+z');
      await expect.poll(() => verdicts().length).toBe(MANY + 2);
      const back = verdicts().slice(-2);
      expect(back.map(({ verdict }) => verdict)).toEqual(['open', 'open']);
      expect(back.map(({ image }) => image)).toEqual([verdicts()[MANY - 1]!.image, verdicts()[MANY - 2]!.image]);
      await expect.poll(() => workbench.page.locator('.pane', { hasText: '2 open of' }).count()).toBeGreaterThan(0);
    });

    test('the panel has the same keys, and goes on to the next finding with the focus in it', async () => {
      const { workbench } = vscode();
      const before = verdicts().length;
      const panel = new Panel(workbench);
      await panel.frame.locator('[data-finding]').first().waitFor({ timeout: 60_000 });
      const image = () => panel.frame.locator('canvas[data-layer="image"]').getAttribute('data-painted');
      await panel.frame.locator('[data-stage]').focus();
      const first = await image();
      await panel.frame.locator('[data-stage]').press('k');
      // Nothing is painted while the next one comes.
      const next = async () => ((await image()) || first) === first;
      await expect.poll(next, { timeout: 30_000 }).toBe(false);
      const second = await image();
      await panel.frame.locator('[data-stage]').press('w');
      await expect.poll(() => verdicts().length).toBe(before + 1);
      expect(second).toContain(path.basename(verdicts().at(-1)!.image));
      await workbench.screenshot(screenshot('triage-panel'));
      await panel.frame.locator('[data-stage]').press('Control+z');
      await expect.poll(() => verdicts().length).toBe(before + 2);
    });

    test('a fix is shown as a difference, lands as exactly these bytes, is undone, and its finding goes', async () => {
      const { workbench } = vscode();
      // The last image's only box gets another class.
      const right = fs.readFileSync(annotations(), 'utf8');
      const line = right.split('\n').findLast((each) => each.includes('"image_id":129'))!;
      const colour = COLOURS[129 % 3]!;
      const wrong = line.replace(/"category_id":\d/, '"category_id":1');
      expect(wrong).not.toBe(line);
      const planted = right.replace(line, wrong);
      fs.writeFileSync(annotations(), planted);
      await checked();
      const found = findings();
      // It is at the top of a long list.
      await expect
        .poll(() => workbench.page.locator('.pane', { hasText: / of 101/ }).count(), { timeout: 60_000 })
        .toBeGreaterThan(0);
      await workbench.runCommand('Explorer: Focus on Label Findings View');
      await workbench.page.keyboard.press('Home');
      const row = found.item(`green → ${colour}`);
      await row.waitFor({ timeout: 60_000 });
      const diff = workbench.page.locator('.tab[aria-label*="Fix Label"]');
      const fix = async () => {
        // A row out of sight is not in the page.
        await workbench.runCommand('Explorer: Focus on Label Findings View');
        await workbench.page.keyboard.press('Home');
        await row.hover();
        await row.locator('.action-label[aria-label^="Fix Label"]').click();
      };
      // A box is drawn on the picture, beginning with that of the file; the difference is discarded.
      await fix();
      await workbench.page.locator('.quick-input-widget .monaco-list-row', { hasText: 'Move the box…' }).click();
      const { frame } = new Panel(workbench);
      const [x, y, width, height] = JSON.parse(/"bbox":(\[[^\]]*\])/.exec(wrong)![1]!) as number[];
      const drawing = frame.locator('[data-drawing]');
      const box = frame.locator(`[data-drawn-box="${x} ${y} ${width} ${height}"]`);
      await box.waitFor({ timeout: 60_000 });
      await drawing.press('Shift+ArrowLeft');
      await box.waitFor({ state: 'detached' });
      await workbench.screenshot(screenshot('fix-label-drawing'));
      await drawing.press('Enter');
      await diff.waitFor({ timeout: 30_000 });
      await workbench.runCommand('Saliency Lens: Discard Fix');
      await diff.waitFor({ state: 'detached' });
      expect(fs.readFileSync(annotations(), 'utf8')).toBe(planted);
      await workbench.runCommand('Explorer: Focus on Label Findings View');
      await fix();
      const choice = workbench.page.locator('.quick-input-widget .monaco-list-row', { hasText: `Change to ${colour}` });
      await choice.waitFor({ timeout: 30_000 });
      await workbench.screenshot(screenshot('fix-label-choice'));
      await choice.click();
      await diff.waitFor({ timeout: 30_000 });
      await workbench.page
        .locator('.monaco-diff-editor .line-insert, .monaco-diff-editor .char-insert')
        .first()
        .waitFor();
      await workbench.screenshot(screenshot('fix-label'));
      // Nothing is written before it is confirmed.
      expect(fs.readFileSync(annotations(), 'utf8')).toBe(planted);
      await workbench.runCommand('Saliency Lens: Apply Fix');
      const category = COLOURS.indexOf(colour);
      const expected = planted.replace(wrong, wrong.replace('"category_id":1', `"category_id":${category}`));
      await expect.poll(() => fs.readFileSync(annotations(), 'utf8'), { timeout: 30_000 }).toBe(expected);
      await diff.waitFor({ state: 'detached' });
      await row.waitFor({ state: 'detached', timeout: 60_000 });
      await workbench.screenshot(screenshot('fix-label-done'));
      // VS Code's own undo, in the editor that the fix left in front.
      await workbench.page.locator('.editor-container .view-lines').first().click();
      await workbench.runCommand('Undo');
      await workbench.runCommand('File: Save');
      await expect.poll(() => fs.readFileSync(annotations(), 'utf8'), { timeout: 30_000 }).toBe(planted);
      await row.waitFor({ timeout: 60_000 });
    });

    test('an image in the folder of another class is moved by a fix once it is confirmed, and moved back', async () => {
      const { workbench } = vscode();
      const folder = path.join(vscode().folder, 'folders/set');
      const [from, to] = [path.join(folder, 'blue/odd.bmp'), path.join(folder, 'green/odd.bmp')];
      const bytes = fs.readFileSync(from);
      await workbench.closeEditors();
      await workbench.collapse('squares');
      await workbench.expand('folders');
      await workbench.choose(workbench.explorerItem('set'), 'Check Labels');
      const found = findings();
      await found.item('blue → green').waitFor({ timeout: 120_000 });
      await found.ended();
      await found.act('blue → green', 'Fix Label');
      await workbench.page.locator('.quick-input-widget .monaco-list-row', { hasText: 'Change to green' }).click();
      const dialog = workbench.page.locator('.monaco-dialog-box');
      await dialog.getByText('odd.bmp').first().waitFor({ timeout: 30_000 });
      expect([fs.existsSync(from), fs.existsSync(to)]).toEqual([true, false]);
      await workbench.screenshot(screenshot('fix-label-move'));
      await dialog.getByRole('button', { name: 'Apply Fix', exact: true }).click();
      await expect.poll(() => fs.existsSync(to) && !fs.existsSync(from), { timeout: 30_000 }).toBe(true);
      expect(fs.readFileSync(to)).toEqual(bytes);
      await found.item('blue → green').waitFor({ state: 'detached', timeout: 60_000 });
      await workbench.page.locator('.notification-toast').getByRole('button', { name: 'Move Back' }).click();
      await dialog.getByRole('button', { name: 'Apply Fix', exact: true }).click();
      await expect.poll(() => fs.existsSync(from) && !fs.existsSync(to), { timeout: 30_000 }).toBe(true);
      expect(fs.readFileSync(from)).toEqual(bytes);
      await found.item('blue → green').waitFor({ timeout: 60_000 });
    });

    test('the sheet has all labels of a class, and 5,000 pictures scroll without a blank tile', async () => {
      const { workbench } = vscode();
      writeMany(path.join(vscode().folder, 'many'));
      await workbench.closeEditors();
      await workbench.expandPart('many');
      await workbench.choose(workbench.explorerItem('many.coco.json'), 'Check Labels');
      await workbench.page
        .locator('.pane', { hasText: 'many.coco.json' })
        .locator('.message', { hasText: 'checked' })
        .waitFor({ timeout: 120_000 });
      await workbench.runCommand('Saliency Lens: Show Crops of a Class…');
      await workbench.page.locator('.quick-input-widget .monaco-list-row', { hasText: 'blue' }).click();
      const { frame } = new Panel(workbench);
      const count = frame.locator('[data-crops-count]');
      await count.waitFor({ timeout: 60_000 });
      expect(Number((await count.textContent())!.split(' ')[0])).toBe(CROPS);
      await frame.locator('.tile img').first().waitFor();
      await workbench.screenshot(screenshot('crops'));
      // The next ones are loaded while a person looks at the first.
      const AHEAD = 1500;
      const start = Date.now();
      const loaded = async () => Number(await count.getAttribute('data-crops-loaded'));
      await expect.poll(loaded, { timeout: 90_000, interval: 250 }).toBeGreaterThanOrEqual(AHEAD);
      const rate = (AHEAD / (Date.now() - start)) * 1000;
      // Then three screens in a second by the wheel, and jumps to far places.
      const figures = await frame.locator('.tiles').evaluate(async (tiles) => {
        const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
        const inView = () => {
          const view = tiles.getBoundingClientRect();
          return [...tiles.querySelectorAll('.tile')].filter((tile) => {
            const { top, bottom } = tile.getBoundingClientRect();
            return bottom > view.top && top < view.bottom;
          });
        };
        const blankNow = () => inView().filter((tile) => tile.hasAttribute('data-crop-blank')).length;
        const figures = { seen: 0, blank: 0, jumps: [] as number[] };
        for (let step = 0; step < 40; step++) {
          tiles.scrollTop += tiles.clientHeight / 2;
          await pause(167);
          figures.seen += inView().length;
          figures.blank += blankNow();
        }
        for (const share of [0.9, 0.5, 1, 0.7]) {
          tiles.scrollTop = share * (tiles.scrollHeight - tiles.clientHeight);
          const start = performance.now();
          await pause(20);
          while (blankNow() > 0 && performance.now() - start < 10_000) await pause(20);
          figures.jumps.push(performance.now() - start);
        }
        return figures;
      });
      const jumps = figures.jumps.map((ms) => ms.toFixed(0)).join(', ');
      say(
        `${CROPS} crops: ${rate.toFixed(0)} pictures a second; ${figures.seen} tiles seen while scrolling, ${figures.blank} of them blank; after a jump all are there in ${jumps} ms.`,
      );
      expect(figures.blank).toBe(0);
      expect(Math.max(...figures.jumps)).toBeLessThan(5000);
      expect(await frame.locator('.tile').count()).toBeLessThan(200);
    });

    test('a Parquet table opens as its images, and a finding of a row shows the image of that row', async () => {
      const { workbench } = vscode();
      await workbench.closeEditors();
      await workbench.collapse('squares');
      await workbench.expand('contained');
      await workbench.choose(workbench.explorerItem('embedded.parquet'), 'Explain Image');
      const panel = new Panel(workbench);
      await panel.shows('embedded.parquet/row1');
      await workbench.page.locator('.tab[aria-label^="Explain embedded.parquet/row1 (1/18)"]').waitFor();
      await panel.frame.locator('body').press('n');
      await panel.shows('embedded.parquet/row2');
      await workbench.screenshot(screenshot('parquet-images'));
      await workbench.closeEditors();
      await workbench.choose(workbench.explorerItem('embedded.parquet'), 'Check Labels');
      await findings().item('row8').click({ timeout: 120_000 });
      await new Panel(workbench).shows('embedded.parquet/row8');
      await workbench.screenshot(screenshot('parquet-finding'));
      // What the check shows about the set: all images of a colour are equal, and one of them has another label.
      await findings().ended();
      await workbench.runCommand('Notifications: Clear All Notifications').catch(() => {});
      const { keyboard } = workbench.page;
      await workbench.runCommand('Explorer: Focus on Label Findings View');
      await keyboard.press('End');
      await findings().item('Confused classes').click();
      const row = (label: string) => workbench.page.locator(`.monaco-list-row[aria-label^="${label}"]`);
      // The rows below come a moment later, and are out of sight.
      await expect
        .poll(() => keyboard.press('ArrowDown').then(() => row('dog → cow 1 image').count()), { timeout: 20_000 })
        .toBe(1);
      await keyboard.press('Home');
      await findings().item('Another class').click();
      await findings().item('Duplicate images').click();
      const equal = findings().item('row11 and 5 more');
      await equal.getByText('different labels · equal').waitFor();
      await equal.click();
      await row('row11 cow').click();
      await new Panel(workbench).shows('embedded.parquet/row11');
      await workbench.screenshot(screenshot('set-facts'));
    });

    test('a link that leads out of the workspace is read after one question, until the answer is taken back', async () => {
      const { workbench } = vscode();
      const { page } = workbench;
      const toast = page.locator('.notification-toast').filter({ hasText: 'outside the workspace' });
      await workbench.closeEditors();
      await workbench.runCommand('Notifications: Clear All Notifications').catch(() => {});
      await workbench.collapse('contained');
      await workbench.expand('linked');
      await workbench.choose(workbench.explorerItem('a.bmp'), 'Explain Image');
      const panel = new Panel(workbench);
      await toast.waitFor({ timeout: 60_000 });
      expect(await toast.textContent()).toMatch(
        /linked.annotations leads to .*store-\w+ outside the workspace\. Read files there\?/,
      );
      const drawn = async () =>
        (await panel.layer('annotations').count()) > 0 && (await panel.agreementRows()).length > 0;
      expect(await drawn()).toBe(false);
      await workbench.screenshot(screenshot('link-question'));
      await toast.getByRole('button', { name: 'Yes' }).click();
      await expect.poll(drawn, { timeout: 60_000 }).toBe(true);
      await workbench.screenshot(screenshot('link-allowed'));
      await workbench.runCommand('Saliency Lens: Forget Answers About Linked Folders…');
      const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'store-' });
      await row.click();
      await workbench.screenshot(screenshot('link-forget'));
      await page.keyboard.press('Enter');
      // The next look asks again, and reads nothing until then.
      await toast.waitFor({ timeout: 60_000 });
      await expect.poll(drawn, { timeout: 60_000 }).toBe(false);
    });
  },
);
