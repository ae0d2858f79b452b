// An untrusted folder: the image is shown, no model is opened before the user says so.
import fs from 'node:fs';
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

  test('shows the image and runs no model', async () => {
    const { workbench } = vscode();
    await workbench.expand('photos');
    await workbench.choose(workbench.explorerItem('chelsea.png'), 'Explain Image');
    const panel = new Panel(workbench);
    await untrusted(panel).waitFor();
    await panel.frame.locator('canvas[data-layer="image"][data-painted$="/chelsea.png"]').waitFor();
    expect(await panel.frame.locator('[data-class-index]').count()).toBe(0);
    expect(runtimeLoaded()).toBe(false);
    await workbench.screenshot(screenshot('untrusted'));
  });

  test('checks no labels, and says why in one sentence', async () => {
    const { workbench } = vscode();
    await workbench.runCommand('Saliency Lens: Check Labels');
    await expect
      .poll(async () => (await workbench.toasts()).join('\n'))
      .toMatch(/^This workspace is not trusted, so no model is opened\. Trust the workspace first/);
    expect(runtimeLoaded()).toBe(false);
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  test('runs it once the workspace is trusted', async () => {
    const { workbench } = vscode();
    const panel = new Panel(workbench);
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

  test('nothing left the machine, and no page threw', () => {
    expect(vscode().workbench.outside).toEqual([]);
    expect(vscode().workbench.errors).toEqual([]);
  });
});
