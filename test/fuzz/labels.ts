import { writeOnnx } from '../../src/explainers/importers/onnx/write.ts';
import { tinyClassifier } from '../tinyModels.ts';
import type { Files, Target } from './target.ts';
import { damagedText } from './text.ts';

const TEXTS: Readonly<Record<string, string>> = {
  'labels.txt': '# classes\ncat\ndog, Canis familiaris\nbird\n',
  'classes.txt': 'cat\ndog\nbird\n',
  'data.yaml': 'train: images/train\nval: images/val\nnc: 3\nnames:\n  0: cat\n  1: "dog"\n  2: \'bird\'\n',
  'data.yml': 'names: [cat, "dog, the", bird]\nkpt_shape: [17, 3]\n',
  'dataset.yaml': 'names: {0: cat, 1: dog, 2: bird}\n',
};

export const labels: Target = {
  id: 'labels',
  seeds: () =>
    Object.entries(TEXTS).map(
      ([name, text]): Files =>
        new Map([
          [name, Buffer.from(text)],
          ['sound.onnx', writeOnnx(tinyClassifier())],
        ]),
    ),
  damage: (files, random) =>
    new Map([...files].map(([name, bytes], i) => [name, i === 0 ? damagedText(bytes, random) : bytes])),
  async exercise({ session, path: at, ask }, _files, number) {
    await ask('describe', () => session.describe({ model: at('sound.onnx') }));
    if (number % 4 === 0)
      await ask('predict', () => session.predict({ model: at('sound.onnx'), image: at('image.png') }));
  },
};
