// The SHAMSUL study's model in full size, as Keras saves it: its preset runs all four methods. With TensorFlow:
// npm run test:keras.
import path from 'node:path';
import { describe, test } from 'vitest';
import { shamsulMaps } from '../explainers/cli/shamsulMaps.ts';
import { noTensorflow, ownFolder, tensorflowRuns } from './tensorflow.ts';

describe.skipIf(noTensorflow)(`SHAMSUL${noTensorflow ? `: ${noTensorflow}` : ''}`, () => {
  test('DenseNet121 with 14 sigmoids: LIME, KernelSHAP, Grad-CAM and LRP from .h5 and .keras', async () => {
    const folder = ownFolder('shamsul');
    await tensorflowRuns('applications.py', 'shamsul', folder);
    await shamsulMaps((kind) => path.join(folder, `shamsul.${kind}`), folder);
  }, 900_000);
});
