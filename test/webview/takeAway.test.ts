import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import type { TakeAway } from '../../src/explainers/protocol/takeAway.ts';
import { readNpy } from '../../src/explainers/tensor/npy.ts';
import { CHROMIUM, type OpenOptions } from './page/browser.ts';
import { settled, usePages } from './page/pages.ts';
import { makeScene } from './page/scene.ts';

vi.mock('vscode', () => ({}));

// What is taken out of the page is opened again, and holds what the page showed.

const pages = usePages();

async function open(options: OpenOptions = {}): Promise<Page> {
  const { page } = await pages.open(options);
  await page.locator('canvas[data-layer=heatmap][data-painted^="heatmap"]').waitFor();
  await settled(page);
  return page;
}

interface Asked {
  readonly name: string;
  readonly base64: string;
  readonly text: string;
  readonly args: readonly string[];
}

/** What the page hands to the host when the user asks for this. */
async function taken(page: Page, what: TakeAway): Promise<Asked> {
  const method = what.startsWith('save') ? 'saveFile' : what === 'copyCommand' ? 'copyCommand' : 'copyText';
  await page.evaluate((id) => {
    window.host.asked.splice(0);
    window.host.notify('command', { id });
  }, what);
  await page.waitForFunction((name) => window.host.asked.some((each) => each.method === name), method);
  return page.evaluate(async (name) => {
    const { params } = window.host.asked.findLast((each) => each.method === name)! as unknown as {
      params: { name: string; bytes?: Uint8Array<ArrayBuffer>; text?: string; args?: string[] };
    };
    let base64 = '';
    for (const byte of params.bytes ?? []) base64 += String.fromCharCode(byte);
    const text = params.text ?? (params.bytes ? new TextDecoder().decode(params.bytes) : '');
    return { name: params.name, base64: btoa(base64), text, args: params.args ?? [] };
  }, method);
}

/** The pixels of a picture, as the browser draws it at its own size, at these points. */
async function pixels(page: Page, url: string, points: readonly (readonly [number, number])[]): Promise<number[][]> {
  return page.evaluate(
    async ([url, points]) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = image.naturalWidth;
      canvas.height = image.naturalHeight;
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      return [[canvas.width, canvas.height], ...points.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data])];
    },
    [url, points] as const,
  );
}

/** Hot, cold, and within the outline of the box that is drawn for Mass. */
const POINTS = [
  [537, 242],
  [780, 20],
  [300, 250],
  [60, 560],
] as const;
const close = (a: readonly number[], b: readonly number[]) => a.every((each, i) => Math.abs(each - b[i]!) <= 6);

