// A runtime is installed from a package index on this machine: what is downloaded is shown first, it can be cancelled,
// and undone.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  goods,
  type LocalIndex,
  localIndex,
  noPip,
  onlyIndex,
  writeManifest,
} from '../explainers/runtimes/localIndex.ts';
import { inVSCode, noBrowser, product, screenshot, vsix } from './harness/product.ts';

const missing = noPip();
let index: LocalIndex;
const ware = missing || noBrowser() ? undefined : goods('test');
beforeAll(async () => {
  if (ware) index = await localIndex(ware);
});
afterAll(() => index?.close());

inVSCode(
  'runtimes',
  () => ({ vsix: [vsix()], env: index ? onlyIndex(index.url) : {} }),
  (vscode) => {
    const [first, second] = ['lens_first-1.0-py3-none-any.whl', 'lens_second-1.0-py3-none-any.whl'];
    const runtimes = () => path.join(vscode().server.userData, `User/globalStorage/${product}/runtimes`);
    const there = () => (fs.existsSync(runtimes()) ? fs.readdirSync(runtimes()) : []);
    const dialog = () => vscode().workbench.page.locator('.monaco-dialog-box');

    beforeEach(({ skip }) => {
      if (missing) skip(missing);
      // The manifest is data of the extension: here it lists the wheels of this machine's index.
      const extensions = path.join(vscode().server.root, 'extensions');
      const own = fs.readdirSync(extensions).find((name) => name.startsWith(product))!;
      writeManifest(path.join(extensions, own, 'media/runtimes/runtimes.json'), [ware!.runtime]);
    });

    const choose = async () => {
      const { workbench } = vscode();
      await workbench.runCommand('Saliency Lens: Install Runtime…');
      await workbench.page.locator('.quick-input-widget').getByText(ware!.runtime.title, { exact: true }).click();
      await dialog().getByText(`Install ${ware!.runtime.title}?`).waitFor();
    };

    test('first it is said what is downloaded, from where, how large and with which hash; nothing happens without a yes', async () => {
      const { workbench } = vscode();
      await choose();
      for (const said of ['the Python package index', '1 MB in all', 'SHA-256', runtimes()]) {
        await dialog().getByText(said).first().waitFor();
      }
      await workbench.page.locator('.tab[aria-label*="runtimes.json"]').waitFor();
      await expect
        .poll(() => workbench.page.locator('.editor-instance .view-lines').first().textContent())
        .toContain(ware!.runtime.wheels[0]!.sha256.slice(0, 12));
      await workbench.screenshot(screenshot('install-runtime'));
      await dialog().getByRole('button', { name: 'Cancel', exact: true }).click();
      await dialog().waitFor({ state: 'detached' });
      expect(index.asked).toEqual([]);
      expect(there()).toEqual([]);
    });

    test('a cancel in the middle of a download leaves nothing', async () => {
      const { workbench } = vscode();
      index.stall = second;
      await choose();
      await dialog().getByRole('button', { name: 'Install', exact: true }).click();
      await expect.poll(() => index.asked).toEqual([first, second]);
      await expect.poll(async () => (await workbench.toasts()).join()).toMatch(/Installing Libraries of the Test/);
      await workbench.screenshot(screenshot('installing-runtime'));
      const toast = workbench.page.locator('.notification-toast', { hasText: 'Installing Libraries' });
      await toast.getByRole('button', { name: 'Cancel', exact: true }).click();
      await expect.poll(there).toEqual([]);
    });

    test('it is installed into the extension’s storage, and undone', async () => {
      const { workbench } = vscode();
      index.stall = undefined;
      await choose();
      await dialog().getByRole('button', { name: 'Install', exact: true }).click();
      await expect
        .poll(() => workbench.toasts(), { timeout: 60_000 })
        .toContainEqual(expect.stringContaining('Libraries of the Test is installed.'));
      expect(there()).toEqual(['test']);
      expect(fs.statSync(path.join(runtimes(), 'test/lib/libone.so')).size).toBe(300_000);
      await workbench.screenshot(screenshot('installed-runtime'));
      const toast = workbench.page.locator('.notification-toast', { hasText: 'is installed' });
      await toast.getByRole('button', { name: 'Undo', exact: true }).click();
      await expect.poll(there).toEqual([]);
      await expect
        .poll(() => workbench.toasts())
        .toContainEqual(expect.stringContaining('Libraries of the Test is removed.'));
    });
  },
);
