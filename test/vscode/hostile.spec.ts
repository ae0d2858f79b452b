// A folder from somebody else: names that hold links, control characters and marks that turn a text; a pipe in the
// place of labels; a model that takes the runtime down. Each gets a clear message, and the next image works.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { explain, Panel } from './harness/panel.ts';
import { descendants } from './harness/processes.ts';
import { inVSCode, screenshot, vsix } from './harness/product.ts';
import { root } from './harness/tools.ts';

const LINK = '[fix](command:workbench.action.terminal.new)';
const NAMES = {
  link: LINK,
  control: 'bell\u0007 escape\u001b[31m',
  direction: 'gnp.\u202Eexe \u2066x',
};

inVSCode(
  'a folder from somebody else',
  () => ({ vsix: [vsix()] }),
  (vscode) => {
    /** A folder with an image and nothing that explains it. */
    function hostile(name: string, image: string): { readonly folder: string; readonly at: (file: string) => string } {
      const folder = path.join(vscode().folder, name);
      const at = (file: string) => path.join(folder, file);
      fs.mkdirSync(folder, { recursive: true });
      fs.copyFileSync(path.join(vscode().folder, 'photos/coffee.png'), at(image));
      return { folder, at };
    }

    const model = () => path.join(vscode().folder, 'photos/efficientnet-lite0.onnx');

    /** Opens a file that no test could name in the Explorer. */
    async function opened(folder: string, image: string): Promise<Panel> {
      const { workbench } = vscode();
      await workbench.closeEditors();
      await workbench.expandPart(folder);
      await workbench.choose(workbench.explorerPart(image), 'Explain Image');
      return new Panel(workbench);
    }

    async function theNextWorks(): Promise<void> {
      const panel = await explain(vscode().workbench, 'photos', 'chelsea.png');
      await panel.classRow('cat').waitFor();
    }

    test.each([
      ['a link', 'link', NAMES.link],
      ['control characters', 'characters', NAMES.control],
      ['marks of text direction', 'direction', NAMES.direction],
    ])('names that hold %s are texts, in the panel and in notifications', async (_, part, name) => {
      const { workbench } = vscode();
      const folder = `zz-${part}-${name}`;
      const { at } = hostile(folder, `yy-${name}.png`);
      fs.copyFileSync(model(), at('net.onnx'));
      const panel = await opened(`zz-${part}-`, 'yy-');
      await panel.heatmap().waitFor({ state: 'attached', timeout: 60_000 });
      const title =
        (await workbench.page.locator('.tab[aria-label^="Explain"]').first().getAttribute('aria-label')) ?? '';
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
      expect(title).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]|\]\(/);
      // A notification with the folder's name: it has no images when its only one is gone.
      fs.rmSync(at(`yy-${name}.png`));
      await workbench.closeEditors();
      await workbench.choose(workbench.explorerPart(`zz-${part}-`), 'Explain Images in Folder');
      const toast = workbench.page.locator('.notification-toast .notification-list-item-message').last();
      await toast.filter({ hasText: 'There are no images in' }).waitFor();
      expect(await toast.locator('a').count()).toBe(0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
      expect(await toast.textContent()).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]|\]\(/);
      await workbench.screenshot(screenshot(`hostile-${part}`));
      await workbench.runCommand('Notifications: Clear All Notifications');
      fs.rmSync(path.join(vscode().folder, folder), { recursive: true });
      await theNextWorks();
    });

    test.skipIf(process.platform === 'win32')('a card with a named pipe as labels is refused by name', async () => {
      const { at, folder } = hostile('pipe', 'image.png');
      execFileSync('mkfifo', [at('labels.txt')]);
      fs.copyFileSync(model(), at('net.onnx'));
      fs.writeFileSync(at('net.explain.json'), JSON.stringify({ model: 'net.onnx', labels: 'labels.txt' }));
      const panel = await opened('pipe', 'image.png');
      const problem = panel.frame.locator('[data-error="card"]').first();
      await problem.waitFor({ timeout: 60_000 });
      expect(await problem.textContent()).toMatch(/labels\.txt/);
      await vscode().workbench.screenshot(screenshot('hostile-pipe'));
      await theNextWorks();
      fs.rmSync(folder, { recursive: true });
    });

    test('a model that the runtime would not survive is refused by name, before it runs', async () => {
      const { at, folder } = hostile('fatal', 'image.png');
      fs.copyFileSync(path.join(root, 'test/fixtures/hostile/convKernelContradicted.onnx'), at('net.onnx'));
      const panel = await opened('fatal', 'image.png');
      const problem = panel.frame.locator('[data-error="model"]:visible').first();
      await problem.waitFor({ timeout: 60_000 });
      const text = (await problem.textContent()) ?? '';
      expect(text).toMatch(/Conv/);
      expect(text).not.toMatch(/onnxruntime_src|std::|defect/);
      expect(await panel.notice('explainerStopped').count()).toBe(0);
      await vscode().workbench.screenshot(screenshot('hostile-model'));
      await theNextWorks();
      fs.rmSync(folder, { recursive: true });
    });

    // No model is known to us that still ends the runtime: the process is ended from outside as the runtime ends it, by
    // SIGABRT in the middle of a run.
    test.skipIf(process.platform === 'win32')('an abort in the middle of a run is said once, and the next image works', async () => {
      const { at, folder } = hostile('aborted', 'image.png');
      fs.copyFileSync(model(), at('net.onnx'));
      const panel = await opened('aborted', 'image.png');
      await panel.heatmap().waitFor({ state: 'attached', timeout: 60_000 });
      await panel.toggleMethod('lime');
      await panel.refining('lime').waitFor({ state: 'attached', timeout: 150_000 });
      const explainers = () =>
        descendants(vscode().server.pid).filter(
          ({ command, state }) => /explainer\.cjs/.test(command) && !state.startsWith('Z'),
        );
      const [running] = explainers();
      process.kill(running!.pid, 'SIGABRT');
      await panel.notice('explainerStopped').waitFor();
      expect(await panel.notice('explainerStopped').textContent()).toMatch(/explainer process .*SIGABRT/);
      expect(await panel.frame.getByText('SIGABRT').locator('visible=true').count()).toBe(1);
      await vscode().workbench.screenshot(screenshot('hostile-abort'));
      await panel.toggleMethod('lime');
      await theNextWorks();
      expect(explainers().map(({ pid }) => pid)).not.toContain(running!.pid);
      fs.rmSync(folder, { recursive: true });
    }); // biome-ignore format: the title
  },
);
