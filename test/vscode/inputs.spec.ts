// A model with a second input: the form in the panel shows the value of the image's row in a table, another value runs
// the model again, and a changed table is read again.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { explain } from './harness/panel.ts';
import { inVSCode, screenshot, vsix } from './harness/product.ts';

inVSCode(
  'a model with further inputs',
  () => ({ vsix: [vsix()] }),
  (vscode) => {
    test('its form shows the sentence of an image; another one changes scores and map', {
      timeout: 300_000,
    }, async () => {
      const { workbench, folder } = vscode();
      const panel = await explain(workbench, 'image-text', '00.png');
      const first = () => panel.frame.locator('[data-class-index]').first().textContent();
      const form = panel.frame.locator('[data-input=tokens]');
      const sentence = panel.frame.getByRole('textbox', { name: 'tokens' });
      await expect.poll(() => sentence.inputValue()).toBe('please in a triangle red');
      await expect.poll(first).toMatch(/^neither/);
      await expect.poll(() => form.textContent()).toMatch(/From sentences\.csv, line 2, column sentence/);
      const before = await panel.pixels('heatmap');
      expect(before.painted).toBeGreaterThan(0);
      await sentence.fill('a yellow circle');
      await sentence.press('Enter');
      await expect.poll(first).toMatch(/^colour and shape/);
      await panel.frame.locator('canvas[data-layer=heatmap][data-painted="heatmap:gradCam:3"]').waitFor();
      expect((await panel.pixels('heatmap')).sum).not.toBe(before.sum);
      await workbench.screenshot(screenshot('further-inputs'));
      await form.getByRole('button', { name: /^tokens: back to please/ }).click();
      await expect.poll(first).toMatch(/^neither/);
      // The table is one of the model's files, which the panel watches.
      const table = path.join(folder, 'image-text/sentences.csv');
      fs.writeFileSync(table, fs.readFileSync(table, 'utf8').replace('please in a triangle red', 'a yellow square'));
      await expect.poll(() => sentence.inputValue(), { timeout: 60_000 }).toBe('a yellow square');
      await expect.poll(first).toMatch(/^colour only/);
    });
  },
);
