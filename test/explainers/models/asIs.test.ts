// Scores are those of the model as its file has it; maps are of the same network, in a form that can be explained.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { float } from '../../../src/explainers/graph/attributes.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { forwardScores } from '../../../src/explainers/method/forward.ts';
import { methods } from '../../../src/explainers/methods/methods.ts';
import { canonicalize } from '../../../src/explainers/ops/canonical/canonicalize.ts';
import { explainContext } from '../../../src/explainers/session/explainImage.ts';
import { mapNotes, modelScores } from '../../../src/explainers/session/labels/modelScores.ts';
import { type OpenModel, OpenModels } from '../../../src/explainers/session/models/openModels.ts';
import { fromNumbers } from '../../../src/explainers/tensor/dtype.ts';
import { float32, scalar, type TensorOf } from '../../../src/explainers/tensor/tensor.ts';
import { relativeL2 } from '../../reference/cases.ts';
import { numbers, tinyClassifier, writeModel } from '../../tinyModels.ts';
import { twinOf } from '../../twins.ts';

let folder: string;
let models: OpenModels;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-as-is-'));
  models = new OpenModels({ threads: 1 });
});
afterAll(async () => {
  await models.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const open = (name: string, graph: Graph) => models.open(writeModel(folder, graph, `${name}.onnx`));
const image = (seed = 3) => numbers([1, 3, 8, 8], seed);

/** What ONNX Runtime gives for the graph as it is. */
async function asWritten(graph: Graph, input: TensorOf<'float32'>): Promise<Float32Array> {
  const engine = await models.engine();
  const executable = await engine.compile(graph);
  const [output] = [...(await executable.run(new Map([[graph.inputs[0]!, input]]))).values()];
  await executable.dispose();
  return output!.data as Float32Array;
}

async function gradient(model: OpenModel, input: TensorOf<'float32'>): Promise<Float32Array> {
  const context = explainContext(model, { classes: [1] }, input, {});
  const [map] = await methods.get('gradient')!.explain(context, { absolute: false });
  return map!.values.data;
}

describe('precision', () => {
  test('scores are those of the half-precision model, to the bit; every map has a note', async () => {
    const twin = twinOf(tinyClassifier({ activation: null }), 'float16', { keepIo: true });
    const model = await open('half', twin);
    const { logits, notes } = await modelScores(model, image());
    expect(logits).toEqual(await asWritten(twin, image()));
    expect(notes).toEqual([]);
    expect(await mapNotes(model)).toEqual([
      expect.stringMatching(/float16 \(half precision\).*computed in float32, which holds/),
    ]);
  });

  test.each(['bfloat16', 'float64'] as const)(
    '%s, which the runtime cannot run: float32 scores, said',
    async (dtype) => {
      const source = tinyClassifier({ activation: null });
      const model = await open(dtype, twinOf(source, dtype));
      const { logits, notes } = await modelScores(model, image());
      expect(relativeL2(logits, await asWritten(source, image()))).toBeLessThan(dtype === 'float64' ? 1e-6 : 2e-2);
      expect(notes).toEqual([
        expect.stringMatching(new RegExp(`cannot run the model in ${dtype}.*computed in float32`)),
      ]);
      expect((await mapNotes(model)).at(-1)).toBe(notes[0]);
    },
  );

  test('a mask filled with the lowest double stays a number', async () => {
    const b = new GraphBuilder('mask');
    const x = b.input('image', { dtype: 'float64', shape: [1, 3, 8, 8] });
    const flat = b.node('Flatten', [b.node('GlobalAveragePool', [x])]);
    const lowest = b.constant(scalar(-Number.MAX_VALUE, 'float64'));
    const mask = b.node('Mul', [
      b.constant({ dtype: 'float64', shape: [1, 3], data: Float64Array.of(0, 1, 0) }),
      lowest,
    ]);
    const masked = b.node('Softmax', [b.node('Add', [flat, mask])], { axis: 1 });
    b.setOutputs([b.node('Mul', [masked, flat], {}, 'logits')]);
    const model = await open('mask', b.build());
    const { logits } = await forwardScores({ model: model.model, input: image(), compiled: model.compiled });
    expect(logits.every(Number.isFinite)).toBe(true);
  });
});

describe('training mode', () => {
  /** Conv → BatchNormalization → Relu → (several images' worth of it) → mean → Gemm */
  function trained({
    batch = 1,
    vector = false,
    dropout = 0,
    seed,
  }: {
    batch?: number;
    vector?: boolean;
    dropout?: number;
    seed?: number;
  }): Graph {
    // biome-ignore format: one line
    const b = new GraphBuilder('trained');
    const x = b.input('image', { dtype: 'float32', shape: [1, 3, 8, 8] });
    const ints = (values: number[]) => b.constant({ dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) }); // biome-ignore format: one line
    const normalised = (value: string, channels: number) => {
      const each = [1, 2, 3].map((i) => b.constant(numbers([channels], i)));
      const inputs = [value, ...each, b.constant(float32([channels], Array(channels).fill(1)))];
      return b.nodes('BatchNormalization', inputs, 3, { training_mode: 1, epsilon: float(1e-3) }, 'norm')[0]!;
    };
    let value = b.node('Conv', [x, b.constant(numbers([4, 3, 3, 3]))], { pads: [1, 1, 1, 1] });
    if (batch > 1) value = b.node('Reshape', [value, ints([batch, 4, 8, 8 / batch])]);
    value = b.node('Softplus', [normalised(value, 4)]);
    if (batch > 1) value = b.node('Reshape', [value, ints([1, 4, 8, 8])]);
    let features = b.node('Flatten', [b.node('GlobalAveragePool', [b.node('Mul', [value, value])])]);
    if (vector) features = b.node('Add', [features, normalised(features, 4)]);
    if (dropout > 0) {
      const training = b.constant({ dtype: 'bool', shape: [], data: Uint8Array.of(1) });
      features = b.node(
        'Dropout',
        [features, b.constant(scalar(dropout)), training],
        seed === undefined ? {} : { seed },
        'drop',
      );
    }
    b.setOutputs([b.node('Gemm', [features, b.constant(numbers([3, 4], 7))], { transB: 1 }, 'logits')]);
    return b.build();
  }

  test.each([
    ['of one image', {}],
    ['of an image cut into four', { batch: 4 }],
    ['of a vector, which leaves its shift alone', { vector: true }],
  ] as const)('BatchNormalization %s: scores as the runtime computes them, and their gradient', async (name, how) => {
    const graph = trained(how);
    const model = await open(name, graph);
    const input = image();
    const written = await asWritten(graph, input);
    expect((await modelScores(model, input)).logits).toEqual(written);
    const explained = await forwardScores({ model: model.model, input, compiled: model.compiled });
    expect(relativeL2(explained.logits, written)).toBeLessThan(1e-5);
    const g = await gradient(model, input);
    const along = numbers([1, 3, 8, 8], 11).data;
    const moved = async (by: number) => (await asWritten(graph, float32([1, 3, 8, 8], input.data.map((v, i) => v + by * along[i]!))))[1]!; // biome-ignore format: one line
    const numeric = ((await moved(1e-2)) - (await moved(-1e-2))) / 2e-2;
    const analytic = g.reduce((sum, value, i) => sum + value * along[i]!, 0);
    expect(Math.abs(analytic - numeric)).toBeLessThan(2e-3 * Math.max(1, Math.abs(numeric)));
    expect(model.notes).toEqual([
      expect.stringMatching(/training mode: BatchNormalization \(node 'norm'.*evaluation mode/),
    ]);
  });

  test('running statistics that are given out too change nothing', () => {
    const graph = trained({});
    const { nodes, outputs } = canonicalize({ ...graph, outputs: [...graph.outputs, 'norm:1'] });
    expect(nodes.find((node) => node.outputs[0] === 'norm:0')?.op).toBe('InstanceNormalization');
    expect(nodes.find((node) => node.outputs[1] === 'norm:1')?.op).toBe('BatchNormalization');
    expect(outputs).toContain('norm:1');
  });

  test('several images at once do not share their statistics', async () => {
    const model = await open('batches', trained({}));
    const run = (batchMemory: number) =>
      methods
        .get('integratedGradients')!
        .explain({ ...explainContext(model, { classes: [1] }, image(), {}), batchMemory }, { steps: 8, baseline: 'black', rule: 'trapezoid' }); // biome-ignore format: one line
    const [[one], [many]] = [await run(1), await run(2 ** 30)];
    expect(relativeL2(many!.values.data, one!.values.data)).toBeLessThan(1e-5);
  });

  test('Dropout: the runtime leaves it out, and so do the maps; a note says so', async () => {
    const graph = trained({ dropout: 0.5 });
    const model = await open('dropout', graph);
    const written = await asWritten(graph, image());
    expect((await modelScores(model, image())).logits).toEqual(written);
    const explained = await forwardScores({ model: model.model, input: image(), compiled: model.compiled });
    expect(relativeL2(explained.logits, written)).toBeLessThan(1e-5);
    expect(await gradient(model, image())).toEqual(await gradient(await open('without', trained({})), image()));
    expect(model.notes[0]).toMatch(/Dropout \(node 'drop'\) would drop values at random, which ONNX Runtime omits/);
  });
});

describe('quantised files', () => {
  /** x → Q → DQ → Conv(DQ w) → Relu → Q → DQ → … → Gemm */
  function quantised({ activations, perChannel }: { activations: boolean; perChannel: boolean }): Graph {
    const b = new GraphBuilder('quantised');
    const x = b.input('image', { dtype: 'float32', shape: [1, 3, 8, 8] });
    const zero = b.constant(fromNumbers('int8', [], [0]));
    const rounded = (value: string, scale: number) => {
      if (!activations) return value;
      const parts = [b.constant(scalar(scale)), zero];
      return b.node('DequantizeLinear', [b.node('QuantizeLinear', [value, ...parts]), ...parts]);
    };
    const weight = (shape: number[], seed: number) => {
      const stored = b.constant(
        fromNumbers(
          'int8',
          shape,
          numbers(shape, seed).data.map((v) => Math.round(v * 127)),
        ),
        `w${seed}`,
      );
      if (!perChannel) return b.node('DequantizeLinear', [stored, b.constant(scalar(0.004)), zero]);
      const scales = numbers([shape[0]!], seed + 1).data.map((v) => 0.003 + 0.002 * v);
      const zeros = b.constant(fromNumbers('int8', [shape[0]!], Array(shape[0]!).fill(0)));
      return b.node('DequantizeLinear', [stored, b.constant(float32([shape[0]!], scales)), zeros], { axis: 0 });
    };
    let value = rounded(x, 1 / 127);
    for (const [i, [from, to]] of (
      [
        [3, 16],
        [16, 16],
      ] as const
    ).entries()) {
      // biome-ignore format: one line
      value = b.node('Conv', [value, weight([to, from, 3, 3], 5 + i)], { pads: [1, 1, 1, 1] });
      value = rounded(b.node('Relu', [value]), 0.02);
    }
    const features = b.node('Flatten', [b.node('GlobalAveragePool', [value])]);
    b.setOutputs([b.node('MatMul', [rounded(features, 0.01), b.node('Transpose', [weight([3, 16], 8)], { perm: [1, 0] })], {}, 'logits')]); // biome-ignore format: one line
    return b.build();
  }

  test.each([true, false])(
    'with rounded activations, per channel %s: the scores are the runtime’s, also of what is explained',
    async (perChannel) => {
      const graph = quantised({ activations: true, perChannel });
      const model = await open(`qdq ${perChannel}`, graph);
      const written = await asWritten(graph, image());
      expect((await modelScores(model, image())).logits).toEqual(written);
      const explained = await forwardScores({ model: model.model, input: image(), compiled: model.compiled });
      expect(explained.logits).toEqual(written);
      await expect(gradient(model, image())).rejects.toThrow(/The gradient of QuantizeLinear/);
    },
  );

  test.each([true, false])(
    'without the rounding, where the card asks for it: straight-through gradients, per channel %s',
    async (perChannel) => {
      const name = `dequantised-${perChannel}`;
      const graph = quantised({ activations: true, perChannel });
      await open(name, graph);
      const card = path.join(folder, `${name}.explain.json`);
      writeFileSync(card, JSON.stringify({ model: `${name}.onnx`, quantised: 'dequantised' }));
      const model = await models.open(card);
      const written = await asWritten(graph, image());
      expect((await modelScores(model, image())).logits).toEqual(written);
      const explained = (input: TensorOf<'float32'>) =>
        forwardScores({ model: model.model, input, compiled: model.compiled });
      // The step of the last rounding is 0.01, over 16 features.
      expect(relativeL2((await explained(image())).logits, written)).toBeLessThan(0.1);
      const found = await gradient(model, image());
      for (const at of [3, 77, 150]) {
        const moved = async (by: number) => {
          const data = Float32Array.from(image().data, (value, i) => (i === at ? value + by : value));
          return (await explained({ ...image(), data })).logits[1]!;
        };
        expect(found[at]).toBeCloseTo(((await moved(5e-3)) - (await moved(-5e-3))) / 1e-2, 3);
      }
      expect(model.card.quantised).toBe('dequantised');
      expect(await mapNotes(model)).toEqual([expect.stringMatching(/without the rounding \(straight-through/)]);
    },
  );

  test('with weights alone: explained as the numbers that they stand for', async () => {
    const graph = quantised({ activations: false, perChannel: true });
    const model = await open('weights alone', graph);
    const written = await asWritten(graph, image());
    expect((await modelScores(model, image())).logits).toEqual(written);
    const explained = await forwardScores({ model: model.model, input: image(), compiled: model.compiled });
    // The runtime itself rounds what it multiplies such weights with.
    expect(relativeL2(explained.logits, written)).toBeLessThan(1e-2);
    expect((await gradient(model, image())).some((value) => value !== 0)).toBe(true);
    expect(model.notes).toEqual([expect.stringMatching(/stores weights as integers/)]);
  });
});
