import { writeOnnx } from '../../src/explainers/importers/onnx/write.ts';
import { tinyClassifier } from '../tinyModels.ts';
import type { Target } from './target.ts';
import { damagedText } from './text.ts';

const CARDS = [
  {
    model: 'sound.onnx',
    task: 'multi-label',
    labels: ['cat', 'dog', 'bird'],
    input: {
      size: [8, 8],
      resize: 'crop',
      cropFraction: 0.875,
      interpolation: 'bicubic',
      scale: 1,
      mean: 127,
      std: 128,
    },
    output: { name: 'logits', activation: 'sigmoid' },
    thresholds: [0.5, 0.4, 0.3],
    annotations: ['labels/*.json', { path: 'boxes.csv', format: 'boxCsv' }],
    aliases: { kitten: 'cat', puppy: 'dog' },
    explain: { gradCam: { layer: 'auto' }, lime: { samples: 8 } },
    device: 'cpu',
  },
  {
    model: 'sound.onnx',
    labels: 'labels.txt',
    input: { resize: 'letterbox', fill: 114, channels: 'bgr', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    thresholds: 0.5,
  },
  { model: 'sound.onnx' },
];

export const cards: Target = {
  id: 'cards',
  seeds: () =>
    CARDS.map(
      (card) =>
        new Map([
          ['card.explain.json', Buffer.from(JSON.stringify(card, null, 2))],
          ['labels.txt', Buffer.from('cat\ndog\nbird\n')],
          ['sound.onnx', writeOnnx(tinyClassifier())],
        ]),
    ),
  damage: (files, random) =>
    new Map([...files].map(([name, bytes], i) => [name, i === 0 ? damagedText(bytes, random) : bytes])),
  async exercise({ session, path: at, ask }, _files, number) {
    const model = at('card.explain.json');
    await ask('describe', () => session.describe({ model }));
    if (number % 4 !== 0) return;
    await ask('predict', () => session.predict({ model, image: at('image.png') }));
    await ask('annotations', () => session.annotations({ model, image: at('image.png') }));
  },
};
