import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cocoText, writeColourModel, writeImage } from '../labelCheck/coloured.ts';
import { cli } from './cli.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-terminal-'));
const at = (...steps: string[]) => path.join(folder, ...steps);
const run = (args: readonly string[], more: Parameters<typeof cli>[1] = {}) => cli(args, { cwd: folder, ...more });
const screen = { columns: 80, colours: false };
const CARD = ['--model', 'colours.explain.json'];

beforeAll(() => {
  writeColourModel(folder);
  for (const name of ['a.bmp', 'b.bmp', 'c.bmp']) writeImage(at(name), { red: [4, 3, 12] });
  for (const name of ['a', 'b'])
    writeFileSync(at(`${name}.json`), cocoText([{ name: `${name}.bmp`, boxes: [['red', [4, 3, 12]]] }]));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('on a terminal', () => {
  test.each([
    ['inspect', ['inspect', 'colours.explain.json'], /Layers for Grad-CAM\n {2} {2}layer/],
    ['predict', ['predict', 'a.bmp', ...CARD], /^a\.bmp\n {4}class +score\n {2}\* red +0\.974 +█/],
    ['explain', ['explain', 'a.bmp', ...CARD], /\* red[\s\S]*The map was not saved; --out DIR writes it/],
    ['agree', ['agree', 'a.bmp', ...CARD, '--annotations', 'a.json'], /class +score +pointingGame +energyPointing +iou +auc/],
    ['check', ['check', ...CARD, '--annotations', 'a.json', '--images', 'a.bmp'], /^$/],
  ])('%s prints what a person reads; --json the lines for programs', async (_, args, page) => {
    const shown = await run(args, { screen });
    expect(shown.stdout).toMatch(page);
    const json = await run([...args, '--json'], { screen });
    expect(json.stdout).toBe((await run(args)).stdout);
    expect((await run([...args, '--text'])).stdout).toMatch(page);
  }); // biome-ignore format: one line

  test('what failed is reported once, in the page', async () => {
    const { code, stdout, stderr } = await run(['predict', 'gone.bmp', 'a.bmp', ...CARD], { screen });
    expect(code).toBe(1);
    expect(stdout).toMatch(/gone\.bmp\n {2}gone\.bmp does not exist/);
    expect(stderr).not.toContain('gone.bmp');
  });

  test('names with escapes and direction marks are written out, everywhere', async () => {
    const name = 'x\u001b]0;title\u0007\u009b2J\u202egnp\nSaliency Lens: all is well.bmp';
    copyFileSync(at('a.bmp'), at(name));
    const runs = await Promise.all([
      run(['predict', name, `gone${name}`, ...CARD], { screen, interactive: true }),
      run(['explain', name, ...CARD, '--out', 'escaped'], { interactive: true }),
      run(['explain', 'a.bmp', ...CARD, '--method', name]),
      run(['explain', 'a.bmp', ...CARD, `--${name}`]),
      run(['inspect', `${name}.onnx`]),
      run(['agree', name, ...CARD, '--annotations', `${name}.json`]),
    ]);
    for (const { stdout, stderr } of runs) {
      const own = stderr.replaceAll('\r\u001b[K', '');
      expect(`${stdout}${own}`.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      expect(`${stdout}${own}`).not.toMatch(/^Saliency Lens: all is well/m);
    }
    expect(runs[1]!.lines[0]!.image).toBe(name);
  });
});

describe('several paths after one flag', () => {
  test('annotation files behind --annotations, images behind them or before', async () => {
    const both = await run(['agree', 'a.bmp', 'b.bmp', ...CARD, '--annotations', 'a.json', 'b.json']);
    expect([both.code, both.lines.map(({ agreement }) => agreement.length > 0)]).toEqual([0, [true, true]]);
    const behind = await run(['agree', '--annotations', 'a.json', 'b.json', 'a.bmp', 'b.bmp', ...CARD]);
    expect(behind.stdout).toBe(both.stdout);
    const again = await run(['agree', '--annotations', 'a.json', '--annotations', 'b.json', ...CARD, 'a.bmp', 'b.bmp']);
    expect(again.stdout).toBe(both.stdout);
  });

  test('methods behind --method; images and annotation files of check', async () => {
    const { lines } = await run(['explain', '--method', 'gradient', 'gradCam', 'a.bmp', ...CARD, '--class', 'red']);
    expect(lines[0]!.maps.map(({ method }) => method)).toEqual(['gradient', 'gradCam']);
    const checked = await run(['check', '--images', 'a.bmp', 'b.bmp', '--annotations', 'a.json', 'b.json', ...CARD]);
    expect(checked.stderr).toContain('2 images checked.');
  });
});

describe('a model that is not named', () => {
  test('the only card near the images is taken, and that is said', async () => {
    const { code, stderr } = await run(['predict', 'a.bmp']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('The model is colours.explain.json, the only model card near'),
    ]);
  });

  test('several are listed; none is said; the nearest folder counts', async () => {
    mkdirSync(at('set', 'models'), { recursive: true });
    copyFileSync(at('a.bmp'), at('set', 'a.bmp'));
    expect((await run(['predict', 'set/a.bmp'])).code).toBe(0);
    for (const name of ['one', 'two']) copyFileSync(at('colours.onnx'), at('set', 'models', `${name}.onnx`));
    const { code, stderr } = await run(['predict', 'set/a.bmp']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/several near the images: set.models.one\.onnx, set.models.two\.onnx\./),
    ]);
    writeColourModel(at('set', 'models'));
    expect((await run(['predict', 'set/a.bmp'])).stderr).toContain('The model is set');
  });
});

