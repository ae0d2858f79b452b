import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Progress } from '../../../src/explainers/contracts/results.ts';
import { Session } from '../../../src/explainers/session.ts';
import { examples, missingData, sharedData } from '../../data.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';

const chest = path.join(examples, 'chest-xray');
const model = path.join(chest, 'cxr-nih14.explain.json');
const png = path.join(chest, 'RG1.png');
const photos = path.join(examples, 'photos');
const MASS = 4;

const session = new Session({ threads: 2 });
afterAll(() => session.dispose());

describe('the chest X-ray example', () => {
  test('describe', async () => {
    const description = await session.describe({ model });
    expect(description).toMatchObject({
      activation: 'sigmoid',
      logits: 'logits',
      card: { task: 'multi-label', path: model },
      engine: { id: 'onnxruntime', device: 'cpu' },
      operators: { Conv: 49, Gemm: 1 },
    });
    expect(description.methods.map(({ id, unavailable }) => [id, unavailable])).toContainEqual(['gradCam', undefined]);
    expect(structuredClone(description)).toEqual(description);
  });

  test('the scores are those of PIL and ONNX Runtime in Python', async () => {
    const { scores, geometry } = await session.predict({ image: png, model });
    // onnxruntime on np.asarray(Image.open('RG1.png').convert('RGB').resize((224, 224), BILINEAR))
    const expected = [
      0.0236, 0.0029, 0.0324, 0.4033, 0.9732, 0.538, 0.4475, 0.0043, 0.2429, 0.014, 0.0058, 0.143, 0.1317, 0.0177,
    ];
    for (const [i, score] of expected.entries()) expect(scores[i]!.score).toBeCloseTo(score, 3);
    expect(scores.filter((score) => score.predicted).map((score) => score.label)).toEqual(['Mass', 'Nodule']);
    expect(geometry.image).toEqual([1955, 1841]);
  });

  test('right, but not for the right reason: Grad-CAM’s peak lies in no mass', async () => {
    for (const image of [png, path.join(chest, 'RG1_J2KI.dcm')]) {
      const { maps, agreement } = await session.explain({ image, model, method: 'gradCam', classes: [MASS] });
      expect(maps[0]).toMatchObject({ label: 'Mass', size: [224, 224], parameters: { layer: 'auto' } });
      expect(maps[0]!.notes[0]).toContain("'head_conv_relu6'");
      const value = (metric: string) => agreement.find((each) => each.metric === metric)!;
      expect(value('pointingGame').value).toBe(0);
      expect(value('energyPointing').value).toBeCloseTo(0.125, 2);
      expect(value('energyPointing').baselines!.wholeImage).toBeCloseTo(0.066, 3);
    }
  });

  test('annotations: six masses, the class drawn', async () => {
    const found = await session.annotations({ image: png, model });
    expect(found.annotations).toHaveLength(6);
    expect(found.states).toEqual({ [MASS]: 'drawn' });
    expect(found.problems).toEqual([]);
  });

  test('the same request gives the same bytes', async () => {
    const forgetful = new Session({ threads: 2, keptMaps: 0 });
    const request = { image: png, model, method: 'gradient', classes: [MASS, 5] };
    const run = async () => (await forgetful.explain(request)).maps;
    const [a, b] = [await run(), await run()];
    await forgetful.dispose();
    for (const [i, map] of a.entries())
      expect(Buffer.from(map.values.buffer).equals(Buffer.from(b[i]!.values.buffer))).toBe(true);
  });

  test('pixel methods keep their channels, and their sum is what is shown', async () => {
    const request = { image: png, model, method: 'inputXGradient', classes: [MASS], channels: true };
    const [map] = (await session.explain(request)).maps;
    expect(map!.channels).toHaveLength(3 * 224 * 224);
    const sum = [0, 1, 2].reduce((total, c) => total + map!.channels![c * 224 * 224 + 9999]!, 0);
    expect(map!.values[9999]).toBeCloseTo(sum, 6);
    expect(map!.values.buffer.byteLength).toBe(4 * 224 * 224);
  });

  test('progress names the stages', async () => {
    const seen: Progress['stage'][] = [];
    await session.explain(
      { image: png, model, method: 'gradCam', classes: [MASS], seed: 82 },
      { onProgress: ({ stage }) => seen.push(stage) },
    );
    expect(seen).toEqual(expect.arrayContaining(['model', 'explain', 'agree']));
  });

  test('a cancelled request is reported as cancelled', async () => {
    const request = { image: png, model, method: 'gradient', classes: [0, 1, 2, 3] };
    await expect(session.explain(request, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    const controller = new AbortController();
    const running = session.explain(request, {
      signal: controller.signal,
      onProgress: ({ stage }) => stage === 'explain' && controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
    expect((await session.explain({ ...request, classes: [0] })).maps).toHaveLength(1);
  });

  test.each([
    [{ method: 'gradCamm' }, /no method 'gradCamm'. Did you mean 'gradCam'/],
    [{ classes: [14] }, /no class 14: the model has 14, 0 to 13/],
    [{ parameters: { leyer: 'x' } }, /Did you mean 'layer'/],
    [{ parameters: { layer: 'head_conv_relu' } }, /Did you mean 'head_conv_relu6'/],
  ])('%j is refused', async (change, message) => {
    await expect(
      session.explain({ image: png, model, method: 'gradCam', classes: [0], ...change }),
    ).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
  });
});

describe('the photos', () => {
  test.each([
    ['coffee.png', 'espresso', 1],
    ['camera.png', 'tripod', 1],
    ['rocket.jpg', 'missile', 0],
  ])('%s is %s, pointing game %i', async (name, label, hit) => {
    const request = { image: path.join(photos, name), model: path.join(photos, 'efficientnet-lite0.explain.json') };
    const best = (await session.predict(request)).scores.find((score) => score.predicted)!;
    expect(best.label).toBe(label);
    const { agreement } = await session.explain({ ...request, method: 'gradCam', classes: [best.index] });
    expect(agreement.find((each) => each.metric === 'pointingGame')?.value).toBe(hit);
  });

  test('an overlay is a picture of the original’s size; outside the crop the map is NaN', async () => {
    const request = {
      image: path.join(photos, 'coffee.png'),
      model: path.join(photos, 'efficientnet-lite0.explain.json'),
    };
    const [map] = (await session.explain({ ...request, method: 'gradCam', classes: [967] })).maps;
    const grid = session.onImage(map!);
    expect(grid).toHaveLength(600 * 400);
    expect([grid[0], grid[200 * 600 + 300]! > 0]).toEqual([Number.NaN, true]);
    const overlay = await session.overlay({ image: request.image, map: map! });
    expect([...overlay.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    expect([Buffer.from(overlay).readUInt32BE(16), Buffer.from(overlay).readUInt32BE(20)]).toEqual([600, 400]);
    // Its colours are those of the map, whatever its method usually gives.
    const turned = await session.overlay({ image: request.image, map: { ...map!, signed: !map!.signed } });
    expect(Buffer.from(turned).equals(Buffer.from(overlay))).toBe(false);
  });
});

describe('files that change', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-session-'));
    cpSync(png, path.join(folder, 'image.png'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a model that is written again is loaded again', async () => {
    const request = {
      image: path.join(folder, 'image.png'),
      model: writeModel(folder, tinyClassifier({ classes: 3 })),
    };
    expect((await session.predict(request)).scores).toHaveLength(3);
    writeModel(folder, tinyClassifier({ classes: 4 }));
    utimesSync(request.model, new Date(), new Date(Date.now() + 2000));
    expect((await session.predict(request)).scores).toHaveLength(4);
  });

  test('so is a card, and after a mistake in it is corrected all is well', async () => {
    const card = path.join(folder, 'tiny.explain.json');
    const write = (labels: string[], seconds: number) => {
      writeFileSync(card, JSON.stringify({ model: 'tiny.onnx', labels }));
      utimesSync(card, new Date(), new Date(Date.now() + seconds * 1000));
    };
    writeModel(folder, tinyClassifier({ classes: 3 }));
    write(['a', 'b'], 1);
    await expect(session.describe({ model: card })).rejects.toMatchObject({ kind: 'card' });
    write(['a', 'b', 'c'], 2);
    expect((await session.describe({ model: card })).card.labels).toEqual(['a', 'b', 'c']);
  });

  test('the inferred card can be written next to a bare model', async () => {
    const bare = writeModel(folder, tinyClassifier({}), 'bare.onnx');
    const { path: file, text } = await session.inferredCard({ model: bare });
    expect(file).toBe(path.join(folder, 'bare.explain.json'));
    writeFileSync(file, text);
    expect((await session.describe({ model: file })).card.guesses).toEqual([]);
    await expect(session.inferredCard({ model: file })).rejects.toMatchObject({ kind: 'usage' });
  });
});

describe('golden outputs', () => {
  const missing = missingData('benchmark/golden-outputs.json', 'models/imagenet-efficientnet-lite0/model.onnx');
  const golden = missing
    ? null
    : JSON.parse(readFileSync(path.join(sharedData, 'benchmark/golden-outputs.json'), 'utf8')).outputs;

  /** The card of a model in the shared data, written where tests may write. */
  function card(name: string, input: object): string {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-golden-'));
    const file = path.join(folder, 'golden.explain.json');
    writeFileSync(file, JSON.stringify({ model: path.join(sharedData, 'models', name, 'model.onnx'), input }));
    return file;
  }

  const cases = [
    ['golden-cxr.png', 'cxr-nih14-efficientnet-lite0', { scale: 1, mean: 127, std: 128 }],
    ['golden-pet.png', 'imagenet-efficientnet-lite0', { scale: 1, mean: 127, std: 128 }],
    ['golden-pet.png', 'imagenet-mobilenet-v1-025', { scale: 127.5, mean: 1, std: 1 }],
    ['golden-cxr.png', 'cxr-teachable-machine', { scale: 127.5, mean: 1, std: 1 }],
  ] as const;
  test.skipIf(missing).each(cases)(`%s by %s${missing ? ` (${missing})` : ''}`, async (image, name, input) => {
    const request = { image: path.join(sharedData, 'benchmark', image), model: card(name, input) };
    const { scores } = await session.predict(request);
    const expected = golden[image][name];
    const probabilities = expected.probabilities ?? expected.output;
    const top: [number, number][] = Array.isArray(probabilities)
      ? probabilities.map((p: number, i: number) => [i, p])
      : probabilities.top5;
    for (const [index, score] of top) expect(scores[index]!.score).toBeCloseTo(score, 4);
    if (Array.isArray(expected.logits)) {
      for (const [i, logit] of expected.logits.entries()) expect(scores[i]!.logit).toBeCloseTo(logit, 3);
    }
    const { maps } = await session.explain({ ...request, method: 'gradCam', classes: [top[0]![0]] });
    expect(maps[0]!.values.some((value) => value > 0)).toBe(true);
    rmSync(path.dirname(request.model), { recursive: true });
  });
});
