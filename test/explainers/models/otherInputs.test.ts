// Images whose axes are open, whose batch is fixed, or that a settings file next to the model describes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { methods } from '../../../src/explainers/methods/methods.ts';
import { loadModel } from '../../../src/explainers/models/loadModel.ts';
import { explainContext } from '../../../src/explainers/session/explainImage.ts';
import { mapNotes, modelScores } from '../../../src/explainers/session/labels/modelScores.ts';
import { OpenModels } from '../../../src/explainers/session/models/openModels.ts';
import { int64 } from '../../../src/explainers/tensor/tensor.ts';
import { numbers, type TinyOptions, tinyClassifier, writeModel } from '../../tinyModels.ts';

let folder: string;
let models: OpenModels;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-inputs-'));
  models = new OpenModels({ threads: 1 });
});
afterAll(async () => {
  await models.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** The tiny classifier with another shape of its image. */
function withImage(shape: readonly (number | string)[], options: TinyOptions = {}): Graph {
  const graph = tinyClassifier(options);
  return { ...graph, types: new Map([...graph.types, ['image', { dtype: 'float32', shape }]]) };
}

const place = (name: string, graph: Graph) => writeModel(path.join(folder, name), graph);
const inputOf = async (file: string) => (await loadModel(file)).card.input;

describe('an image whose axes are all open', () => {
  test.each(['nchw', 'nhwc'] as const)('%s: its first convolution says where the channels are', async (layout) => {
    const file = place(`open-${layout}`, withImage(['a', 'b', 'c', 'd'], { layout, channels: 1 }));
    expect(await inputOf(file)).toMatchObject({ layout, channels: 'gray', size: [224, 224] });
  });

  test('a model that begins with no convolution is asked about in the card', async () => {
    const b = new GraphBuilder('net');
    const image = b.input('image', { dtype: 'float32', shape: ['a', 'b', 'c', 'd'] });
    const logits = b.node('ReduceMean', [image, b.constant(int64([2, 3]))], { keepdims: 0 }, 'logits');
    b.type(logits, { dtype: 'float32', shape: [1, 3] });
    b.setOutputs([logits]);
    await expect(loadModel(place('unknown', b.build()))).rejects.toThrow(/does not say where the channels are/);
  });
});

describe('settings in a file next to the model', () => {
  const withFiles = async (name: string, files: Readonly<Record<string, unknown>>, inside = '') => {
    const root = path.join(folder, name);
    mkdirSync(root, { recursive: true });
    for (const [file, json] of Object.entries(files)) writeFileSync(path.join(root, file), JSON.stringify(json));
    const file = place(path.join(name, inside), withImage(['n', 'c', 'h', 'w']));
    return (await loadModel(file)).card;
  };
  const normalised = { image_mean: [0.1, 0.2, 0.3], image_std: [0.5, 0.6, 0.7], rescale_factor: 1 / 255 };

  test('transformers: squashed to a size', async () => {
    const size = { height: 64, width: 48 };
    const card = await withFiles('vit', {
      'preprocessor_config.json': { ...normalised, do_resize: true, size, resample: 3 },
      'config.json': { id2label: { 0: 'cat', 1: 'dog', 2: 'bird' } },
    });
    expect(card.labels).toEqual(['cat', 'dog', 'bird']);
    expect(card.input).toMatchObject({ size: [64, 48], resize: 'squash', interpolation: 'bicubic', scale: 255 });
    expect(card.input).toMatchObject({ mean: [0.1, 0.2, 0.3], std: [0.5, 0.6, 0.7] });
    expect(card.guesses.join()).toMatch(/preprocessor_config\.json.*config\.json/);
  });

  // biome-ignore format: one line each
  test.each<[string, object, object]>([
    ['a crop of the centre', { size: { shortest_edge: 64 }, do_center_crop: true, crop_size: { height: 56, width: 56 } }, { size: [56, 56], resize: 'crop', cropFraction: 0.875 }],
    ['sizes as plain numbers', { size: 64, do_center_crop: true, crop_size: 48 }, { size: [48, 48], resize: 'crop', cropFraction: 0.75 }],
    ['ConvNeXt’s share', { size: { shortest_edge: 56 }, crop_pct: 0.875 }, { size: [56, 56], resize: 'crop', cropFraction: 0.875 }],
    ['neither scaled nor normalised', { size: 32, do_rescale: false, do_normalize: false }, { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] }],
  ])('transformers: %s', async (name, json, expected) => {
    const card = await withFiles(name, { 'preprocessor_config.json': { ...normalised, ...json } });
    expect(card.input).toMatchObject(expected);
  });

  test('timm', async () => {
    const pretrained_cfg = { mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2], input_size: [3, 40, 40], crop_pct: 0.9 };
    const card = await withFiles('timm', {
      'config.json': { label_names: ['a', 'b', 'c'], pretrained_cfg: { ...pretrained_cfg, interpolation: 'bicubic' } },
    });
    expect(card.labels).toEqual(['a', 'b', 'c']);
    expect(card.input).toMatchObject({ size: [40, 40], resize: 'crop', cropFraction: 0.9, interpolation: 'bicubic' });
  });

  test('files of these names with another purpose say nothing', async () => {
    const card = await withFiles('other', { 'config.json': { port: 80 }, 'preprocessor_config.json': [1, 2] });
    expect(card.guesses.join()).toMatch(/ImageNet's mean.*labels: none found/);
  });
});

describe('a fixed batch of several images', () => {
  /** The tiny classifier, its features reshaped to a batch and shifted by a constant with a row for each image. */
  function batched(batch: number, rows: number): Graph {
    const b = new GraphBuilder('batched');
    const image = b.input('image', { dtype: 'float32', shape: [batch, 3, 8, 8] });
    const conv = b.node('Conv', [image, b.constant(numbers([5, 3, 3, 3]))], { pads: [1, 1, 1, 1] }, 'conv');
    const pooled = b.node('GlobalAveragePool', [b.node('Relu', [conv], {}, 'relu')], {}, 'pool');
    const features = b.node('Reshape', [pooled, b.constant(int64([batch, 5]))], {}, 'features');
    const row = numbers([1, 5], 5).data;
    const shift = { ...numbers([rows, 5]), data: Float32Array.from({ length: rows * 5 }, (_, i) => row[i % 5]!) };
    const shifted = b.node('Add', [features, b.constant(shift)], {}, 'shifted');
    const logits = b.node('Gemm', [shifted, b.constant(numbers([5, 3], 7))], {}, 'logits');
    b.type(logits, { dtype: 'float32', shape: [batch, 3] });
    b.setOutputs([logits]);
    return b.build();
  }

  const image = numbers([1, 3, 8, 8], 3);

  async function results(name: string, graph: Graph) {
    const model = await models.open(place(name, graph));
    const { logits } = await modelScores(model, image);
    const [map] = await methods.get('gradient')!.explain(explainContext(model, { classes: [1] }, image, {}), {
      absolute: false,
    });
    return { logits, gradient: map!.values.data, layers: model.model.layers.length, notes: await mapNotes(model) };
  }

  test.each([
    ['is rewritten', 4, 1, true],
    ['becomes copies of the image where constants are made for it', 4, 4, false],
  ])('%s, with the numbers of a batch of 1', async (about, batch, rows, layers) => {
    const one = await results('one', batched(1, 1));
    const many = await results(about, batched(batch, rows));
    expect([...many.logits]).toEqual([...one.logits].map((value) => expect.closeTo(value, 5)));
    expect([...many.gradient]).toEqual([...one.gradient].map((value) => expect.closeTo(value, 6)));
    expect(many.layers > 0).toBe(layers);
    expect(many.notes.join()).toMatch(layers ? /^$/ : /fixes a batch/);
  });
});
