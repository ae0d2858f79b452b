// What changes on disk while a panel is open: the files that a card names, the model, the image's name. And the panel's
// own size.
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { Panel } from './harness/panel.ts';
import { inVSCode, screenshot, vsix } from './harness/product.ts';

inVSCode(
  'files that change under a panel',
  () => ({ vsix: [vsix()] }),
  (vscode) => {
    /** ImageNet's 1000 classes, of which one has its name. */
    const LABELS = Array.from({ length: 1000 }, (_, index) => (index === 967 ? 'espresso' : `thing ${index}`));

    /** A folder of its own with an image, a model and a card whose labels lie in labels.txt. */
    async function ownFolder(name: string, labels = LABELS) {
      const { folder, workbench } = vscode();
      const own = path.join(folder, name);
      const at = (file: string) => path.join(own, file);
      fs.rmSync(own, { recursive: true, force: true });
      fs.mkdirSync(own);
      fs.copyFileSync(path.join(folder, 'photos/coffee.png'), at('coffee.png'));
      fs.copyFileSync(path.join(folder, 'photos/efficientnet-lite0.onnx'), at('net.onnx'));
      const text = fs.readFileSync(path.join(folder, 'photos/efficientnet-lite0.explain.json'), 'utf8');
      const { input } = parse(text) as { input: unknown };
      fs.writeFileSync(at('net.explain.json'), JSON.stringify({ model: 'net.onnx', labels: 'labels.txt', input }));
      const write = (list: string[]) => fs.writeFileSync(at('labels.txt'), `${list.join('\n')}\n`);
      write(labels);
      await workbench.explorerItem(name).waitFor();
      return { at, write };
    }

    /** A panel of the folder's image, of which something may be wrong. */
    async function opened(name: string): Promise<Panel> {
      const { workbench } = vscode();
      await workbench.closeEditors();
      for (const other of ['photos', 'corrected', 'training', 'renamed', 'moved']) await workbench.collapse(other);
      await workbench.expand(name);
      await workbench.choose(workbench.explorerItem('coffee.png'), 'Explain Image');
      return new Panel(workbench);
    }

    const image = (panel: Panel, name: string) =>
      panel.frame.locator(`canvas[data-layer="image"][data-painted$="/${name}"]`).waitFor({ state: 'attached' });
    const problem = (panel: Panel) => panel.frame.locator('[data-error]:visible').first();

    test('the panel is in view again after it was narrow, scrolled, and wide', async () => {
      const { workbench } = vscode();
      const panel = await opened('photos');
      await panel.shows('coffee.png');
      await panel.toggleMethod('lime');
      await panel
        .method('lime')
        .getByRole('button', { name: /^Parameters/ })
        .click();
      const place = () =>
        panel.frame.locator('[data-stage]').evaluate((stage) => ({
          taller: document.documentElement.scrollHeight - window.innerHeight,
          scrolled: document.documentElement.scrollTop + document.body.scrollTop,
          top: Math.min(0, Math.round(stage.getBoundingClientRect().top)),
          narrow: window.innerWidth <= 640,
        }));
      await panel.frame.getByRole('button', { name: 'card', exact: true }).click();
      const tab = workbench.page.locator('.tab[aria-label*="efficientnet-lite0.explain.json"]');
      await tab.waitFor();
      await expect.poll(async () => (await place()).narrow).toBe(true);
      await panel.frame.locator('.sidebar').hover({ position: { x: 60, y: 60 } });
      await workbench.page.mouse.wheel(0, 3000);
      await expect.poll(async () => (await place()).scrolled).toBeGreaterThan(100);
      await tab.click();
      await workbench.runCommand('View: Close Editor');
      await expect.poll(async () => (await place()).narrow).toBe(false);
      expect(await place()).toEqual({ taller: 0, scrolled: 0, top: 0, narrow: false });
      await workbench.screenshot(screenshot('wide-again'));
    });

    test('a label file with a line too few is read again when it is corrected, and when it changes', async () => {
      const { workbench } = vscode();
      const { write } = await ownFolder('corrected', LABELS.slice(0, 999));
      const panel = await opened('corrected');
      await expect.poll(() => problem(panel).textContent()).toMatch(/999 labels/);
      write(LABELS);
      await panel.classRow('espresso').waitFor({ timeout: 30_000 });
      await panel.shows('coffee.png');
      write(LABELS.map((label) => (label.includes('espresso') ? 'a small coffee' : label)));
      await panel.classRow('a small coffee').waitFor({ timeout: 30_000 });
      expect(await panel.notice('modelChanged').textContent()).toMatch(/^labels\.txt has changed/);
      await workbench.screenshot(screenshot('labels-changed'));
    });

    test('a model that is written again is named as such, and the line goes with the model', async () => {
      const { at, write } = await ownFolder('training');
      fs.writeFileSync(at('other.explain.json'), fs.readFileSync(at('net.explain.json'), 'utf8'));
      const panel = await opened('training');
      await panel.shows('coffee.png');
      fs.writeFileSync(at('net.onnx'), fs.readFileSync(at('net.onnx')));
      await expect.poll(() => panel.notice('modelChanged').textContent()).toMatch(/^net\.onnx has changed/);
      write(LABELS); // the card's labels change too: it is them that are named now
      await expect.poll(() => panel.notice('modelChanged').textContent()).toMatch(/^labels\.txt has changed/);
      await panel.frame.getByRole('combobox', { name: 'Model' }).selectOption({ label: 'other.explain.json' });
      await panel.frame.locator('[data-notice]').waitFor({ state: 'detached' });
    });

    test('an image that is renamed in the Explorer is followed', async () => {
      const { workbench } = vscode();
      await ownFolder('renamed');
      const panel = await opened('renamed');
      await panel.shows('coffee.png');
      await workbench.choose(workbench.explorerItem('coffee.png'), 'Rename...');
      const input = workbench.page.locator('.explorer-item-edited input');
      await input.waitFor();
      await input.fill('latte.png');
      await input.press('Enter');
      await image(panel, 'latte.png');
      await workbench.page.locator('.tab[aria-label^="Explain latte.png"]').waitFor();
      expect(await panel.frame.locator('[data-error]:visible').count()).toBe(0);
      expect(await panel.notice('imageChanged').count()).toBe(0);
      await workbench.screenshot(screenshot('renamed'));
    });

    test('an image that is renamed on the disk is followed; for a removed one only the error is shown', async () => {
      const { workbench } = vscode();
      const { at } = await ownFolder('moved');
      const panel = await opened('moved');
      await panel.shows('coffee.png');
      fs.renameSync(at('coffee.png'), at('mocha.png'));
      await image(panel, 'mocha.png');
      expect(await panel.frame.locator('[data-error]:visible').count()).toBe(0);
      fs.rmSync(at('mocha.png'));
      await expect.poll(() => problem(panel).textContent()).toMatch(/does not exist/);
      expect(await panel.notice('imageChanged').count()).toBe(0);
      await workbench.screenshot(screenshot('removed'));
    });
  },
);
