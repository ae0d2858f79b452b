// Where models run, as the status bar says it: the device, why it is no other, and another one by a click.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { explain } from './harness/panel.ts';
import { descendants } from './harness/processes.ts';
import { inVSCode, screenshot, vsix } from './harness/product.ts';

inVSCode(
  'devices',
  () => ({ vsix: [vsix()] }),
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
  },
);
