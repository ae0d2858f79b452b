// Outputs with further axes, reduced to one score per class as the card says.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { resolveParameters } from '../../../src/explainers/method/parameterValues.ts';
import { methods } from '../../../src/explainers/methods/methods.ts';
import { cardText } from '../../../src/explainers/models/card/writeCard.ts';
import { loadModel, suggestedCard } from '../../../src/explainers/models/loadModel.ts';
import { explainContext } from '../../../src/explainers/session/explainImage.ts';
import { modelScores } from '../../../src/explainers/session/labels/modelScores.ts';
import { OpenModels } from '../../../src/explainers/session/models/openModels.ts';
import { int64, type TensorOf } from '../../../src/explainers/tensor/tensor.ts';
import { numbers, writeModel } from '../../tinyModels.ts';

let folder: string;
let models: OpenModels;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-class-output-'));
  models = new OpenModels({ threads: 1 });
});
afterAll(async () => {
  await models.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const SIZE = 8;
const CLASSES = 3;
const image = numbers([1, 3, SIZE, SIZE], 3);

/** A value [1, channels, 8, 8] of the image. */
function features(b: GraphBuilder, channels: number, seed = 1): string {
  const image = b.input('image', { dtype: 'float32', shape: ['N', 3, SIZE, SIZE] });
  return b.node('Conv', [image, b.constant(numbers([channels, 3, 3, 3], seed))], { pads: [1, 1, 1, 1] }, 'conv');
}

/** As YOLOv8: boxes [4] and the sigmoid of classes, joined, for each of the 64 places. */
function detector(): Graph {
  const b = new GraphBuilder('detector');
  const flat = b.node('Reshape', [features(b, 4 + CLASSES), b.constant(int64([1, 4 + CLASSES, -1]))]);
  const [boxes, classes] = b.nodes('Split', [flat, b.constant(int64([4, CLASSES]))], 2, { axis: 1 });
  b.setOutputs([
    b.node('Concat', [boxes!, b.node('Sigmoid', [classes!], {}, 'probabilities')], { axis: 1 }, 'output0'),
  ]);
  return b.build();
}

/** One logit per class and pixel. */
function segmenter(): Graph {
  const b = new GraphBuilder('segmenter');
  b.setOutputs([b.node('Tanh', [features(b, CLASSES)], {}, 'masks')]);
  return b.build();
}

function withCard(name: string, graph: Graph, output: object, more: object = {}): string {
  writeModel(folder, graph, `${name}.onnx`);
  const card = path.join(folder, `${name}.explain.json`);
  writeFileSync(card, JSON.stringify({ model: `${name}.onnx`, output, ...more }));
  return card;
}

/** What the model's own output holds, [channels][places]. */
async function ownOutput(graph: Graph, input: TensorOf<'float32'>): Promise<number[][]> {
  const executable = await (await models.engine()).compile(graph);
  const [value] = [...(await executable.run(new Map([['image', input]]))).values()];
  await executable.dispose();
  const data = value!.data as Float32Array;
  const places = SIZE * SIZE;
  return Array.from({ length: data.length / places }, (_, c) => [...data.subarray(c * places, (c + 1) * places)]);
}

const largest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

const DETECTOR = { name: 'output0:0', classes: { axis: 1, from: 4 }, over: 'max' };
const SEGMENTER = { name: 'masks:0', classes: { axis: 1 }, over: 'mean' };

test('a detector has the score of its best box for each class, and the logit before the sigmoid', async () => {
  const model = await models.open(withCard('detector', detector(), DETECTOR));
  const { logits, scores } = await modelScores(model, image);
  const expected = (await ownOutput(detector(), image)).slice(4).map(largest);
  expect([...scores]).toEqual(expected.map((value) => expect.closeTo(value, 5)));
  expect([...logits]).toEqual(expected.map((value) => expect.closeTo(Math.log(value / (1 - value)), 3)));
  expect(model.card).toMatchObject({ task: 'multi-label', labels: { length: CLASSES } });
});

test('a segmentation network has the mean of each class over the pixels, or the largest', async () => {
  const own = await ownOutput(segmenter(), image);
  for (const [over, reduce] of [
    ['mean', mean],
    ['max', largest],
  ] as const) {
    // biome-ignore format: one line
    const model = await models.open(withCard(`segmenter-${over}`, segmenter(), { ...SEGMENTER, over, activation: 'none' }));
    const { scores } = await modelScores(model, image);
    expect([...scores]).toEqual(own.map((values) => expect.closeTo(reduce(values), 5)));
  }
});

test.each([
  ['detector', detector(), DETECTOR],
  ['segmenter', segmenter(), SEGMENTER],
] as const)('every method runs on it, and the gradient is that of the logit: %s', async (name, graph, output) => {
  const model = await models.open(withCard(`${name}-methods`, graph, output));
  const context = () => explainContext(model, { classes: [1] }, image, {});
  const [map] = await methods.get('gradient')!.explain(context(), { absolute: false });
  for (const at of [9, 70, 133]) {
    const moved = async (by: number) => {
      const data = Float32Array.from(image.data, (value, i) => (i === at ? value + by : value));
      return (await modelScores(model, { ...image, data })).logits[1]!;
    };
    const slope = ((await moved(1e-2)) - (await moved(-1e-2))) / 2e-2;
    expect(map!.values.data[at]).toBeCloseTo(slope, 2);
  }
  for (const id of ['gradCam', 'lrp', 'eigenCam']) {
    const method = methods.get(id)!;
    const [other] = await method.explain(context(), resolveParameters(method, {}));
    expect(other!.values.data.every(Number.isFinite)).toBe(true);
  }
});

/** Features of half the size, resized once more, `heads` maps of classes of them, and their sum in the image's size. */
function deepSegmenter(heads: number): Graph {
  const b = new GraphBuilder('deep');
  const resized = (value: string, by: number, name: string) => {
    const scales = b.constant({ dtype: 'float32', shape: [4], data: new Float32Array([1, 1, by, by]) });
    return b.node('Resize', [value, '', scales], { mode: 'linear' }, name);
  };
  const halved = b.node('AveragePool', [features(b, 5)], { kernel_shape: [2, 2], strides: [2, 2] });
  const trunk = resized(b.node('Relu', [halved], {}, 'trunk'), 0.5, 'smaller');
  const head = (seed: number) => b.node('Conv', [trunk, b.constant(numbers([CLASSES, 5, 1, 1], seed))], {}, 'classes');
  const maps = Array.from({ length: heads }, (_, i) => head(i + 5)).reduce((sum, map) => b.node('Add', [sum, map]));
  b.setOutputs([resized(maps, 4, 'masks')]);
  return b.build();
}

test.each([1, 2])('the automatic layer holds features, not the map of the classes (%i heads)', async (heads) => {
  const { model } = await loadModel(withCard(`deep${heads}`, deepSegmenter(heads), SEGMENTER));
  const automatic = model.layers.find((layer) => layer.automatic);
  expect(automatic).toMatchObject({ op: 'Relu', shape: [5, SIZE / 2, SIZE / 2] });
  // Grad-CAM of the map of the classes would be the class's own scores at its places.
  expect(model.layers.map(({ op }) => op)).toContain('Resize');
});

/** A pyramid: fine features, coarser ones of them and of earlier ones, and classes of both, joined over places. */
function pyramid(): Graph {
  const b = new GraphBuilder('pyramid');
  const early = b.node('Relu', [features(b, 5)], {}, 'early');
  const layer = (value: string, seed: number, channels: number, strides = 1) =>
    b.node('Conv', [value, b.constant(numbers([channels, 5, 1, 1], seed))], { strides: [strides, strides] });
  const fine = b.node('Relu', [layer(early, 2, 5)], {}, 'fine');
  const coarse = b.node('Relu', [b.node('Add', [layer(fine, 3, 5, 2), layer(early, 7, 5, 2)])], {}, 'coarse');
  const flat = (value: string) => b.node('Reshape', [value, b.constant(int64([1, CLASSES, -1]))]);
  const maps = [layer(fine, 4, CLASSES), layer(coarse, 5, CLASSES)].map(flat);
  b.setOutputs([b.node('Concat', maps, { axis: 2 }, 'output0')]);
  return b.build();
}

test('the automatic layer of a detector is the last one that all scales read', async () => {
  const { model } = await loadModel(withCard('pyramid', pyramid(), { classes: { axis: 1 }, over: 'max' }));
  expect(model.layers.find((layer) => layer.automatic)?.name).toMatch(/^fine/);
});

test('a network whose every layer holds scores of classes keeps the last one', async () => {
  const { model } = await loadModel(withCard('flat', segmenter(), SEGMENTER));
  expect(model.layers.find((layer) => layer.automatic)?.op).toBe('Tanh');
});

describe('what does not fit is said at its place', () => {
  const refused = (output: object) => loadModel(withCard('wrong', detector(), output));
  test.each([
    [{ name: 'output0:0', classes: { axis: 3 } }, /has no axis 3/],
    [{ name: 'output0:0', classes: { axis: 1, from: 7 } }, /has 7 elements along axis 1, not 7 to 7/],
    [{ name: 'output9', classes: { axis: 1 } }, /no output or value 'output9'/],
    [{ name: 'output0:0', over: 'max' }, /not where its classes lie/],
    [{ name: 'output0:0', classes: { axis: 0 } }, /must be >= 1/],
  ])('%j', async (output, message) => {
    await expect(refused(output)).rejects.toMatchObject({ kind: 'card', message: expect.stringMatching(message) });
  });
});

describe('the shapes of the outputs suggest it', () => {
  function shaped(...shapes: readonly (readonly number[])[]): string {
    const b = new GraphBuilder('net');
    const image = b.input('image', { dtype: 'float32', shape: [1, 3, 32, 32] });
    const outputs = shapes.map((_, i) => `out${i}`);
    b.add({ name: 'end', op: 'End', domain: 'com.example', inputs: [image], outputs, attributes: new Map() });
    for (const [i, shape] of shapes.entries()) b.type(outputs[i]!, { dtype: 'float32', shape });
    b.setOutputs(outputs);
    return writeModel(folder, { ...b.build(), domains: new Map([['com.example', 1]]) }, 'shaped.onnx');
  }

  test.each<[string, readonly (readonly number[])[], string]>([
    ['YOLOv8', [[1, 84, 525]], '{ "name": "out0", "classes": { "axis": 1, "from": 4 }, "over": "max" }'],
    ['YOLOv5', [[1, 25200, 85]], '{ "name": "out0", "classes": { "axis": 2, "from": 5 }, "over": "max" }'],
    [
      'YOLOv8-seg',
      [
        [1, 116, 525],
        [1, 32, 40, 40],
      ],
      '{ "name": "out0", "classes": { "axis": 1, "from": 4, "to": 84 }, "over": "max" }',
    ],
    [
      'DETR',
      [
        [1, 100, 92],
        [1, 100, 4],
      ],
      '{ "name": "out0", "classes": { "axis": 2 }, "over": "max" }',
    ],
    [
      'deeplab',
      [
        [1, 21, 32, 32],
        [1, 21, 32, 32],
      ],
      '{ "name": "out0", "classes": { "axis": 1 }, "over": "mean" }',
    ],
    ['channels last', [[1, 32, 32, 21]], '{ "name": "out0", "classes": { "axis": 3 }, "over": "mean" }'],
  ])('%s', async (_, shapes, expected) => {
    // biome-ignore format: one line each
    await expect(loadModel(shaped(...shapes))).rejects.toMatchObject({ next: expect.stringContaining(expected) });
  });

  test('the inferred card has it, and is one that the model opens with', async () => {
    const file = writeModel(folder, detector(), 'bare.onnx');
    const thrown = await loadModel(file).catch((error: unknown) => error);
    const text = cardText(await suggestedCard(file, thrown));
    expect(text).toMatch(/"classes": \{\s*"axis": 1,\s*"from": 4/);
    const card = path.join(folder, 'bare.explain.json');
    writeFileSync(card, text);
    expect((await loadModel(card)).card.output).toMatchObject({ name: 'output0:0', classes: { axis: 1, from: 4 } });
  });
});
