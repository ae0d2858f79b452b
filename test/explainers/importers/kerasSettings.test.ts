// Settings of Keras' layers that change its numbers: they are read, or the layer is named. The numbers themselves, with
// TensorFlow: npm run test:keras.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/explainers/engines/engine.ts';
import { openEngine } from '../../../src/explainers/engines/openEngine.ts';
import { graphOfNetwork } from '../../../src/explainers/importers/layers/graphOf.ts';
import { readNetwork } from '../../../src/explainers/importers/layers/readNetwork.ts';
import { float32, type TensorOf } from '../../../src/explainers/tensor/tensor.ts';

const OPS = 'keras.src.ops.nn';

/** A Keras model of one layer without weights, which reads rows [batch, 2, 3]. */
function graphOf(className: string, module: string, config: object) {
  const history = { class_name: '__keras_tensor__', config: { keras_history: ['given', 0, 0] } };
  const trainable = module === 'keras.layers' ? { trainable: true } : {};
  const layers = [
    { class_name: 'InputLayer', module: 'keras.layers', name: 'given', config: { batch_shape: [null, 2, 3] } },
    {
      class_name: className,
      module,
      name: 'layer',
      config: { name: 'layer', ...trainable, ...config },
      inbound_nodes: [{ args: [history], kwargs: {} }],
    },
  ];
  const model = {
    class_name: 'Functional',
    config: { name: 'model', layers, input_layers: [['given', 0, 0]], output_layers: [['layer', 0, 0]] },
  };
  const origin = { path: 'model.keras', old: false, metadata: new Map() };
  return graphOfNetwork(readNetwork(JSON.parse(JSON.stringify(model)), 'model.keras'), { of: () => new Map() }, origin);
}

describe('read', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ device: 'cpu' });
  });
  afterAll(() => engine.dispose());
  const rows = [-1.5, 0.25, 2.75, -0.5, 1, 3];
  const elu = (alpha: number) => (x: number) => (x < 0 ? alpha * (Math.exp(x) - 1) : x);

  test.each([
    ['Elu', OPS, { alpha: 0.3 }, rows.map(elu(0.3))],
    ['Elu', OPS, {}, rows.map(elu(1))],
    ['LeakyRelu', OPS, { negative_slope: 0.5 }, rows.map((x) => (x < 0 ? x / 2 : x))],
    ['Cast', 'keras.src.ops.core', { dtype: 'int32' }, [-1, 0, 2, 0, 1, 3]],
    ['Cast', 'keras.src.ops.core', { dtype: 'float16' }, rows],
    ['Masking', 'keras.layers', { mask_value: 0 }, rows],
    ['ELU', 'keras.layers', { alpha: [0.3] }, rows.map(elu(0.3))],
    ['GlobalAveragePooling1D', 'keras.layers', { data_format: 'channels_last' }, [-1, 0.625, 2.875]],
    ['GlobalMaxPooling1D', 'keras.layers', { data_format: 'channels_last' }, [-0.5, 1, 3]],
    ['RandAugment', 'keras.layers', {}, rows],
  ])('%s of %s with %j', async (className, module, config, wanted) => {
    const graph = graphOf(className, module, config);
    const executable = await engine.compile(graph);
    const ran = await executable.run(new Map([[graph.inputs[0]!, float32([1, 2, 3], rows)]]));
    await executable.dispose();
    const { data } = ran.get(graph.outputs[0]!) as TensorOf<'float32'>;
    expect([...data]).toEqual(wanted.map((each) => expect.closeTo(each, 5)));
  });
});

test.each([
  ['Softmax', 'keras.layers', { axis: [1, 2] }, /'layer' has the setting 'axis' with several values: \[1,2\]/],
  ['Softmax', OPS, { axis: [1, 2] }, /'layer' is a softmax over several axes/],
  ['Relu', OPS, { slope: 2 }, /'layer' \(Relu\) has the setting 'slope', which is not known/],
  ['Cast', 'keras.src.ops.core', { dtype: 'bool' }, /'layer' casts to 'bool'/],
  ['Masking', 'keras.layers', { mask_value: -1 }, /'layer' masks rows of -1/],
  ['Embedding', 'keras.layers', { input_dim: 3, output_dim: 2, mask_zero: true }, /masks zeros/],
  [
    'MultiHeadAttention',
    'keras.layers',
    { num_heads: 2, key_dim: 2, sliding_window: 3 },
    /attention with 'sliding_window'/,
  ],
  ['Pipeline', 'keras.layers', { layers: [] }, /'layer' \(Pipeline\) is not read yet/],
  ['Lambda', 'keras.layers', {}, /'layer' \(Lambda\) holds Python code/],
  ['mine>Own', '', {}, /'layer' \(mine>Own\) is a class of your own/],
])('%s of %s with %j is named', (className, module, config, message) => {
  expect(() => graphOf(className, module, config)).toThrow(
    expect.objectContaining({
      kind: 'unsupported',
      message: expect.stringMatching(message),
      next: expect.stringContaining('Export the model to ONNX'),
    }),
  );
});

test('Lambda, and classes of one’s own: what still runs on an export is said', () => {
  expect(() => graphOf('Lambda', 'keras.layers', {})).toThrow(
    expect.objectContaining({ next: expect.stringContaining('LIME, SHAP, occlusion and RISE') }),
  );
});
