// A seeded wrong label, from Check Labels to a verdict that is still there after a reload. Each test runs the check
// itself; the journal knows what the model said, so that only the first of them runs it.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Findings } from './harness/findings.ts';
import { Panel } from './harness/panel.ts';
import { descendants } from './harness/processes.ts';
import { inVSCode, screenshot, vsix } from './harness/product.ts';

const file = 'photos.coco.json';
const image = 'chelsea.png';
/** The box around the cat, as the file writes it, and with another category: espresso. */
const box = '{"id": 3, "image_id": 3, "category_id": 3,';
const wrong = box.replace('"category_id": 3', '"category_id": 4');

/** 200 photos of a cat, with a COCO file and the model card of the photos: enough to do something in the meantime. */
function writeMany(folder: string): void {
  const many = path.join(folder, 'many');
  fs.mkdirSync(many);
  const images = Array.from({ length: 200 }, (_, id) => ({ id, file_name: `cat${id}.png`, width: 451, height: 300 }));
  for (const { file_name } of images) fs.linkSync(path.join(folder, 'photos', image), path.join(many, file_name));
  const categories = [{ id: 1, name: 'tiger cat' }];
  const annotations = images.map(({ id }) => ({ id, image_id: id, category_id: 1, bbox: [0, 0, 402, 300] }));
  fs.writeFileSync(path.join(many, 'many.json'), JSON.stringify({ images, categories, annotations }));
  const card = fs.readFileSync(path.join(folder, 'photos/efficientnet-lite0.explain.json'), 'utf8');
  const moved = card.replace('"efficientnet-lite0.onnx"', '"../photos/efficientnet-lite0.onnx"');
  fs.writeFileSync(path.join(many, 'cats.explain.json'), moved.replace('photos.coco.json', 'many.json'));
}

