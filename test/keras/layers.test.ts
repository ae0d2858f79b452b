// Every kind of Keras layer in a small network: what it answers is what Keras answers, or the layer is named. With
// TensorFlow: npm run test:keras.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openEngine } from '../../src/explainers/engines/openEngine.ts';
import { ExplainError } from '../../src/explainers/errors.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { float32, type TensorOf } from '../../src/explainers/tensor/tensor.ts';
import { relativeL2 } from '../reference/cases.ts';
import { noTensorflow, ownFolder, tensorflowRuns } from './tensorflow.ts';

interface Answer {
  readonly kinds: readonly string[];
  readonly answer: readonly number[];
  /** Why Keras itself could not make the network. */
  readonly unbuilt?: string;
}

/** Layers that are not read, and what names them in the message. */
const REFUSED: ReadonlyMap<string, RegExp> = new Map([
  ['AdaptiveAveragePooling2D', /\(AdaptiveAveragePooling2D\) is not read yet/],
  ['AdaptiveMaxPooling2D', /\(AdaptiveMaxPooling2D\) is not read yet/],
  ['LayerNormalization-axes', /normalises over the axes 1, 2, 3/],
  ['UnitNormalization', /\(UnitNormalization\) is not read yet/],
  ['SpectralNormalization', /\(SpectralNormalization\) is not read yet/],
  ['Conv2DTranspose-output', /'conv2d_transpose_\d' is a dilated transposed convolution, or one with output_padding/],
  ['Conv2DTranspose-dilated', /'conv2d_transpose_\d' is a dilated transposed convolution/],
  ['UpSampling2D-bicubic', /resizes its image by 'bicubic'/],
  ['ReLU-threshold', /is a ReLU with a threshold of 0\.2/],
  ['Softmax-axes', /the setting 'axis' with several values: \[1,2\]/],
  ['EinsumDense', /\(EinsumDense\) is not read yet/],
  ['TimeDistributed', /\(TimeDistributed\) is not read yet/],
  ['Wrapper', /\(TimeDistributed\) is not read yet/],
  ['Dot', /\(Dot\) is not read yet/],
  ['MultiHeadAttention-causal', /an attention with 'use_causal_mask'/],
  ['MultiHeadAttention-axes', /an attention with 'attention_axes'/],
  ['GroupQueryAttention', /\(Groupe?d?QueryAttention\) is not read yet/],
  ['Attention', /\(Attention\) is not read yet/],
  ['AdditiveAttention', /\(AdditiveAttention\) is not read yet/],
  ...['AveragePooling1D', 'MaxPooling1D', 'Conv1D', 'SeparableConv1D', 'ZeroPadding1D', 'Cropping1D', 'UpSampling1D']
    .concat('LSTM', 'GRU', 'SimpleRNN', 'Bidirectional', 'ConvLSTM1D', 'AutoContrast', 'Solarization', 'Pipeline')
    .concat('Discretization')
    .map((name) => [name, new RegExp(`\\(${name}\\) is not read yet`)] as const),
  ['Conv3D', /'get_item' picks a part of a value in a way that is not known/],
  ['Resizing-crop', /crops, pads or smooths the image it resizes/],
  ['Lambda', /\(Lambda\) holds Python code, which is never run/],
  ['Own', /\((?:mine>)?Own\) is a class of your own/],
  ...['depth', 'einsum', 'split', 'stack', 'pad', 'where', 'var', 'std', 'roll', 'flip', 'tile', 'normalize']
    .concat('image-resize', 'average-pool', 'swapaxes', 'floor')
    .map((name) => [`ops-${name}`, /\((?:\w+)\) is not read yet/] as const),
]);

/** Keras itself cannot open these files again: it keeps the weights of a model that two others call once. */
const KERAS_CANNOT_OPEN = new Set(['nested-twice.keras']);

/** In half precision Keras' own numbers are off. */
const BOUNDS: ReadonlyMap<string, number> = new Map([
  ['policy-mixed_float16', 1e-3],
  ['policy-float16', 1e-3],
  ['policy-mixed_bfloat16', 1e-2],
  ['policy-bfloat16', 1e-2],
]);

const SIZE = 16;

describe.skipIf(noTensorflow)(`Keras’ layers${noTensorflow ? `: ${noTensorflow}` : ''}`, async () => {
  const folder = ownFolder('layers');
  const answers = noTensorflow ? {} : await tensorflowRuns<Record<string, Answer>>('layers.py', folder);
  let engine: Engine;
  let image: TensorOf<'float32'>;
  beforeAll(async () => {
    engine = await openEngine({ device: 'cpu' });
    const bytes = new Uint8Array(readFileSync(path.join(folder, 'image.f32')));
    const rows = new Float32Array(bytes.buffer);
    const pixels = SIZE * SIZE;
    const first = rows.map((_, i) => rows[(i % pixels) * 3 + Math.floor(i / pixels)]!);
    image = float32([1, 3, SIZE, SIZE], first);
  });
  afterAll(() => engine?.dispose());

  test.each(Object.entries(answers))('%s', async (name, { unbuilt, kinds, answer }) => {
    expect(unbuilt).toBeUndefined();
    expect(kinds).toContain('keras');
    for (const kind of kinds) {
      const file = path.join(folder, `${name}.${kind}`);
      const given = await loadModel(file).catch((thrown: unknown) => thrown);
      const refused = KERAS_CANNOT_OPEN.has(`${name}.${kind}`) ? /weights 'kernel' .* are missing/ : REFUSED.get(name);
      if (refused) {
        expect(given, kind).toBeInstanceOf(ExplainError);
        expect(given, kind).toMatchObject({ message: expect.stringMatching(refused), next: expect.any(String) });
        continue;
      }
      if (given instanceof Error) throw given;
      const { source, notes } = given as Awaited<ReturnType<typeof loadModel>>;
      const executable = await engine.compile(source);
      const ran = await executable.run(new Map([[source.inputs[0]!, image]]));
      await executable.dispose();
      const far = relativeL2((ran.get(source.outputs[0]!) as TensorOf<'float32'>).data, answer);
      expect(far, kind).toBeLessThan(BOUNDS.get(name) ?? 1e-5);
      const policy = /^policy-(.*)/.exec(name)?.[1];
      expect(notes, kind).toEqual(
        policy ? [expect.stringContaining(`Keras computes this model in ${policy}.`)] : expect.anything(),
      );
    }
  });
});
