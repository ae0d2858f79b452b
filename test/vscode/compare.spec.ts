// Comparing and taking away: the grid, the split view, VS Code's own menu on the picture, a saved picture and map, and
// the command line that makes the same map.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { explain } from './harness/panel.ts';
import { inVSCode, screenshot, staged, vsix } from './harness/product.ts';

inVSCode(
  'comparing',
  () => ({ vsix: [vsix()] }),
  (vscode) => {
    const opened = () => explain(vscode().workbench, 'photos', 'coffee.png');

    test('a grid of methods and classes fills, and a click shows one picture alone', async () => {
      const { workbench } = vscode();
      const panel = await opened();
      await panel.toggleMethod('gradient');
      await panel.heatmap('gradient').waitFor({ state: 'attached', timeout: 60_000 });
      await panel.frame.locator('[data-layout=grid]').click();
      const tiles = panel.frame.locator('[data-pane] canvas[data-painted^="heatmap:"]');
      await expect.poll(() => tiles.count(), { timeout: 90_000 }).toBe(6);
      await workbench.screenshot(screenshot('grid'));
      await panel.frame.locator('[data-pane^="gradient:"] [role=button]').nth(1).click();
      await panel.frame.locator('canvas[data-layer=heatmap][data-painted^="heatmap:gradient:"]').waitFor();
      await panel.frame.locator('[data-layout=split]').click();
      await panel.frame.locator('.left-side[data-painted^="heatmap:gradCam:"]').waitFor();
      await panel.frame.locator('.right-side[data-painted^="heatmap:gradient:"]').waitFor();
      await panel.frame.locator('[data-divider]').press('ArrowLeft');
      await workbench.screenshot(screenshot('split'));
    });

    test('the menu on the picture holds what can be taken, and nothing that is dead', async () => {
      const { workbench } = vscode();
      const panel = await opened();
      const items = await workbench.contextMenu(panel.frame.locator('[data-stage]'));
      await workbench.screenshot(screenshot('picture-menu'));
      await workbench.closeMenu();
      expect(items).toEqual(
        expect.arrayContaining(['Copy Picture', 'Save Picture as PNG…', 'Save Raw Map (.npy)…', 'Copy CLI Command']),
      );
      for (const dead of ['Cut', 'Copy', 'Paste']) expect(items).not.toContain(dead);
    });

    test('a picture, a report and a map are saved where the user says, and the copied command makes the same map', {
      timeout: 240_000,
    }, async () => {
      const { workbench, folder } = vscode();
      await opened();
      const save = async (command: string, name: string) => {
        const file = path.join(folder, name);
        await workbench.runCommand(`Saliency Lens: ${command}`);
        const input = workbench.page.locator('.quick-input-widget .quick-input-filter input');
        // The dialog proposes a name; what was typed before that would be lost.
        await expect.poll(() => input.inputValue().catch(() => ''), { timeout: 30_000 }).toMatch(/coffee\.png\./);
        await input.fill(file);
        await expect.poll(() => input.inputValue()).toBe(file);
        await workbench.page.keyboard.press('Enter');
        await expect.poll(() => fs.existsSync(file), { timeout: 30_000 }).toBe(true);
        return fs.readFileSync(file);
      };
      const png = await save('Save Picture as PNG…', 'taken.png');
      expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([600, 400]);
      const report = (await save('Save Report (HTML)…', 'taken.html')).toString();
      expect(report).toContain('espresso');
      const npy = await save('Save Raw Map (.npy)…', 'taken.npy');
      await workbench.runCommand('Saliency Lens: Copy CLI Command');
      const clipboard = () => workbench.page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(clipboard, { timeout: 30_000 }).toMatch(/^npx saliency-lens explain /);
      // As it was copied, but for the package, which is not installed here.
      const line = (await clipboard()).replace(
        /^npx saliency-lens/,
        `"${process.execPath}" "${staged()}/bin/saliency-lens.cjs"`,
      );
      const out = path.join(folder, 'run');
      fs.mkdirSync(out);
      // As in a terminal: npm, which runs the tests, names another folder there.
      const { INIT_CWD: _, ...env } = process.env;
      execFileSync('bash', ['-c', line], { cwd: out, stdio: 'pipe', env });
      const made = fs.readdirSync(path.join(out, 'explained')).filter((name) => name.endsWith('.npy'));
      expect(made).toHaveLength(1);
      expect(fs.readFileSync(path.join(out, 'explained', made[0]!)).equals(npy)).toBe(true);
    });

    test('numbers are on the clipboard with what they belong to', async () => {
      const { workbench } = vscode();
      await opened();
      await workbench.runCommand('Saliency Lens: Copy Numbers as Markdown');
      const clipboard = () => workbench.page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(clipboard, { timeout: 30_000 }).toMatch(/^# espresso in /);
      expect(await clipboard()).toMatch(/Model SHA-256: [0-9a-f]{64}/);
    });
  },
);
