import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pathBetween } from '../../../src/explainers/autodiff/path.ts';
import type { ModelCard } from '../../../src/explainers/contracts/card.ts';
import { ReadFiles } from '../../../src/explainers/files/fileStamp.ts';
import { attributesOf } from '../../../src/explainers/graph/attributes.ts';
import { parseCardText } from '../../../src/explainers/models/card/cardText.ts';
import { cardText } from '../../../src/explainers/models/card/writeCard.ts';
import { loadModel } from '../../../src/explainers/models/loadModel.ts';
import { examples } from '../../data.ts';
import { type TinyOptions, tinyClassifier, writeModel } from '../../tinyModels.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-models-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const bare = async (options: TinyOptions, name?: string) =>
  (await loadModel(writeModel(folder, tinyClassifier(options), name))).card;

/** A card over the tiny model. */
async function withCard(fields: object, options: TinyOptions = {}): Promise<ModelCard> {
  writeModel(folder, tinyClassifier(options));
  const file = path.join(folder, 'tiny.explain.json');
  writeFileSync(file, JSON.stringify({ model: 'tiny.onnx', ...fields }, undefined, 1));
  return (await loadModel(file)).card;
}

describe('a bare model', () => {
  test('its size, layout and task come from the file, the rest is guessed and said', async () => {
    const card = await bare({ activation: 'Sigmoid' });
    expect(card).toMatchObject({ path: null, task: 'multi-label', labels: ['class 0', 'class 1', 'class 2'] });
    expect(card.input).toMatchObject({
      size: [8, 8],
      layout: 'nchw',
      channels: 'rgb',
      scale: 255,
      mean: [0.485, 0.456, 0.406],
    });
    expect(card.guesses).toEqual([
      expect.stringMatching(/ImageNet/),
      'labels: none found, so classes are numbered',
      'task: multi-label, because the model ends in sigmoid',
    ]);
  });

  test('without a final activation the task is a guess', async () => {
    const card = await bare({ activation: null });
    expect(card.task).toBe('multi-class');
    expect(card.guesses).toContain('task: multi-class, a guess');
  });

  test('channels last: as Keras; one channel: grey', async () => {
    expect((await bare({ layout: 'nhwc' })).input).toMatchObject({ layout: 'nhwc', scale: 127.5, mean: [1, 1, 1] });
    expect((await bare({ channels: 1 })).input).toMatchObject({ channels: 'gray', std: [expect.closeTo(0.226, 3)] });
  });

  test('a model that takes any size gets 224 × 224, as a guess', async () => {
    const card = await bare({ size: 'side' });
    expect(card.input.size).toEqual([224, 224]);
    expect(card.guesses[0]).toMatch(/any size, so 224 × 224 is a guess/);
  });

  test("labels: from Ultralytics' metadata, whose preprocessing is known", async () => {
    const card = await bare({
      metadata: { author: 'Ultralytics', names: "{0: 'cat', 1: 'dog', 2: \"hen\"}", stride: '1' },
    });
    expect(card.labels).toEqual(['cat', 'dog', 'hen']);
    expect(card.input).toMatchObject({ scale: 255, mean: [0, 0, 0], std: [1, 1, 1], resize: 'crop', cropFraction: 1 });
  });

  test('labels: from a file next to it, unless it names another number', async () => {
    writeFileSync(path.join(folder, 'labels.txt'), 'cat\ndog\n');
    expect((await bare({})).guesses).toContainEqual(
      expect.stringMatching(/numbered; labels.txt names 2, but the model has 3/),
    );
    writeFileSync(path.join(folder, 'classes.txt'), 'cat\ndog\nhen\n');
    expect((await bare({})).labels).toEqual(['cat', 'dog', 'hen']);
  });

  test('labels: a file next to it that holds something else is passed over', async () => {
    writeFileSync(path.join(folder, 'labels.json'), '{"images": [], "annotations": []}');
    writeFileSync(path.join(folder, 'classes.json'), 'not JSON');
    writeFileSync(path.join(folder, 'data.yaml'), 'names: [cat, dog, hen]');
    expect((await bare({})).labels).toEqual(['cat', 'dog', 'hen']);
  });

  test('integer pixels: taken as they are, with a gradient where they are made floats at once', async () => {
    const graph = tinyClassifier();
    const [image] = graph.inputs as [string];
    const cast = { name: 'cast', op: 'Cast', domain: '', inputs: ['pixels'], outputs: [image] };
    const file = writeModel(folder, {
      ...graph,
      inputs: ['pixels'],
      nodes: [{ ...cast, attributes: attributesOf({ to: 1 }) }, ...graph.nodes],
      types: new Map([...graph.types, ['pixels', { dtype: 'uint8', shape: graph.types.get(image)!.shape! }]]),
    });
    const { card, model } = await loadModel(file);
    expect(card.input).toMatchObject({ scale: 1, mean: [0, 0, 0], std: [1, 1, 1] });
    expect(card.guesses).toContain('input: pixels 0…255, because the model takes uint8');
    expect(model.graph.types.get(model.input)).toEqual({ dtype: 'float32', shape: [1, 3, 8, 8] });
    expect(pathBetween(model.graph, [model.logits], [model.input]).nodes.map(({ op }) => op)).not.toContain('Cast');
  });

  test('the card that is written for it says the same', async () => {
    const card = await bare({ activation: 'Sigmoid' });
    const text = cardText(card);
    expect(text).toMatch(/^\{\n {2}\/\/ Inferred from the model file/);
    const fields = parseCardText(text, 'tiny.explain.json').fields;
    expect(await withCard(fields)).toMatchObject({
      labels: card.labels,
      input: card.input,
      thresholds: card.thresholds,
      guesses: [],
    });
  });
});

describe('a card', () => {
  test('thresholds, annotations and aliases', async () => {
    const card = await withCard({
      labels: ['cat', 'dog', 'hen'],
      thresholds: [0.1, 0.2, 0.3],
      annotations: ['a/*.json', { path: 'b.csv', format: 'nih' }],
      aliases: { feline: 'cat' },
    });
    expect(card.thresholds).toEqual([0.1, 0.2, 0.3]);
    expect(card.annotations).toEqual([
      { path: path.join(folder, 'a/*.json') },
      { path: path.join(folder, 'b.csv'), format: 'nih' },
    ]);
  });

  test('what it says is no guess: the task follows an activation, and a part of the normalisation is all of it', async () => {
    const labels = ['cat', 'dog', 'hen'];
    const card = await withCard(
      { labels, input: { scale: 1 }, output: { activation: 'sigmoid' } },
      { activation: null },
    );
    expect(card).toMatchObject({ task: 'multi-label', guesses: [] });
    const bare = await withCard({ labels, task: 'multi-class', input: { resize: 'crop' } });
    expect(bare.guesses).toEqual([expect.stringMatching(/ImageNet/)]);
  });

  test('scale, mean and std belong together: what is left out is plain, not ImageNet', async () => {
    expect((await withCard({ input: { scale: 1 } })).input).toMatchObject({
      scale: 1,
      mean: [0, 0, 0],
      std: [1, 1, 1],
    });
    expect((await withCard({ input: { mean: 0.5, std: [0.5] } })).input).toMatchObject({
      scale: 255,
      mean: [0.5, 0.5, 0.5],
    });
  });

  test.each([
    [
      'two labels for three classes',
      { labels: ['a', 'b'] },
      /has 2 labels, but the model's output 'scores:0' has 3 classes/,
      /:3:\d+$/,
    ],
    ['two thresholds', { thresholds: [0.1, 0.2] }, /2 thresholds for 3 classes/, /:3:/],
    [
      'another size',
      { input: { size: [9, 9] } },
      /size \[9, 9\], but the model's input 'image' is 8 high and 8 wide/,
      /:4:/,
    ],
    ['grey for three channels', { input: { channels: 'gray' } }, /'gray' do not fit .* which has 3/, /:4:/],
    ['two means', { input: { mean: [1, 2] } }, /'input.mean' has 2 numbers for 3 channels/, /:4:/],
    [
      'an alias for nothing',
      { aliases: { x: 'clas 1' } },
      /'clas 1', which is not a label of the model. Did you mean 'class 1'/,
      /:4:/,
    ],
    ['a label file that is not there', { labels: 'names.txt' }, /label file 'names.txt' does not exist/, /:3:/],
    ['further inputs', { inputs: { age: { kind: 'number' } } }, /no further input 'age'/, /:4:/],
    ['an output that is not there', { output: { name: 'logit:0' } }, /Did you mean 'logits:0'/, /output.name/],
  ])('%s', async (_, fields, message, subject) => {
    await expect(withCard(fields)).rejects.toMatchObject({
      kind: 'card',
      message: expect.stringMatching(message),
      subject: expect.stringMatching(subject),
      next: expect.any(String),
    });
  });

  test('activation none takes the output as it is; another one than the graph’s is put behind it', async () => {
    writeModel(folder, tinyClassifier({}));
    const file = path.join(folder, 'tiny.explain.json');
    const load = async (activation: string) => {
      writeFileSync(file, JSON.stringify({ model: 'tiny.onnx', output: { activation } }));
      return loadModel(file);
    };
    expect(await load('none')).toMatchObject({ logits: 'scores:0', activation: 'none', model: { scores: 'scores:0' } });
    expect(await load('sigmoid')).toMatchObject({ logits: 'scores:0', activation: 'sigmoid' });
    expect(await load('auto')).toMatchObject({ logits: 'logits:0', activation: 'softmax' });
  });

  test('a new date of card or model is a change of what it was made from', async () => {
    await withCard({});
    for (const name of ['tiny.explain.json', 'tiny.onnx']) {
      const read = new ReadFiles();
      await loadModel(path.join(folder, 'tiny.explain.json'), read);
      expect(await read.unchanged()).toBe(true);
      utimesSync(path.join(folder, name), new Date(), new Date(Date.now() + 5000));
      expect(await read.unchanged(), name).toBe(false);
    }
  });

  test.each(['chest-xray/cxr-nih14', 'photos/efficientnet-lite0'])(
    'the example %s leaves nothing to guess',
    async (name) => {
      const { card, model } = await loadModel(path.join(examples, `${name}.explain.json`));
      expect(card.guesses).toEqual([]);
      expect(model.layers.find((layer) => layer.automatic)).toMatchObject({
        name: 'head_conv_relu6',
        shape: [1280, 7, 7],
      });
    },
  );
});
