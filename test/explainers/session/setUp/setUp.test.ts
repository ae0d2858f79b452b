import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CardChoices, CardDraft, InputChange } from '../../../../src/explainers/contracts/setUp.ts';
import { changed, usualInputs } from '../../../../src/explainers/session/setUp/usualInputs.ts';
import { Session } from '../../../../src/explainers/session.ts';
import { examples } from '../../../data.ts';
import { type TinyOptions, tinyClassifier, writeModel } from '../../../tinyModels.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'saliency-lens-'));
const session = new Session();
const image = path.join(folder, 'wide.png');
beforeAll(async () => {
  const pixels = Buffer.alloc(12 * 20 * 3).map((_, i) => (i * 37) % 251);
  await sharp(pixels, { raw: { width: 20, height: 12, channels: 3 } })
    .png()
    .toFile(image);
});
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const tiny = (name: string, options: TinyOptions = {}) => writeModel(folder, tinyClassifier(options), `${name}.onnx`);
const choices = (more: Partial<CardChoices> = {}): CardChoices => ({ change: {}, labels: null, task: null, ...more });
const put = ({ path: file, text, labels }: CardDraft) => {
  writeFileSync(file, text);
  if (labels) writeFileSync(labels.path, labels.text);
  return file;
};

describe('the image as the network sees it', () => {
  test('is the tensor: its numbers are exact, and its picture runs from the smallest to the largest', async () => {
    const model = tiny('look');
    const change: InputChange = { resize: 'squash', channels: 'bgr', scale: 1, mean: [0], std: [1] };
    const look = await session.lookAtInput({ image, model, change });
    const { data } = await sharp(look.picture).raw().toBuffer({ resolveWithObject: true });
    expect(look.size).toEqual([8, 8]);
    expect(data).toHaveLength(8 * 8 * 3);
    expect([Math.min(...data), Math.max(...data)]).toEqual([0, 255]);
    for (const [k, { min, max, mean }] of look.channels.entries()) {
      const plane = [...data].filter((_, i) => i % 3 === k);
      const back = (value: number) => look.all.min + (value / 255) * (look.all.max - look.all.min);
      expect(Math.abs(back(Math.min(...plane)) - min)).toBeLessThan(1);
      expect(Math.abs(back(Math.max(...plane)) - max)).toBeLessThan(1);
      expect(Math.abs(back(plane.reduce((sum, value) => sum + value, 0) / 64) - mean)).toBeLessThan(1);
    }
    // The order of colours is turned round, and 0 … 1 is 255 times smaller.
    const rgb = await session.lookAtInput({ image, model, change: { ...change, channels: 'rgb', scale: 255 } });
    expect(rgb.channels[0]!.mean * 255).toBeCloseTo(look.channels[2]!.mean, 3);
    expect(rgb.all.max).toBeLessThanOrEqual(1);
  });

  test('a change that no card may hold is refused by its field', async () => {
    const model = tiny('refused');
    for (const change of [{ std: [0] }, { mean: [1, 2] }, { resize: 'stretch' }, { other: 1 }, { scale: Number.NaN }]) {
      await expect(session.lookAtInput({ image, model, change: change as never })).rejects.toMatchObject({
        kind: 'card',
      });
    }
  });
});

test('of the usual preprocessings, the example’s own finds the coffee, and one with wrong values does not', async () => {
  const model = path.join(examples, 'photos/efficientnet-lite0.explain.json');
  const request = { image: path.join(examples, 'photos/coffee.png'), model };
  const trials = await session.tryInputs(request);
  expect(trials).toHaveLength(24);
  const of = (resize: string, channels: string, values: RegExp) =>
    trials.find((each) => each.resize === resize && each.channels === channels && values.test(each.values))!;
  const right = of('crop', 'rgb', /Inception/);
  expect(right.best[0]?.label).toBe('espresso');
  expect(of('crop', 'rgb', /0 … 255/).best[0]?.score).not.toBe(right.best[0]?.score);
  // A trial is what the card would give.
  const look = await session.lookAtInput({ ...request, change: right.change });
  expect(look.best).toEqual(right.best);
});

describe('the card that is written', () => {
  const kinds: readonly (readonly [string, TinyOptions])[] = [
    ['ImageNet', {}],
    ['Keras', { layout: 'nhwc' }],
    ['Ultralytics', { metadata: { author: 'Ultralytics', task: 'classify' } }],
    ['grey', { channels: 1 }],
  ];

  test.each(kinds)(
    'of a model whose defaults are those of %s says what differs, and gives exactly the choices',
    async (name, options) => {
      const model = tiny(name, options);
      const { card } = await session.describe({ model });
      const changes = [
        ...usualInputs(card.input).map(({ change }) => change),
        { antialias: false, interpolation: 'bicubic', resize: 'letterbox', fill: 0 } as const,
        { scale: 127.5, mean: [1], std: [0.5] },
      ];
      for (const change of changes) {
        const draft = await session.draftCard({ model, choices: choices({ change }) });
        expect((await session.describe({ model: put(draft) })).card.input, draft.text).toEqual(
          changed(card.input, change),
        );
        rmSync(draft.path);
      }
      // Nothing differs: nothing is said.
      const { text } = await session.draftCard({
        model,
        choices: choices({ change: card.input.resize === 'crop' ? {} : { resize: card.input.resize } }),
      });
      expect(JSON.parse(text)).toEqual({ model: `${name}.onnx` });
    },
  );

  test('an existing card keeps its comments and its other fields, and goes back to short', async () => {
    const model = tiny('kept');
    const card = path.join(folder, 'kept.explain.json');
    const before =
      '{\n  // ours\n  "model": "kept.onnx",\n  "labels": ["a", "b", "c"], // three\n  "thresholds": 0.3\n}\n';
    writeFileSync(card, before);
    const draft = await session.draftCard({ model: card, choices: choices({ change: { channels: 'bgr', scale: 1 } }) });
    expect(draft.replaces).toBe(true);
    for (const kept of ['// ours', '// three', '"thresholds": 0.3']) expect(draft.text).toContain(kept);
    put(draft);
    const { card: described } = await session.describe({ model: card });
    expect(described.input).toMatchObject({ channels: 'bgr', scale: 1 });
    expect(described.labels).toEqual(['a', 'b', 'c']);
    const { card: bare } = await session.describe({ model });
    const { scale, mean, std, channels } = bare.input;
    const again = await session.draftCard({
      model: card,
      choices: choices({ change: { scale, mean, std, channels } }),
    });
    expect(again.text).toBe(before);
  });

  test('a long list of labels goes to a file next to it; ImageNet’s are offered by their name', async () => {
    const model = tiny('thousand', { classes: 1000 });
    const draft = await session.draftCard({ model, choices: choices({ labels: 'imagenet', task: 'multi-label' }) });
    expect(JSON.parse(draft.text)).toEqual({
      model: 'thousand.onnx',
      task: 'multi-label',
      labels: 'thousand.labels.txt',
    });
    const { card } = await session.describe({ model: put(draft) });
    expect([card.labels[0], card.labels[967], card.task]).toEqual(['tench', 'espresso', 'multi-label']);
    const short = await session.draftCard({ model: tiny('three'), choices: choices({ labels: ['x', 'y', 'z'] }) });
    expect(short.labels).toBeNull();
    expect(JSON.parse(short.text).labels).toEqual(['x', 'y', 'z']);
  });

  test('nothing is written by it', async () => {
    const model = tiny('unwritten');
    const { path: file } = await session.draftCard({ model, choices: choices({ change: { scale: 1 } }) });
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });
});
