// An untrusted folder: the image is shown, no model is opened before the user says so. Trust is given to a folder for
// good, so the test that gives it opens one of its own.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Panel } from './harness/panel.ts';
import { descendants } from './harness/processes.ts';
import { inVSCode, screenshot, vsix } from './harness/product.ts';

const options = () => ({
  vsix: [vsix()],
  workspaceTrust: true,
  settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
});

const untrusted = (panel: Panel) => panel.frame.locator('[data-message]').filter({ hasText: 'not trusted' });

inVSCode('an untrusted workspace', options, (vscode) => {
  /** Has any process of this VS Code the runtime loaded that models run in? (Linux tells; elsewhere nobody can say.) */
  const runtimeLoaded = () =>
    descendants(vscode().server.pid).some(({ pid }) => {
      try {
        return fs.readFileSync(`/proc/${pid}/maps`, 'utf8').includes('onnxruntime');
      } catch {
        return false;
      }
    });

  let shown: string | undefined;

  /**
   * The window on the workspace or a copy of it, where no explainer of another folder is left. Who gives trust takes a
   * copy.
   */
  async function inFolder(name?: string): Promise<void> {
    const { workbench, folder } = vscode();
    const wanted = name === undefined ? folder : path.join(path.dirname(folder), name);
    if (!fs.existsSync(wanted)) fs.cpSync(folder, wanted, { recursive: true });
    if ((shown ?? folder) !== wanted) await workbench.openFolder(wanted);
    shown = wanted;
    await expect.poll(runtimeLoaded, { timeout: 60_000 }).toBe(false);
  }

  /** A panel of an image, before the folder is trusted. */
  async function untrustedPanel(): Promise<Panel> {
    const { workbench } = vscode();
    await workbench.expand('photos');
    await workbench.choose(workbench.explorerItem('chelsea.png'), 'Explain Image');
    const panel = new Panel(workbench);
    await untrusted(panel).waitFor();
    return panel;
  }

  test('a click on a model says that it is not opened, and opens none', async () => {
    await inFolder();
    const { workbench } = vscode();
    await workbench.closeEditors();
    await workbench.expand('photos');
    await workbench.explorerItem('efficientnet-lite0.onnx').click();
    const page = workbench.webview('saliency-lens.saliency-lens');
    await page.locator('[data-model-editor="untrusted"]').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    expect(runtimeLoaded()).toBe(false);
    await workbench.closeEditors();
  });

  test('shows the image and runs no model', async () => {
    const { workbench } = vscode();
    await inFolder();
    const panel = await untrustedPanel();
    await panel.frame.locator('canvas[data-layer="image"][data-painted$="/chelsea.png"]').waitFor();
    expect(await panel.frame.locator('[data-class-index]').count()).toBe(0);
    expect(runtimeLoaded()).toBe(false);
    await workbench.screenshot(screenshot('untrusted'));
  });

  test('checks no labels, and says why in one sentence', async () => {
    const { workbench } = vscode();
    await inFolder();
    await workbench.runCommand('Saliency Lens: Check Labels');
    await expect
      .poll(async () => (await workbench.toasts()).join('\n'))
      .toMatch(/^This workspace is not trusted, so no model is opened\. Trust the workspace first/);
    expect(runtimeLoaded()).toBe(false);
  });

  test('runs it once the workspace is trusted', async () => {
    const { workbench } = vscode();
    await inFolder('trusted');
    const panel = await untrustedPanel();
    await untrusted(panel).locator('vscode-button').click();
    // VS Code's own page on trust
    const trust = workbench.page.locator('.workspace-trust-editor');
    await trust.getByRole('button', { name: 'Trust', exact: true }).click();
    await trust.getByText('You trust this folder').waitFor();
    await workbench.page.keyboard.press('Escape');
    await panel.shows('chelsea.png');
    await panel.classRow('cat').waitFor();
    if (process.platform === 'linux') expect(runtimeLoaded()).toBe(true);
  });
});