describe.skipIf(!CHROMIUM)('a picture that is saved', () => {
  it('has the resolution of the image, and as PNG, SVG and report the same pixels', async () => {
    const page = await open();
    const png = await taken(page, 'savePicture');
    expect(png.name).toBe('RG1.png.gradCam.4.png');
    const [size, ...seen] = await pixels(page, `data:image/png;base64,${png.base64}`, POINTS);
    expect(size).toEqual([800, 600]);
    // The hot point is coloured, the cold one grey as the image is.
    const [red, green, blue] = seen[0]!;
    expect(Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!)).toBeGreaterThan(40);
    expect(Math.max(...seen[1]!.slice(0, 3)) - Math.min(...seen[1]!.slice(0, 3))).toBeLessThan(8);
    const svg = await taken(page, 'saveVector');
    expect(svg.name).toBe('RG1.png.gradCam.4.svg');
    const [svgSize, ...drawn] = await pixels(page, `data:image/svg+xml;base64,${svg.base64}`, POINTS);
    expect(svgSize).toEqual([800, 600]);
    for (const [i, point] of drawn.entries()) expect([i, close(point, seen[i]!)]).toEqual([i, true]);
    // Boxes and labels are vectors.
    expect(svg.text).toMatch(/<path d="M300 180L480 180/);
    expect(svg.text).toContain('>Mass</text>');
    const report = await taken(page, 'saveReport');
    expect(report.name).toBe('RG1.png.gradCam.4.html');
    const picture = /<img src="(data:image\/png;base64,[^"]+)"/.exec(report.text)![1]!;
    const [reportSize, ...shown] = await pixels(page, picture, POINTS);
    expect(reportSize).toEqual([800, 600]);
    expect(shown).toEqual(seen);
  });

  it('of a grid or a split view shows every picture with its title', async () => {
    const page = await open({
      scene: 'survey',
      contents: { settings: { methods: ['gradCam', 'gradient'], opacity: 0.6, colorMap: 'auto' } },
    });
    for (const [layout, pictures] of [
      ['grid', 6],
      ['split', 2],
    ] as const) {
      await page.locator(`[data-layout=${layout}]`).click();
      await page.locator(`[data-${layout}]`).waitFor();
      await settled(page);
      const svg = await taken(page, 'saveVector');
      expect(svg.text.match(/<svg x=/g)).toHaveLength(pictures);
      expect(svg.text).toContain('>Grad-CAM · Mass 0.97</text>');
      const png = await taken(page, 'savePicture');
      const [size] = await pixels(page, `data:image/png;base64,${png.base64}`, []);
      expect(size![0]).toBe(layout === 'grid' ? 3 * 812 + 12 : 2 * 812 + 12);
    }
  });

  it('asks before a picture of a DICOM file leaves, and lets nothing out without an answer', async () => {
    const page = await open({ format: 'dicom' });
    await page.evaluate(() => window.host.hold.add('mayLeave'));
    await page.evaluate(() => window.host.notify('command', { id: 'savePicture' }));
    await page.waitForFunction(() => window.host.asked.some((each) => each.method === 'mayLeave'));
    expect(await page.evaluate(() => window.host.asked.some((each) => each.method === 'saveFile'))).toBe(false);
    await page.evaluate(() => window.host.release());
    await page.waitForFunction(() => window.host.asked.some((each) => each.method === 'saveFile'));
    // Numbers name no patient.
    await page.evaluate(() => window.host.asked.splice(0));
    await taken(page, 'copyCsv');
    expect(await page.evaluate(() => window.host.asked.some((each) => each.method === 'mayLeave'))).toBe(false);
  });
});

describe.skipIf(!CHROMIUM)('what else is taken', () => {
  it('raw values are those of the map, in the form of the command line', async () => {
    const page = await open();
    const { name, base64 } = await taken(page, 'saveMap');
    expect(name).toBe('RG1.png.gradCam.4.npy');
    const { shape, data } = readNpy(new Uint8Array(Buffer.from(base64, 'base64')), name);
    const map = makeScene('chest').explain('gradCam', [4]).maps[0]!;
    expect(shape).toEqual([...map.size]);
    expect(data).toEqual(map.values);
  });

  it('numbers come with image, model, its hash, methods, parameters and seed', async () => {
    const page = await open();
    const { text: csv } = await taken(page, 'copyCsv');
    const rows = parse(csv, { columns: true }) as Record<string, string>[];
    expect(new Set(rows.map((row) => row['table']))).toEqual(new Set(['scores', 'agreement']));
    const iou = rows.find((row) => row['row'] === 'gradCam' && row['metric'] === 'iou');
    expect(iou).toMatchObject({ image: 'examples/chest-xray/RG1.png', seed: '0', label: 'Mass', value: '0.087' });
    expect(iou!['model']).toMatch(/densenet121/);
    const { text } = await taken(page, 'copyMarkdown');
    expect(text).toMatch(/^# Mass in examples\/chest-xray\/RG1\\?\.png/);
    expect(text).toContain('| Grad-CAM |');
    expect(text).toContain('Seed: 0');
  });

  it('the command names image, model, methods, class and the parameters that were changed', async () => {
    const page = await open({
      state: {
        version: 1,
        panel: 'a',
        navigation: { current: 0, model: null, chosen: null },
        ui: {},
      },
    });
    const { args } = await taken(page, 'copyCommand');
    expect(args.slice(0, 3)).toEqual(['explain', '/workspace/examples/chest-xray/RG1.png', '--model']);
    expect(args).toEqual(expect.arrayContaining(['--method', 'gradCam', '--class', '4', '--seed', '0']));
  });

  it('says why there is nothing to take', async () => {
    const page = await open();
    await page.locator('[data-method-toggle=gradCam]').click();
    await settled(page);
    await page.evaluate(() => window.host.notify('command', { id: 'saveMap' }));
    await page.locator('[data-notice=actionFailed]').waitFor();
    expect(await page.locator('[data-notice]').textContent()).toContain('No heatmap is shown');
  });
});
