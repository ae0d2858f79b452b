// Where models run, as the status bar says it: the device, why it is no other, and another one by a click. And what
// models become: an export of their explanation, and an import from Python, for which a program stands in; and a model
// of Keras, which opens as it is.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answersIn, giving, noStandIn, standIn } from '../explainers/python/standIn.ts';
import { kerasFiles } from '../reference/kerasFiles.ts';
import { explain } from './harness/panel.ts';
import { descendants } from './harness/processes.ts';
import { inVSCode, screenshot, vsix } from './harness/product.ts';

/** A folder with a program that stands in for Python. */
const bin = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-python-'));
beforeAll(async () => {
  const about = { labels: ['cat', 'dog', 'bird'] };
  const answers = await answersIn(path.join(bin, 'answers'));
  standIn(
    bin,
    'python3',
    `if (job.function === 'nets:make') {${giving(answers, about)}}
else say({ ask: 'function', found: ['9 values'] });`,
  );
});
afterAll(() => fs.rmSync(bin, { recursive: true, force: true }));

inVSCode(
  'devices',
  () => ({ vsix: [vsix()], settings: { 'saliencyLens.import.python': path.join(bin, 'python3') } }),
  (vscode) => {
    const bar = () => vscode().workbench.page.locator('.statusbar-item[id$="saliencyLens.device"]');
    const said = async () => (await bar().locator('a').first().getAttribute('aria-label')) ?? '';
    const explainer = () =>
      descendants(vscode().server.pid).find(
        ({ command, state }) => /explainer\.cjs/.test(command) && !state.startsWith('Z'),
      )?.pid;

    test('the status bar names the model and its device, and why it is on no other', async () => {
      const panel = await explain(vscode().workbench, 'photos', 'coffee.png');
      await panel.classRow('espresso').waitFor();
      await bar().waitFor();
      expect(await bar().textContent()).toContain('CPU');
      expect(await said()).toMatch(/runs on CPU \(ONNX Runtime 1\./);
      if (process.platform === 'linux' && process.arch === 'x64') expect(await said()).toMatch(/Not on WebGPU: \w/);
      await vscode().workbench.screenshot(screenshot('device'));
    });

    test('another device is chosen by a click, and what is shown is computed again', async () => {
      const { workbench } = vscode();
      const panel = await explain(workbench, 'photos', 'coffee.png');
      await panel.heatmap().waitFor({ state: 'attached' });
      const before = explainer();
      await bar().click();
      const box = workbench.page.locator('.quick-input-widget');
      await box.getByText('The processor', { exact: true }).click();
      await expect.poll(said).not.toMatch(/Not on WebGPU/);
      await expect.poll(explainer).not.toBe(before);
      await panel.heatmap().waitFor({ state: 'attached' });
      expect(await said()).toMatch(/runs on CPU/);
      await bar().click();
      await box.getByText('The fastest device that gives the numbers of the CPU', { exact: true }).click();
      await expect.poll(said).toMatch(process.platform === 'linux' ? /Not on|compared|runs on/ : /runs on/);
    });

    test('a model and its explanation are written as one file, by a right-click on the model', async () => {
      const { folder, workbench } = vscode();
      const out = path.join(folder, 'photos/efficientnet-lite0.explained.onnx');
      await workbench.expand('photos');
      await workbench.choose(workbench.explorerItem('efficientnet-lite0.onnx'), 'Export Explanation as ONNX…');
      const box = workbench.page.locator('.quick-input-widget');
      await box.getByText('HiResCAM', { exact: true }).click();
      await workbench.screenshot(screenshot('export-methods'));
      await box.getByRole('button', { name: 'OK', exact: true }).click();
      // Where the file goes: VS Code's own dialog, with the name filled in.
      await expect.poll(() => box.locator('input').first().inputValue()).toBe(out);
      await box.getByRole('button', { name: 'OK', exact: true }).click();
      await expect
        .poll(() => workbench.toasts(), { timeout: 60_000 })
        .toContainEqual(expect.stringMatching(/efficientnet-lite0\.explained\.onnx is written: \d+\.\d MB/));
      await workbench.screenshot(screenshot('exported'));
      expect(fs.statSync(out).size).toBeGreaterThan(1e6);
    });

    test.skipIf(noStandIn)(
      'a PyTorch file is imported by a right-click, once its script was shown, and then explains an image',
      async () => {
        const { folder, workbench } = vscode();
        const own = path.join(folder, 'torch');
        fs.mkdirSync(own);
        fs.copyFileSync(path.join(folder, 'photos/coffee.png'), path.join(own, 'cup.png'));
        fs.writeFileSync(path.join(own, 'net.pth'), 'weights');
        await workbench.closeEditors();
        await workbench.collapse('photos');
        await workbench.expand('torch');
        await workbench.choose(workbench.explorerItem('net.pth'), 'Import Model from Python…');
        const dialog = workbench.page.locator('.monaco-dialog-box');
        await dialog.getByText('Run this script to import the PyTorch file net.pth?').waitFor();
        await dialog.getByText(`The interpreter is ${path.join(bin, 'python3')}.`).waitFor();
        await workbench.page.locator('.tab[aria-label*="import_model.py"]').waitFor();
        await workbench.screenshot(screenshot('import-script'));
        expect(fs.existsSync(path.join(own, 'net.onnx'))).toBe(false);
        await dialog.getByRole('button', { name: 'Run Script', exact: true }).click();
        const box = workbench.page.locator('.quick-input-widget');
        await box.getByText('Name the function that builds it').waitFor();
        await box.locator('input').first().fill('nets:make');
        await workbench.page.keyboard.press('Enter');
        await expect
          .poll(() => workbench.toasts(), { timeout: 60_000 })
          .toContainEqual(expect.stringMatching(/net\.onnx gives the same numbers .* task: multi-class, a guess/));
        await workbench.screenshot(screenshot('imported'));
        const panel = await explain(workbench, 'torch', 'cup.png');
        await panel.heatmap().waitFor({ state: 'attached' });
        expect((await panel.scores()).join()).toMatch(/cat|dog|bird/);
        await workbench.screenshot(screenshot('imported-heatmap'));
      },
    );

    test('an image next to a .keras file is explained by a right-click, and what was guessed is shown', async () => {
      const { folder, workbench } = vscode();
      const own = path.join(folder, 'keras');
      fs.mkdirSync(own);
      fs.copyFileSync(path.join(folder, 'photos/coffee.png'), path.join(own, 'film.png'));
      fs.copyFileSync(path.join(kerasFiles(), 'densenet.keras'), path.join(own, 'findings.keras'));
      await workbench.closeEditors();
      for (const other of ['photos', 'torch']) await workbench.collapse(other);
      await workbench.expand('keras');
      const panel = await explain(workbench, 'keras', 'film.png');
      await panel.heatmap().waitFor({ state: 'attached' });
      expect((await panel.scores()).length).toBeGreaterThan(1);
      const guesses = panel.frame.locator('[data-guesses]');
      await guesses.locator('summary').click();
      const text = await guesses.textContent();
      expect(text).toMatch(/preprocess_input does in the mode ‘torch’/);
      expect(text).toMatch(/task: multi-label, because the model ends in sigmoid/);
      await workbench.screenshot(screenshot('keras-heatmap'));
    });
  },
);