inVSCode(
  'checking labels',
  () => ({ vsix: [vsix()] }),
  (vscode) => {
    const annotations = () => path.join(vscode().folder, 'photos', file);
    const reviews = () => `${annotations()}.review.jsonl`;
    const verdicts = () => fs.readFileSync(reviews(), 'utf8').trimEnd().split('\n');
    const findings = () => new Findings(vscode().workbench);
    const seededLine = () =>
      fs
        .readFileSync(annotations(), 'utf8')
        .split('\n')
        .findIndex((line) => line.includes(wrong)) + 1;

    /**
     * The folder with the wrong label in it, of which nothing is known: no findings, verdicts, editors or
     * notifications.
     */
    async function seeded(): Promise<void> {
      const { workbench } = vscode();
      await workbench.closeEditors();
      if ((await workbench.toasts()).length > 0) await workbench.runCommand('Notifications: Clear All Notifications');
      await findings().clear();
      fs.rmSync(reviews(), { force: true });
      const text = fs.readFileSync(annotations(), 'utf8');
      expect(text.includes(box) || text.includes(wrong)).toBe(true);
      if (text.includes(box)) fs.writeFileSync(annotations(), text.replace(box, wrong));
      await workbench.expand('photos');
      await workbench.explorerItem(file).waitFor();
    }

    /** The same, after Check Labels. */
    async function checked(): Promise<Findings> {
      const { workbench } = vscode();
      await seeded();
      await workbench.choose(workbench.explorerItem(file), 'Check Labels');
      const found = findings();
      await found.item('espresso').waitFor({ timeout: 120_000 });
      await found.showProblems();
      await found.problem('espresso').waitFor();
      return found;
    }

    /** The panel of the image with the wrong label, by a click on the problem. */
    async function clicked(): Promise<Panel> {
      const found = await checked();
      await found.problem('espresso').click();
      const panel = new Panel(vscode().workbench);
      await panel.shows(image);
      return panel;
    }

    /** The same, after the verdict that it is a cat. */
    async function judged(): Promise<Panel> {
      const panel = await clicked();
      const inPanel = panel.finding('espresso');
      await inPanel.locator('input').fill('it is a cat');
      await inPanel.locator('[data-verdict="wrong"]').click();
      await findings().item('label is wrong').waitFor();
      return panel;
    }

    test('is offered for folders and annotation files, and for nothing else', async () => {
      const { workbench } = vscode();
      await seeded();
      for (const [name, offered] of [
        ['photos', true],
        [file, true],
        ['efficientnet-lite0.explain.json', false],
        [image, false],
      ] as const) {
        const isOffered = async () => {
          const labels = await workbench.contextMenu(workbench.explorerItem(name));
          await workbench.closeMenu();
          return labels.includes('Check Labels');
        };
        // It waits for the look at whether there is a model in the workspace.
        await expect.poll(isOffered, { message: name, timeout: 20_000 }).toBe(offered);
      }
    });

    test('shows the wrong label on its line in the Problems panel, and marks its image in the Explorer and no other', async () => {
      const { workbench } = vscode();
      const found = await checked();
      const problem = found.problem('espresso');
      expect(await problem.textContent()).toContain(`Ln ${seededLine()}, Col 1`);
      expect(await problem.textContent()).toContain('Saliency Lens');
      await expect.poll(() => workbench.badge(image)).toBe('⚑');
      expect(await workbench.badge('photos')).not.toContain('⚑');
      expect(await workbench.badge('rocket.jpg')).toBe('');
    });

    test('a click on the problem shows that image and that class next to the line', async () => {
      const { workbench } = vscode();
      const panel = await clicked();
      await panel.frame.locator('[data-class-index="967"][aria-selected="true"]').waitFor();
      await workbench.page.locator('.editor-container .view-line').first().waitFor();
      await workbench.screenshot(screenshot('check-labels'));
    });

    test('a verdict is written down next to the annotation file, which stays as it is; somebody else’s takes its place', async () => {
      const { workbench } = vscode();
      await judged();
      const lines = verdicts();
      expect(lines).toHaveLength(1);
      expect(JSON.parse(lines[0]!)).toMatchObject({
        image,
        class: 'espresso',
        annotationId: '3',
        verdict: 'wrong',
        note: 'it is a cat',
        modelSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(fs.readFileSync(annotations(), 'utf8')).toContain(wrong);
      await expect.poll(() => workbench.badge(image)).toBe('');
      fs.appendFileSync(
        reviews(),
        `${JSON.stringify({ ...JSON.parse(lines[0]!), verdict: 'right', note: 'of two minds' })}\n`,
      );
      await findings().item('label is right').waitFor();
      await findings().problem('espresso').waitFor({ state: 'detached' });
    });

    test('it is still there after a reload: in the tree, in the Problems panel and in the file', async () => {
      const { workbench } = vscode();
      await judged();
      await workbench.storedPanel('"chosen":967');
      await workbench.reload();
      const found = findings();
      await found.item('label is wrong').waitFor({ timeout: 60_000 }); // of a whole start
      await found.showProblems();
      await found.problem('it is a cat').waitFor();
      expect(verdicts()).toHaveLength(1);
      // The selection of the line came back too, and opened no second panel.
      await new Panel(workbench).frame.locator(`canvas[data-painted$="/${image}"]`).waitFor({ timeout: 60_000 });
      expect(await workbench.page.locator('.tab[aria-label^="Explain chelsea.png"]').count()).toBe(1);
      await workbench.screenshot(screenshot('check-labels-reloaded'));
    });

    test('a verdict may be given by the buttons of the view', async () => {
      const found = await checked();
      await found.act('espresso', 'Label Is Wrong');
      await found.item('label is wrong').waitFor();
      await found.problem('Judged wrong').waitFor();
      expect(verdicts()).toHaveLength(1);
    });

    test('a corrected annotation file is checked again by itself', async () => {
      const found = await checked();
      const text = fs.readFileSync(annotations(), 'utf8');
      fs.writeFileSync(annotations(), text.replace(wrong, box));
      await found.item('espresso').waitFor({ state: 'detached', timeout: 60_000 });
    });

    test('goes on where it was when the explainer process is killed; a panel works in the meantime', async () => {
      const { workbench, folder, server } = vscode();
      await seeded();
      writeMany(folder);
      await workbench.explorerItem('many').waitFor();
      await workbench.choose(workbench.explorerItem('many'), 'Check Labels');
      const toast = (text: RegExp) => workbench.page.locator('.notification-toast').filter({ hasText: text });
      await toast(/ of 200/).waitFor();
      await workbench.choose(workbench.explorerItem('coffee.png'), 'Explain Image');
      const panel = new Panel(workbench);
      await panel.frame.locator('canvas[data-painted$="/coffee.png"]').waitFor({ timeout: 60_000 });
      await panel.shows('coffee.png');
      await toast(/ of 200/).waitFor();
      const [explainer] = descendants(server.pid).filter(({ command }) => /explainer\.cjs/.test(command));
      process.kill(explainer!.pid, 'SIGKILL');
      const stopped = toast(/The results so far are saved; check again to continue/);
      await stopped.waitFor();
      await workbench.screenshot(screenshot('check-labels-stopped'));
      await stopped.getByRole('button', { name: 'Check Again' }).click();
      await toast(/in 200 images\./).waitFor({ timeout: 120_000 });
      const logs = server.logs().map(({ text }) => text);
      const resumed = [...logs.join('\n').matchAll(/200 images, (\d+)/g)].map((match) => Number(match[1]));
      expect(resumed).toHaveLength(1);
      expect(resumed[0]).toBeGreaterThan(0);
      fs.rmSync(path.join(folder, 'many'), { recursive: true });
    });
  },
);
