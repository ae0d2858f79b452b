// Label findings judged by the keyboard alone, and a label corrected in its file: the difference first, then exactly
// these bytes, and VS Code's undo. Fixtures are made here: coloured squares, and a network that sees their colours.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { COLOURS, cocoText, type Entry, writeColourModel, writeImage } from '../explainers/labelCheck/coloured.ts';
import { Findings } from './harness/findings.ts';
import { Panel } from './harness/panel.ts';
import { inVSCode, screenshot, vsix } from './harness/product.ts';

const FILE = 'labels.coco.json';
const MANY = 100;

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
  return folder;
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
      await workbench.runCommand('Notifications: Clear All Notifications').catch(() => {});
      await found.item('square0').click();
      const { keyboard } = workbench.page;
      const keys = ['r', 'w', 'u'] as const;
      const said = { r: 'right', w: 'wrong', u: 'unsure' } as const;
      const start = Date.now();
      for (let i = 0; i < MANY; i++) await keyboard.press(keys[i % 3]!);
      await expect.poll(() => verdicts().length, { timeout: 120_000 }).toBe(MANY);
      const each = (Date.now() - start) / MANY;
      console.log(`${MANY} verdicts by keys: ${each.toFixed(0)} ms each.`);
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
      await findings().item('square0').dblclick();
      const panel = new Panel(workbench);
      await panel.frame.locator('[data-finding]').first().waitFor({ timeout: 60_000 });
      const image = () => panel.frame.locator('canvas[data-layer="image"]').getAttribute('data-painted');
      await panel.frame.locator('[data-stage]').focus();
      const first = await image();
      await panel.frame.locator('[data-stage]').press('j');
      await expect.poll(image, { timeout: 30_000 }).not.toBe(first);
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
      const row = found.item(`green → ${colour}`);
      await row.waitFor({ timeout: 60_000 });
      await row.hover();
      await row.locator('.action-label[aria-label^="Fix Label"]').click();
      const choice = workbench.page.locator('.quick-input-widget .monaco-list-row', { hasText: `Change to ${colour}` });
      await choice.waitFor({ timeout: 30_000 });
      await workbench.screenshot(screenshot('fix-label-choice'));
      await choice.click();
      const diff = workbench.page.locator('.tab[aria-label*="Fix Label"]');
      await diff.waitFor({ timeout: 30_000 });
      await workbench.page.locator('.diff-editor, .monaco-diff-editor').first().waitFor();
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
  },
);
