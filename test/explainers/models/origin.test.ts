// What timm's, Hugging Face's and torchvision's metadata say of classes and images. The expected values are read off
// the code that each names: timm/data/transforms_factory.py, transformers' image_processing_*.py, and
// torchvision/transforms/_presets.py.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { ModelCard } from '../../../src/explainers/contracts/card.ts';
import { loadModel } from '../../../src/explainers/models/loadModel.ts';
import { huggingFaceOrigin } from '../../../src/explainers/models/origin/huggingFace.ts';
import { importedSettings } from '../../../src/explainers/models/origin/imported.ts';
import { timmOrigin } from '../../../src/explainers/models/origin/timm.ts';
import { torchvisionOrigin } from '../../../src/explainers/models/origin/torchvision.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const HALF = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
const PIXELS = { scale: 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

describe('timm', () => {
  const cfg = { input_size: [3, 176, 176], crop_pct: 0.95, interpolation: 'bicubic', ...IMAGENET };
  const pixels = { scale: 255, ...IMAGENET, interpolation: 'bicubic' };
  test.each([
    ['centre', cfg, { resize: 'crop', cropFraction: 0.95, ...pixels }],
    ['its default', { ...cfg, crop_pct: undefined }, { resize: 'crop', cropFraction: 0.875, ...pixels }],
    ['squash', { ...cfg, crop_pct: 1, crop_mode: 'squash' }, { resize: 'squash', ...pixels }],
    ['border', { ...cfg, crop_pct: 1, crop_mode: 'border' }, { resize: 'letterbox', fill: 114, ...pixels }],
    ['random', { ...cfg, interpolation: 'random', mean: 'no' }, { resize: 'crop', cropFraction: 0.95 }],
  ])('%s', (_, given, input) => {
    expect(timmOrigin(given)).toMatchObject({ size: [176, 176] });
    expect(timmOrigin(given).input).toEqual(input);
  });

  test('class names are the descriptions of its labels', () => {
    const named = { ...cfg, label_names: ['n01', 'n02'], label_descriptions: { n01: 'tench' } };
    expect(timmOrigin(named).labels).toEqual(['tench', 'n02']);
    expect(importedSettings({ timm: named, labels: ['a', 'b'] }).labels).toEqual(['a', 'b']);
  });
});

describe('Hugging Face', () => {
  const rescaled = { do_rescale: true, rescale_factor: 1 / 255 };
  test.each([
    ['ViT', { size: { height: 32, width: 48 }, ...HALF }, { size: [32, 48], resize: 'squash', ...PIXELS }],
    ['ViT, old', { size: 224, ...HALF }, { size: [224, 224], resize: 'squash', ...PIXELS }],
    [
      'CLIP: the shorter side, then the middle',
      {
        size: { shortest_edge: 256 },
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
        resample: 3,
        ...HALF,
      },
      { size: [224, 224], resize: 'crop', cropFraction: 0.875, interpolation: 'bicubic', ...PIXELS },
    ],
    [
      'ConvNeXt below 384',
      { image_processor_type: 'ConvNextImageProcessor', size: { shortest_edge: 224 }, crop_pct: 0.95, ...HALF },
      { size: [224, 224], resize: 'crop', cropFraction: 0.95, ...PIXELS },
    ],
    [
      'ConvNeXt from 384',
      { image_processor_type: 'ConvNextImageProcessorFast', size: { shortest_edge: 384 }, crop_pct: 0.95, ...HALF },
      { size: [384, 384], resize: 'squash', ...PIXELS },
    ],
    [
      'LeViT: 256 / 224 of its size',
      { feature_extractor_type: 'LevitFeatureExtractor', size: { shortest_edge: 224 }, ...HALF },
      { size: [224, 224], resize: 'crop', cropFraction: 0.875, ...PIXELS },
    ],
    [
      'MobileViT: blue first, no mean',
      {
        size: { shortest_edge: 288 },
        do_center_crop: true,
        crop_size: { height: 256, width: 256 },
        do_flip_channel_order: true,
        ...rescaled,
      },
      { size: [256, 256], resize: 'crop', cropFraction: 256 / 288, channels: 'bgr', scale: 255, mean: [0], std: [1] },
    ],
    [
      'EfficientNet: from −1, and divided twice',
      { size: { height: 64, width: 64 }, rescale_offset: true, include_top: true, rescale_factor: 1 / 127.5, ...HALF },
      { size: [64, 64], resize: 'squash', scale: 127.5, mean: [1.5, 1.5, 1.5], std: [0.25, 0.25, 0.25] },
    ],
    [
      'not resized',
      { do_resize: false, do_normalize: false, do_rescale: false },
      { size: [8, 8], scale: 1, mean: [0], std: [1] },
    ],
    [
      'nonsense',
      { size: { height: -1, width: 'x' }, image_mean: [1, 2], image_std: 0, resample: {} },
      { size: [8, 8] },
    ],
  ])('%s', (_, processor, expected) => {
    const { size, ...input } = expected as { size: unknown };
    const origin = huggingFaceOrigin({ image_size: 8 }, processor);
    expect(origin.size).toEqual(size);
    expect(origin.input).toEqual(input);
  });

  test('class names, unless nobody named them; one class or several', () => {
    const of = (config: object) => huggingFaceOrigin(config, {});
    expect(of({ id2label: { 1: 'dog', 0: 'cat' } }).labels).toEqual(['cat', 'dog']);
    expect(of({ id2label: { 0: 'LABEL_0', 1: 'LABEL_1' } }).labels).toBeUndefined();
    expect(of({ problem_type: 'multi_label_classification' }).task).toBe('multi-label');
    expect(of({ problem_type: 'single_label_classification' }).task).toBe('multi-class');
    expect(huggingFaceOrigin(null, 'text')).toMatchObject({ input: {} });
  });
});

test('torchvision', () => {
  const transforms = {
    crop_size: [224],
    resize_size: [232],
    interpolation: 'bilinear',
    weights: 'resnet50 V2',
    ...IMAGENET,
  };
  expect(torchvisionOrigin(transforms, ['tench'])).toEqual({
    labels: ['tench'],
    size: [224, 224],
    input: { resize: 'crop', cropFraction: 224 / 232, interpolation: 'bilinear', scale: 255, ...IMAGENET },
  });
  const settings = importedSettings({ torchvision: transforms });
  expect(settings.from).toBe('torchvision with its weights resnet50 V2');
  expect(settings.labels).toBeUndefined();
});

describe('files next to a bare model', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-test-origin-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    rmSync(path.join(folder, 'set'), { recursive: true, force: true });
    mkdirSync(path.join(folder, 'set'));
  });
  const at = (...names: string[]) => path.join(folder, 'set', ...names);
  const write = (name: string, content: object) => writeFileSync(at(name), JSON.stringify(content));
  const cardOf = async (model: string): Promise<ModelCard> => (await loadModel(model)).card;
  const config = { model_type: 'vit', id2label: { 0: 'cat', 1: 'dog', 2: 'bird' } };
  const processor = { size: { height: 16, width: 16 }, ...HALF };

  test('Hugging Face’s: labels, size and pixels, and the guesses say from where', async () => {
    write('config.json', config);
    write('preprocessor_config.json', processor);
    const card = await cardOf(writeModel(at(), tinyClassifier({ size: 'side', activation: null })));
    expect(card.labels).toEqual(['cat', 'dog', 'bird']);
    expect(card.input).toMatchObject({ size: [16, 16], resize: 'squash', ...PIXELS });
    const guesses = [
      'labels: from config.json next to the model',
      'input: as preprocessor_config.json next to the model says',
    ];
    expect(card.guesses).toEqual(expect.arrayContaining(guesses));
  });

  test('timm’s, in the folder above one named onnx', async () => {
    const pretrained_cfg = { input_size: [3, 24, 24], crop_pct: 0.5, ...IMAGENET };
    write('config.json', { architecture: 'x', label_names: ['a', 'b', 'c'], pretrained_cfg });
    const card = await cardOf(writeModel(at('onnx'), tinyClassifier({ size: 'side' })));
    expect(card.labels).toEqual(['a', 'b', 'c']);
    expect(card.input).toMatchObject({ size: [24, 24], resize: 'crop', cropFraction: 0.5, scale: 255, ...IMAGENET });
  });

  test('a card’s own fields win; labels of another number, another size and other channels are passed over', async () => {
    write('config.json', { ...config, id2label: { 0: 'cat', 1: 'dog' } });
    write('preprocessor_config.json', processor);
    writeModel(at(), tinyClassifier({ channels: 1 }));
    const bare = await cardOf(at('tiny.onnx'));
    expect(bare.labels).toEqual(['class 0', 'class 1', 'class 2']);
    expect(bare.input).toMatchObject({ size: [8, 8], channels: 'gray', scale: 255, mean: [0.5], std: [0.5] });
    write('tiny.explain.json', { model: 'tiny.onnx', input: { scale: 1 } });
    const written = await cardOf(at('tiny.explain.json'));
    expect(written.input).toMatchObject({ scale: 1, mean: [0], std: [1] });
  });

  test('another program’s config.json, damaged ones and links that lead out say nothing', async () => {
    const model = writeModel(at(), tinyClassifier());
    const plain = await cardOf(model);
    write('config.json', { labels: 7, size: 3 });
    expect(await cardOf(model)).toEqual(plain);
    writeFileSync(at('config.json'), '{ "model_type": ');
    expect(await cardOf(model)).toEqual(plain);
    rmSync(at('config.json'));
    const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-test-elsewhere-'));
    writeFileSync(path.join(elsewhere, 'config.json'), JSON.stringify(config));
    try {
      symlinkSync(path.join(elsewhere, 'config.json'), at('config.json'));
    } catch {
      return; // Windows without the right to make links
    }
    expect(await cardOf(model)).toEqual(plain);
    rmSync(elsewhere, { recursive: true });
  });
});
