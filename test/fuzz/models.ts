import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { writeOnnx } from '../../src/explainers/importers/onnx/write.ts';
import { sizeOf } from '../../src/explainers/tensor/tensor.ts';
import { root } from '../data.ts';
import { tinyClassifier } from '../tinyModels.ts';
import { damagedBytes } from './bytes.ts';
import { damagedModel } from './protobuf.ts';
import type { Files, Target } from './target.ts';

const LARGEST = 40_000;
/** Pixels. */
const LARGEST_INPUT = 2 ** 20;
const METHODS = ['gradCam', 'lrp', 'gradient', 'eigenCam', 'integratedGradients', 'lime', 'occlusion', 'scoreCam'];
const QUICK: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  integratedGradients: { steps: 3 },
  lime: { samples: 8 },
};

const asModel = (bytes: Uint8Array): Files => new Map([['model.onnx', bytes]]);

function seeds(): Files[] {
  const folder = path.join(root, 'test/fixtures/models');
  const fixtures = readdirSync(folder)
    .filter((name) => name.endsWith('.onnx'))
    .map((name) => readFileSync(path.join(folder, name)));
  const references = ['transformers', 'keras', 'gradients', 'lrp'].flatMap((name) => {
    const files = path.join(root, 'test/reference', name);
    return readdirSync(files)
      .filter((file) => file.endsWith('.onnx.gz'))
      .map((file) => gunzipSync(readFileSync(path.join(files, file))));
  });
  const small = [...fixtures, ...references].filter(({ length }) => length <= LARGEST);
  return [
    writeOnnx(tinyClassifier()),
    writeOnnx(tinyClassifier({ activation: 'Sigmoid', layout: 'nhwc' })),
    ...small,
  ].map(asModel);
}

export const models: Target = {
  id: 'models',
  seeds,
  damage(files, random) {
    const bytes = files.get('model.onnx')!;
    return asModel((random.random() < 0.6 && damagedModel(bytes, random)) || damagedBytes(bytes, random));
  },
  async exercise({ session, path: at, ask }, _files, number) {
    const model = at('model.onnx');
    const image = at('image.png');
    const described = await ask('describe', () => session.describe({ model }));
    const prediction = await ask('predict', () => session.predict({ model, image }));
    if (!described || !prediction || prediction.scores.length === 0) return;
    // A guessed input of millions of pixels takes its time rightly: what is measured here is what a file makes us do.
    if (sizeOf(described.card.input.size) > LARGEST_INPUT) return;
    const method = METHODS[number % METHODS.length]!;
    const parameters = QUICK[method];
    await ask(method, () =>
      session.explain({ model, image, method, classes: [0], sources: [], ...(parameters && { parameters }) }),
    );
  },
};
