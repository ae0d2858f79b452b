import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeImage } from '../../../src/explainers/images/decode.ts';
import { readNpy } from '../../../src/explainers/tensor/npy.ts';
import { cli, type Ran } from './cli.ts';

const CHEST = 'examples/chest-xray';
const CARD = `${CHEST}/cxr-nih14.explain.json`;
const PNG = `${CHEST}/RG1.png`;
const PHOTO = 'examples/photos/coffee.png';
const PHOTO_CARD = 'examples/photos/efficientnet-lite0.explain.json';

let out: string;
beforeAll(() => {
  out = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-cli-'));
});
afterAll(() => rmSync(out, { recursive: true }));

describe('predict', () => {
  test('one JSON line per image, folders walked in order', async () => {
    const { code, lines } = await cli(['predict', CHEST, PHOTO, '--model', CARD]);
    expect(code).toBe(0);
    expect(lines.map((line) => line.image)).toEqual([
      path.join(CHEST, 'RG1.png'),
      path.join(CHEST, 'RG1_J2KI.dcm'),
      PHOTO,
    ]);
    expect(lines[0]!.scores[4]).toMatchObject({ index: 4, label: 'Mass', predicted: true });
    expect(lines[0]).toMatchObject({ maps: [], agreement: [], error: null });
  });

  test('what was done to an image is said on stderr, also by explain', async () => {
    const alpha = 'test/fixtures/images/raster/rgba.png';
    const note = `${alpha}: transparency ignored, as in PIL's convert('RGB')\n`;
    const { stderr, lines } = await cli(['predict', alpha, '--model', PHOTO_CARD]);
    expect(stderr).toContain(note);
    expect(lines[0]).toMatchObject({ error: null });
    const explained = await cli(['explain', alpha, '--model', PHOTO_CARD, '--method', 'gradient']);
    expect(explained.stderr).toContain(note);
  });
});

describe('inspect', () => {
  test('what the model is, its layers, and what can explain it', async () => {
    const { code, stdout } = await cli(['inspect', CARD]);
    expect(code).toBe(0);
    const description = JSON.parse(stdout);
    expect(description.layers.at(-1)).toMatchObject({ name: 'head_conv_relu6', automatic: true });
    expect(description.methods.map((method: { id: string }) => method.id)).toEqual(
      expect.arrayContaining(['gradCam', 'gradient']),
    );
    expect(description.annotations).toMatchObject({ files: [{ format: 'coco', missing: { count: 0 } }], problems: [] });
  });
});

describe('presets', () => {
  test('give each method its parameters; --param goes over them; the manifest names the preset', async () => {
    const folder = path.join(out, 'preset');
    const methods = [
      '--method',
      'gradCam,smoothGrad,gradient',
      '--preset',
      'captum',
      '--param',
      'smoothGrad.samples=2',
    ];
    const { code } = await cli(['explain', PNG, '--model', CARD, ...methods, '--class', 'mass', '--out', folder]);
    expect(code).toBe(0);
    const { preset, images } = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
    expect(preset).toBe('captum');
    const parameters = images[0].maps.map((map: { parameters: object }) => map.parameters);
    expect(parameters).toEqual([
      { layer: 'auto', target: 'logit', guided: false, relu: false },
      { samples: 2, noise: 1, noiseUnit: 'absolute', last: 'noisy', average: 'mean' },
      { absolute: true },
    ]);
    expect(images[0].maps.map((map: { signed: boolean }) => map.signed)).toEqual([true, true, false]);
  });
});