describe('what matched nothing', () => {
  test('agree: images in no file, images that are nowhere, labels of no class, files that are not there', async () => {
    writeFileSync(at('odd.json'), cocoText([{ name: 'a.bmp', boxes: [['red', [4, 3, 12]]] }, { name: 'nowhere.bmp', boxes: [['mauve' as 'red', [4, 3, 12]]] }])); // biome-ignore format: one line
    const { code, stderr } = await run(['agree', 'a.bmp', 'b.bmp', ...CARD, '--annotations', 'odd.json', 'gone.json']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/1 of 2 images are in no annotation file: "b\.bmp"/);
    expect(stderr).toContain('odd.json: 1 of its 2 images were not found nearby: "nowhere.bmp"');
    expect(stderr).toContain('gone.json');
  });

  test.each([
    ['one file that lists no labels', ['objects.csv'], 'objects.csv'],
    ['several files', ['objects.csv', 'more.csv'], '2 annotation files'],
  ])(
    'labels of no class of images that are not in the run: %s, by every verb that reads it',
    async (_, files, where) => {
      const boxes = 'filename,class,xmin,ymin,xmax,ymax\na.bmp,red,4,3,12,12\nb.bmp,mauve,4,3,12,12\n';
      for (const name of files) writeFileSync(at(name), boxes);
      for (const verb of [
        ['agree', 'a.bmp'],
        ['explain', 'a.bmp'],
        ['check', '--images', 'a.bmp'],
      ]) {
        const { stderr } = await run([...verb, ...CARD, '--annotations', ...files]);
        expect(stderr).toContain(`${where}: labels that match no class of the model: "mauve"`);
      }
    },
  );

  test.each([
    [['agree', 'c.bmp', ...CARD, '--annotations', 'a.json'], /Nothing was compared because no annotation file mentions the image: "c\.bmp"/],
    [['agree', 'a.bmp', ...CARD, '--annotations', 'gone.json'], /nothing to compare with because none of the annotation files can be used: .*gone\.json/],
    [['check', ...CARD, '--images', 'c.bmp'], /Nothing was checked because no annotation file that lists an image was found/],
    [['check', ...CARD, '--annotations', 'gone.json'], /Nothing was checked because none of the images of the annotation files \(gone\.json\)/],
    [['check', ...CARD, '--images', 'gone.bmp', '--annotations', 'a.json'], /Nothing was checked because none of the images could be checked/],
    [['check', ...CARD, '--images', 'empty'], /There are no images to check in .*empty/],
    [['agree', 'a.bmp', ...CARD, '--annotations', 'empty'], /no file of an annotation format was found where annotations were named\./],
    [['predict', 'empty', ...CARD], /The folder 'empty' holds no images/],
    [['explain', 'empty', ...CARD], /The folder 'empty' holds no images/],
  ])('%j: exit code 2 with the reason', async (args, reason) => {
    mkdirSync(at('empty'), { recursive: true });
    const { code, stderr } = await run(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(reason)]);
  }); // biome-ignore format: one line
});
