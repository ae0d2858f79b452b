// The whole way on the packaged extension: right-click → scores and overlay → toggles → crash → reload. Each test opens
// a panel of its own, so that any of them runs alone.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { kerasFiles } from '../reference/kerasFiles.ts';
import { explain, Panel } from './harness/panel.ts';
import { descendants } from './harness/processes.ts';
import { inVSCode, screenshot, vsix } from './harness/product.ts';

const item = 'Explain Image';

inVSCode(
  'explaining an image',
  () => ({ vsix: [vsix()] }),
  (vscode) => {
    const explorer = (name: string) => vscode().workbench.explorerItem(name);
    const explained = (image = 'coffee.png', folder = 'photos') => explain(vscode().workbench, folder, image);
    const explainers = () =>
      descendants(vscode().server.pid).filter(
        ({ command, state }) => /explainer\.cjs/.test(command) && !state.startsWith('Z'),
      );

    test('the menu offers it for images and for nothing else', async () => {
      const { workbench, folder } = vscode();
      fs.writeFileSync(path.join(folder, 'photos/notes.txt'), 'not an image\n');
      await workbench.expand('photos');
      await explorer('notes.txt').waitFor();
      expect(await workbench.contextMenu(explorer('coffee.png'))).toContain(item);
      await workbench.closeMenu();
      expect(await workbench.contextMenu(explorer('notes.txt'))).not.toContain(item);
      await workbench.closeMenu();
    });

    test('a click brings the image, its scores and its heatmap', async () => {
      const { workbench, server } = vscode();
      const panel = await explained();
      const row = panel.classRow('espresso');
      await row.waitFor();
      expect(await row.getAttribute('data-class-index')).toBe('967');
      expect(await row.getAttribute('data-predicted')).not.toBeNull();
      expect(await row.getAttribute('data-mark')).toBe('drawn');
      expect((await panel.pixels('image')).painted).toBeGreaterThan(10_000);
      expect((await panel.pixels('heatmap')).painted).toBeGreaterThan(1000);
      // Where the time went, for npm run bench -- click.
      expect(server.channelLog('Saliency Lens')).toMatch(/heatmap is painted, ms: .*\bheatmap painted \d+/);
      await workbench.screenshot(screenshot('explain'));
    });

    test('a toggle of the overlay changes the pixels, and back', async () => {
      const panel = await explained();
      const before = await panel.pixels('heatmap');
      await panel.toggleMethod('gradCam');
      await panel.heatmap().waitFor({ state: 'detached' });
      expect((await panel.pixels('heatmap')).sum).not.toBe(before.sum);
      await panel.toggleMethod('gradCam');
      await panel.heatmap().waitFor({ state: 'attached' });
      await expect.poll(() => panel.pixels('heatmap')).toEqual(before);
      // Another method looks different.
      await panel.toggleMethod('gradient');
      await panel.heatmap('gradient').waitFor({ state: 'attached' });
      await expect.poll(() => panel.pixels('heatmap').then(({ sum }) => sum)).not.toBe(before.sum);
      await vscode().workbench.screenshot(screenshot('two-methods'));
      await panel.toggleMethod('gradient');
      await panel.heatmap('gradient').waitFor({ state: 'detached' });
    });

    test('LIME is painted while it is refined; it can be cancelled, and kept as it is', {
      timeout: 400_000,
    }, async () => {
      const { workbench } = vscode();
      const panel = await explained();
      await panel.toggleMethod('gradCam');
      await panel.toggleMethod('lime');
      // So many that no machine is done before it is stopped; the first map comes after a tenth.
      const form = panel.method('lime').getByRole('button', { name: 'Parameters' });
      await form.click();
      const samples = panel.frame.locator('[data-parameter="lime.samples"] input');
      await samples.fill('15000');
      await samples.press('Enter');
      await form.click();
      await panel.refining('lime').waitFor({ state: 'attached', timeout: 150_000 });
      expect((await panel.pixels('heatmap')).painted).toBeGreaterThan(1000);
      await workbench.screenshot(screenshot('refining'));
      await panel.frame.locator('[data-method-cancel="lime"]').click();
      await panel.frame.locator('[data-method="lime"][data-method-status="failed"]').waitFor();
      await panel.refining('lime').waitFor({ state: 'detached' });
      await panel.method('lime').getByText('Run it').click();
      await panel.frame.locator('[data-method-keep="lime"]').click({ timeout: 150_000 });
      await panel.heatmap('lime').waitFor({ state: 'attached', timeout: 30_000 });
      const share = Number(await panel.method('lime').locator('[data-partial]').getAttribute('data-partial'));
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(1);
      await panel.frame.locator('[data-superpixel-view="lime.best"] + span').click();
      await panel.frame.locator('canvas[data-painted*="best:lime:"]').waitFor({ state: 'attached' });
      await workbench.screenshot(screenshot('superpixels'));
    });

    test('LRP is painted, with how much of the logit it hands back', async () => {
      const panel = await explained();
      await panel.toggleMethod('lrp');
      await panel.heatmap('lrp').waitFor({ state: 'attached', timeout: 60_000 });
      expect((await panel.pixels('heatmap')).painted).toBeGreaterThan(1000);
      const conserved = await panel.method('lrp').locator('[data-figure=conservation]').getAttribute('data-value');
      expect(Number.isFinite(Number(conserved))).toBe(true);
    });

    test('the annotation lies where the annotation file says, and can be hidden', async () => {
      const panel = await explained();
      await expect.poll(() => panel.pixels('annotations').then((pixels) => pixels.painted)).toBeGreaterThan(100);
      const { sides, middle, moved } = await panel.boxOpacity('annotations', [203, 94, 168, 100]);
      expect(sides).toEqual([1, 1, 1, 1]);
      expect(middle).toBe(0);
      expect(moved).toBe(0);
      const painted = () => panel.pixels('annotations').then((pixels) => pixels.painted);
      await panel.frame.locator('[data-annotations-toggle]').click();
      await expect.poll(painted).toBe(0);
      await panel.frame.locator('[data-annotations-toggle]').click();
      await expect.poll(painted).toBeGreaterThan(100);
    });

    test('the agreement is that of the heatmap and the box', async () => {
      const panel = await explained();
      expect(await panel.agreement('pointingGame')).toBe(1);
      expect(await panel.agreement('iou')).toBeGreaterThan(0.3);
      expect(await panel.agreement('energyPointing')).toBeGreaterThan(0.2);
    });

    test('the table has a row per method, and the best of each number', async () => {
      const { workbench } = vscode();
      const panel = await explained();
      await expect.poll(() => panel.agreementRows()).toEqual(['gradCam', 'wholeImage', 'random']);
      await panel.toggleMethod('gradient');
      await panel.heatmap('gradient').waitFor({ state: 'attached' });
      await expect.poll(() => panel.agreementRows()).toEqual(['gradCam', 'gradient', 'wholeImage', 'random']);
      const best = panel.frame.locator('[data-agreement-row="gradCam"] [data-metric="iou"][data-best]');
      await best.waitFor({ state: 'attached' });
      await workbench.screenshot(screenshot('agreement'));
      await panel.toggleMethod('gradient');
      await panel.heatmap('gradient').waitFor({ state: 'detached' });
    });

    test('the threshold moves the outline on the image and the numbers together, and Otsu brings both back', async () => {
      const { workbench } = vscode();
      const panel = await explained();
      const iou = () => panel.agreement('iou');
      await expect.poll(() => panel.pixels('outline').then(({ painted }) => painted)).toBeGreaterThan(100);
      const before = { pixels: await panel.pixels('outline'), iou: await iou() };
      expect(before.pixels.painted).toBeGreaterThan(100);
      await panel.threshold.fill('80');
      await expect.poll(iou).not.toBe(before.iou);
      const high = await panel.pixels('outline');
      expect(high.sum).not.toBe(before.pixels.sum);
      expect(high.painted).toBeLessThan(before.pixels.painted);
      await workbench.screenshot(screenshot('threshold'));
      await panel.frame.locator('[data-threshold-otsu]').click();
      await expect.poll(iou).toBe(before.iou);
      await expect.poll(() => panel.pixels('outline')).toEqual(before.pixels);
    });

    test('the prediction is judged next to the annotation', async () => {
      const panel = await explained();
      expect(await panel.classRow('espresso').getAttribute('data-outcome')).toBe('right');
    });

    test('faithfulness is measured on request, with its curves', { timeout: 300_000 }, async () => {
      const { workbench } = vscode();
      const panel = await explained();
      await panel.frame.locator('[data-section=faithfulness] h2 .section-toggle').click();
      await panel.frame.locator('[data-assess="gradCam"]').click();
      const deletion = panel.frame.locator('[data-assessed="gradCam"] [data-assessment="deletion"]');
      await deletion.waitFor({ timeout: 240_000 });
      const value = Number(await deletion.getAttribute('data-value'));
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(1);
      expect(await panel.frame.locator('[data-curves="deletion insertion"] path').count()).toBe(2);
      await panel.frame.locator('[data-assessed="gradCam"]').scrollIntoViewIfNeeded();
      await workbench.screenshot(screenshot('faithfulness'));
      // What is still being measured is stopped; what ends meanwhile takes its button along, so there is nothing to
      // wait for.
      const cancels = panel.frame.locator('[data-assess-cancel="gradCam"]');
      await cancels.evaluateAll((buttons) => {
        for (const button of buttons) (button as HTMLElement).click();
      });
      await panel.frame.locator('[data-section=faithfulness] h2 .section-toggle').click();
    });

    test('a killed explainer process is said, and the next request works', async () => {
      const { workbench } = vscode();
      const panel = await explained();
      const before = explainers();
      expect(before).toHaveLength(1);
      process.kill(before[0]!.pid, 'SIGKILL');
      const notice = panel.frame.locator('[data-notice="explainerStopped"]');
      await notice.waitFor();
      expect(await notice.textContent()).toMatch(/explainer process/i);
      await workbench.screenshot(screenshot('killed'));
      await panel.toggleMethod('inputXGradient');
      await panel.heatmap('inputXGradient').waitFor({ state: 'attached', timeout: 60_000 });
      const after = explainers();
      expect(after).toHaveLength(1);
      expect(after[0]!.pid).not.toBe(before[0]!.pid);
    });

    test('the panel comes back after the window was reloaded', async () => {
      const { workbench } = vscode();
      const panel = await explained();
      // Another than the usual: what VS Code stored earlier looks otherwise.
      const on = ['gradCam', 'inputXGradient'];
      await panel.toggleMethod('inputXGradient');
      await panel.heatmap('inputXGradient').waitFor({ state: 'attached' });
      expect(await panel.methodsOn()).toEqual(expect.arrayContaining(on));
      await workbench.storedPanel(`"methods":${JSON.stringify(on)}`);
      await workbench.reload();
      await panel.shows('coffee.png');
      await panel.shows('coffee.png', 'inputXGradient');
      await panel.classRow('espresso').waitFor();
      expect((await panel.methodsOn()).sort()).toEqual(on);
      await workbench.screenshot(screenshot('reloaded'));
    });

    test('a panel that was hidden comes back with the same view', async () => {
      const { workbench } = vscode();
      const panel = await explained();
      await panel.toggleMethod('gradient');
      await panel.heatmap('gradient').waitFor({ state: 'attached' });
      const before = await panel.pixels('heatmap');
      await workbench.explorerItem('README.md').first().click();
      await workbench.page.locator('.tab[aria-label^="README.md"]').waitFor();
      await workbench.page.locator('.tab[aria-label^="Explain coffee.png"]').click();
      await panel.shows('coffee.png');
      await panel.heatmap('gradient').waitFor({ state: 'attached' });
      expect((await panel.methodsOn()).sort()).toEqual(['gradCam', 'gradient']);
      await expect.poll(() => panel.pixels('heatmap')).toEqual(before);
    });

    test('a model that changes on disk is explained again', async () => {
      const { workbench, folder } = vscode();
      const panel = await explained();
      const card = path.join(folder, 'photos/efficientnet-lite0.explain.json');
      const text = fs.readFileSync(card, 'utf8');
      const score = () => panel.frame.locator('[data-class-index]').first().textContent();
      const before = await score();
      expect(before).toContain('espresso');
      // The reverse order of channels: the same model sees another picture.
      expect(text).toMatch(/"input": \{/);
      fs.writeFileSync(
        card,
        text.replace('"input": {', '"input": { "channels": "bgr",').replace('"channels": "rgb",', ''),
      );
      await panel.frame.locator('[data-notice="modelChanged"]').waitFor();
      await expect.poll(score, { timeout: 30_000 }).not.toBe(before);
      await workbench.screenshot(screenshot('model-changed'));
      await panel.frame.getByRole('button', { name: 'Compare with before' }).click();
      await panel.frame.locator('[data-score-pair]').first().scrollIntoViewIfNeeded();
      await panel.frame.locator('[data-layout=split]').click();
      await panel.frame.locator('.left-side[data-painted^="heatmap:gradCam:"]').waitFor({ timeout: 30_000 });
      await panel.frame.locator('.right-side[data-painted^="heatmap:gradCam:"]').waitFor({ timeout: 30_000 });
      await workbench.screenshot(screenshot('before-after'));
      fs.writeFileSync(card, text);
      await expect.poll(score, { timeout: 30_000 }).toBe(before);
    });

    test('a DICOM radiograph: its class, its six drawn masses, its numbers', async () => {
      const { workbench } = vscode();
      const panel = await explained('RG1_J2KI.dcm', 'chest-xray');
      await panel.classRow('Mass').waitFor();
      await expect.poll(() => panel.layer('annotations').getAttribute('data-painted')).toBe('6');
      const { sides } = await panel.boxOpacity('annotations', [290, 610, 275, 195]);
      expect(Math.min(...sides)).toBeGreaterThan(0.9);
      await expect.poll(() => panel.agreement('pointingGame')).toBe(0);
      await workbench.screenshot(screenshot('radiograph'));
      await workbench.closeEditors();
      await explorer('RG1_J2KI.dcm').click();
      const tab = workbench.page.locator('.tab[aria-label^="RG1_J2KI.dcm"]');
      await tab.waitFor();
      await workbench.runCommand('View: Reopen Editor With...');
      await workbench.page
        .locator('.quick-input-list .label-name', { hasText: /^Saliency Lens$/ })
        .first()
        .click();
      await panel.shows('RG1_J2KI.dcm');
      await panel.classRow('Mass').waitFor();
      // The tab is the file's own, and there is no panel.
      expect(await workbench.page.locator('.editor-group-container .tab').count()).toBe(1);
      expect(await tab.count()).toBe(1);
      await workbench.screenshot(screenshot('reopened'));
    });

    test('a text file named .png gets one clear sentence, and nothing else is lost', async () => {
      const { workbench, folder } = vscode();
      fs.writeFileSync(path.join(folder, 'photos/broken.png'), 'this is no picture\n');
      await workbench.closeEditors();
      await workbench.expand('photos');
      await explorer('broken.png').waitFor();
      await workbench.choose(explorer('broken.png'), item);
      const panel = new Panel(workbench);
      const problem = panel.frame.locator('[data-error="image"]').first();
      await problem.waitFor();
      expect(await problem.textContent()).toMatch(/broken\.png/);
      await workbench.screenshot(screenshot('bad-image'));
    });

    test('N walks through the folder, and the panel is reused until it is kept', async () => {
      const { workbench } = vscode();
      const panel = await explained('camera.png');
      const tab = (name: string) => workbench.page.locator(`.tab[aria-label^="Explain ${name}"]`);
      await panel.frame.locator('body').press('n');
      await panel.shows('chelsea.png');
      await panel.frame.locator('body').press('ArrowLeft');
      await panel.shows('camera.png');
      await workbench.choose(explorer('coffee.png'), item);
      await panel.shows('coffee.png');
      expect(await tab('').count()).toBe(1);
      await workbench.screenshot(screenshot('preview'));
      await workbench.page.locator('.editor-actions [aria-label^="Keep Panel Open"]').click();
      await workbench.choose(explorer('camera.png'), item);
      await panel.shows('camera.png');
      await expect.poll(() => tab('').count()).toBe(2);
    });

    test('a path in a Python file shows the image, its classes and the heatmap', async () => {
      const { workbench, folder } = vscode();
      fs.writeFileSync(
        path.join(folder, 'photos/train.py'),
        'from PIL import Image\n\ncup = Image.open("coffee.png")\n',
      );
      await explained();
      await explorer('train.py').click();
      const text = workbench.page.locator('.view-line span', { hasText: /^"?coffee\.png"?$/ }).last();
      await text.hover();
      const pictures = workbench.page.locator('.monaco-hover img');
      await pictures.nth(1).waitFor({ timeout: 30_000 });
      const said = await workbench.page.locator('.monaco-hover').first().textContent();
      expect(said).toMatch(/coffee\.png.·.600.×.400.·.png[\s\S]*espresso[\s\S]*Grad-CAM.of.espresso/);
      const widths = await pictures.evaluateAll((all) => all.map((each) => (each as HTMLImageElement).naturalWidth));
      expect(widths).toEqual([240, 240]);
      await workbench.screenshot(screenshot('hover'));
    });

    test('a model opens as what it is, and is set up where a wrong preprocessing is seen', {
      timeout: 300_000,
    }, async () => {
      const { workbench, folder } = vscode();
      const bare = path.join(folder, 'photos/bare');
      fs.mkdirSync(bare);
      fs.copyFileSync(path.join(folder, 'photos/efficientnet-lite0.onnx'), path.join(bare, 'net.onnx'));
      fs.copyFileSync(path.join(folder, 'photos/coffee.png'), path.join(bare, 'cup.png'));
      await workbench.closeEditors();
      await workbench.expand('photos');
      await workbench.expandPart('bare');
      await explorer('net.onnx').click();
      const page = workbench.webview('saliency-lens.saliency-lens');
      await page.locator('[data-model-editor="open"]').waitFor({ timeout: 60_000 });
      expect(await page.locator('[data-method="gradCam"]').getAttribute('data-runs')).toBe('yes');
      expect(await page.locator('[data-grad-cam-layer]').count()).toBeGreaterThan(10);
      await workbench.screenshot(screenshot('model-editor'));
      fs.copyFileSync(path.join(kerasFiles(), 'densenet.keras'), path.join(bare, 'findings.keras'));
      await explorer('findings.keras').click();
      await page.getByRole('heading', { name: 'findings.keras' }).waitFor({ timeout: 60_000 });
      expect(await page.locator('[data-method="lrp"]').getAttribute('data-runs')).toBe('yes');
      expect(await page.locator('[data-grad-cam-layer]').count()).toBeGreaterThan(1);
      await workbench.screenshot(screenshot('model-editor-keras'));
      await workbench.runCommand('View: Close Editor');
      await explorer('net.onnx').click();
      await page.getByRole('heading', { name: 'net.onnx' }).waitFor();
      await page.getByRole('button', { name: 'Set Up Model…' }).click();
      await page.locator('[data-set-up="open"]').waitFor({ timeout: 60_000 });
      await page.locator('[data-trials="done"]').waitFor({ timeout: 120_000 });
      await workbench.screenshot(screenshot('set-up'));
      const row = page.locator('tr', { hasText: 'Inception' }).filter({ hasText: 'RGB' });
      await row.locator('.trial').nth(1).click();
      const draft = page.locator('[data-card-text]');
      await expect.poll(() => draft.textContent()).toContain('"scale": 127.5');
      await expect
        .poll(() => page.locator('[data-best-classes] li').first().textContent(), { timeout: 30_000 })
        .toContain('espresso');
      await page.locator('h2', { hasText: 'The usual' }).scrollIntoViewIfNeeded();
      await workbench.screenshot(screenshot('set-up-trials'));
      await page.getByRole('button', { name: 'Write Card' }).click();
      await page.getByText('Written.', { exact: true }).waitFor();
      expect(JSON.parse(fs.readFileSync(path.join(bare, 'net.explain.json'), 'utf8'))).toEqual({
        model: 'net.onnx',
        input: { resize: 'crop', scale: 127.5, mean: 1 },
      });
      fs.rmSync(bare, { recursive: true });
    });

    test('the first steps open an image that comes with the extension', async () => {
      const { workbench } = vscode();
      await workbench.closeEditors();
      await workbench.runCommand('Saliency Lens: Show Welcome');
      const sample = workbench.page.getByRole('button', { name: 'Explain Sample Image' });
      await sample.waitFor({ timeout: 30_000 });
      await workbench.screenshot(screenshot('welcome'));
      await sample.click();
      const panel = new Panel(workbench);
      await panel.shows('coffee.jpg');
      await panel.classRow('espresso').waitFor();
      await workbench.screenshot(screenshot('sample'));
    });

    test('the page on a method is in the package', async () => {
      const { workbench } = vscode();
      const panel = await explained();
      await panel.method('lrp').getByRole('button', { name: 'Parameters' }).click();
      await panel.frame.locator('[data-method-page="lrp"]').click();
      const page = workbench.webview('vscode.markdown-language-features');
      await page.getByRole('heading', { name: 'LRP', exact: true }).waitFor();
      await workbench.screenshot(screenshot('method-page'));
    });
  },
);