describe('explain', () => {
  let ran: Ran;
  const manifest = () => JSON.parse(readFileSync(path.join(out, 'run/manifest.json'), 'utf8'));
  beforeAll(async () => {
    ran = await cli([
      'explain',
      PNG,
      PHOTO,
      '--model',
      CARD,
      '--method',
      'gradCam,gradient',
      '--class',
      'mass',
      '--out',
      path.join(out, 'run'),
    ]);
  });

  test('writes what the contract says, under names below the common folder', () => {
    expect(ran.code).toBe(0);
    const files = ['gradCam', 'gradient'].flatMap((method) =>
      ['chest-xray/RG1.png', 'photos/coffee.png'].flatMap((image) => [
        `${image}.${method}.4-Mass.npy`,
        `${image}.${method}.4-Mass.png`,
      ]),
    );
    const found = readdirSync(path.join(out, 'run'), { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => /\.\w+\.4-|\.json/.test(name));
    expect(found.sort()).toEqual([...files, 'manifest.json'].sort());
    expect(manifest().files.sort()).toEqual(files.sort());
    for (const map of ran.lines.flatMap((line) => line.maps))
      expect(existsSync(map.npy!) && existsSync(map.png!)).toBe(true);
  });

  test('the .npy is float32 [h, w] of the model’s input', () => {
    const bytes = readFileSync(ran.lines[0]!.maps[0]!.npy!);
    const map = readNpy(bytes, 'map');
    expect([map.dtype, map.shape]).toEqual(['float32', [224, 224]]);
  });

  test('the manifest can re-run it', () => {
    expect(manifest()).toMatchObject({
      schema: 1,
      seed: 0,
      engine: { id: 'onnxruntime', device: 'cpu' },
      model: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), activation: 'sigmoid' },
      versions: { 'saliency-lens': expect.any(String), onnxruntime: expect.any(String) },
      card: { input: { resize: 'squash', mean: [127, 127, 127] } },
      images: [
        {
          image: PNG,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          geometry: { image: [1955, 1841], input: [224, 224] },
          maps: [
            { method: 'gradCam', parameters: { layer: 'auto' }, index: 4, label: 'Mass', signed: false },
            { method: 'gradient', signed: true },
          ],
          milliseconds: { predict: expect.any(Number), gradCam: expect.any(Number), write: expect.any(Number) },
        },
        { image: PHOTO },
      ],
    });
    expect(manifest().images[0].scores).toHaveLength(14);
  });

  test('agreement where something is drawn, none elsewhere', () => {
    const [chest, photo] = ran.lines;
    expect(chest!.agreement.map(({ method, metric }) => `${method} ${metric}`)).toContain('gradCam pointingGame');
    expect(photo!.agreement).toEqual([]);
  });

  test('by default predicted ∪ annotated (multi-label), the best (multi-class)', async () => {
    const [chest] = (await cli(['explain', PNG, '--model', CARD])).lines;
    expect(chest!.maps.map((map) => map.label)).toEqual(['Mass', 'Nodule']);
    const [photo] = (await cli(['explain', PHOTO, '--model', PHOTO_CARD])).lines;
    expect(photo!.maps).toMatchObject([{ label: 'espresso', npy: null, png: null }]);
  });

  test.each([
    [['top:2'], [967, 968]],
    [['968'], [968]],
    [
      ['Espresso', '3'],
      [967, 3],
    ],
    [['espresso,cup'], [967, 968]],
  ])('--class %j', async (classes, expected) => {
    const { lines } = await cli([
      'explain',
      PHOTO,
      '--model',
      PHOTO_CARD,
      ...classes.flatMap((each) => ['--class', each]),
    ]);
    expect(lines[0]!.maps.map((map) => map.index)).toEqual(expected);
  });

  test('--raw-channels keeps [c, h, w]; --grid original is as large as the image, NaN outside the crop', async () => {
    const shapeOf = async (flag: readonly string[]) => {
      const args = [
        'explain',
        PHOTO,
        '--model',
        PHOTO_CARD,
        '--method',
        'gradient',
        '--out',
        path.join(out, flag[0]!),
        ...flag,
      ];
      const { lines } = await cli(args);
      return readNpy(readFileSync(lines[0]!.maps[0]!.npy!), 'map');
    };
    expect((await shapeOf(['--raw-channels'])).shape).toEqual([3, 224, 224]);
    const original = await shapeOf(['--grid', 'original']);
    expect(original.shape).toEqual([400, 600]);
    expect(Number.isNaN(original.data[0])).toBe(true);
  });

  test('LIME has both views, and every line the numbers of its maps', async () => {
    const folder = path.join(out, 'best');
    const quick = ['--segments', 'grid:4x4', '--param', 'lime.samples=20', '--param', 'lime.top=3'];
    const methods = ['--method', 'lime,lrp', ...quick, '--out', folder];
    const { lines } = await cli(['explain', PHOTO, '--model', PHOTO_CARD, ...methods]);
    const [lime, lrp] = lines[0]!.maps;
    expect(lime!.figures).toMatchObject({ r2: expect.any(Number), localPrediction: expect.any(Number) });
    expect(lrp!.figures).toMatchObject({ conservation: expect.any(Number) });
    expect(lrp!.best).toBe(null);
    const { size, channels, data } = await decodeImage(lime!.best!);
    const photo = await decodeImage(PHOTO);
    expect([size, channels]).toEqual([photo.size, 3]);
    // Of the 3 best of 16 parts of the middle square nothing is changed but the rim.
    let same = 0;
    for (let i = 0; i < data.length; i += 3) if ([0, 1, 2].every((c) => data[i + c] === photo.data[i + c])) same++;
    expect(same / (400 * 400 * (0.875 ** 2 * (3 / 16)))).toBeCloseTo(0.88, 1);
    const { images } = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
    expect(images[0].maps.map(({ best }: { best?: string }) => best)).toEqual([
      'coffee.png.lime.967-espresso.best.png',
      undefined,
    ]);
  });

  test('--annotations replaces those of the card; a missing file is reported', async () => {
    const flags = ['--model', CARD, '--annotations', 'nowhere.json', '--class', 'Mass'];
    const explained = await cli(['explain', PNG, ...flags]);
    expect([explained.code, explained.lines[0]!.agreement]).toEqual([0, []]);
    expect(explained.stderr).toContain('nowhere.json');
    // Nothing to compare with is no agreement.
    const compared = await cli(['agree', PNG, ...flags]);
    expect([compared.code, compared.stdout]).toEqual([2, '']);
    expect(compared.stderr).toContain('nowhere.json');
  });

  test('a cancel stops the run', async () => {
    const { code, stderr } = await cli(['explain', PHOTO, '--model', PHOTO_CARD], { signal: AbortSignal.abort() });
    expect([code, stderr]).toEqual([1, 'Stopped.\n']);
  });
});
