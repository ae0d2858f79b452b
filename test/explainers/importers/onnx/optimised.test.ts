// Whole files as ONNX Runtime's optimisers write them: read, they have its numbers and standard operators only.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../../../src/explainers/engines/onnxruntime.ts';
import { float } from '../../../../src/explainers/graph/attributes.ts';
import { GraphBuilder } from '../../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../../src/explainers/graph/graph.ts';
import { fromBlocked, variationBetweenFilters } from '../../../../src/explainers/importers/onnx/fused/blocked.ts';
import { openOnnx } from '../../../../src/explainers/importers/onnx/read.ts';
import { writeOnnx } from '../../../../src/explainers/importers/onnx/write.ts';
import { methods } from '../../../../src/explainers/methods/methods.ts';
import { explainable } from '../../../../src/explainers/models/explainable.ts';
import { whyNot } from '../../../../src/explainers/session/whyNot.ts';
import { float32 } from '../../../../src/explainers/tensor/tensor.ts';
import { numbers } from '../../../tinyModels.ts';

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-optimised-'));
  engine = await openOnnxRuntime({ threads: 1 });
});
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

type Level = 'extended' | 'all';

async function optimised(graph: Graph, level: Level): Promise<string> {
  const file = path.join(folder, `${graph.name}-${level}.onnx`);
  const options = { optimizedModelFilePath: file, graphOptimizationLevel: level, logSeverityLevel: 4 } as const;
  await (await InferenceSession.create(writeOnnx(graph), options)).release();
  return file;
}

async function logits(graph: Graph): Promise<number[]> {
  const executable = await engine.compile(graph);
  const [value] = [...(await executable.run(new Map([['image', numbers([1, 3, 16, 16], 3)]]))).values()];
  await executable.dispose();
  return [...(value!.data as Float32Array)];
}

/** Depthwise and strided convolutions, pools, a sum and a joined value; 24 and 40 are no multiples of 16. */
function network(): Graph {
  const b = new GraphBuilder('network');
  const image = b.input('image', { dtype: 'float32', shape: [1, 3, 16, 16] });
  let seed = 1;
  const conv = (x: string, to: number, from: number, kernel: number, attributes = {}) => {
    const weights = [numbers([to, from, kernel, kernel], seed++), numbers([to], seed++)].map((each) =>
      b.constant(each),
    );
    const pads = Array<number>(4).fill((kernel - 1) / 2);
    return b.node('Conv', [x, ...weights], { pads, kernel_shape: [kernel, kernel], ...attributes });
  };
  const relu = (x: string) => b.node('Relu', [x]);
  const stem = relu(conv(image, 24, 3, 3));
  const depthwise = b.node('Clip', [
    conv(stem, 24, 1, 3, { group: 24 }),
    b.constant(float32([], [0])),
    b.constant(float32([], [6])),
  ]);
  const residual = relu(b.node('Add', [conv(depthwise, 24, 24, 1), stem]));
  const pooled = b.node('MaxPool', [residual], { kernel_shape: [2, 2], strides: [2, 2] });
  const wide = b.node('LeakyRelu', [conv(pooled, 40, 24, 3, { strides: [2, 2] })], { alpha: float(0.1) });
  const joined = b.node('Concat', [wide, relu(conv(wide, 24, 40, 1))], { axis: 1 });
  const averaged = b.node('AveragePool', [joined], { kernel_shape: [2, 2], strides: [2, 2] });
  const features = b.node('Flatten', [b.node('GlobalAveragePool', [averaged])]);
  b.setOutputs([b.node('Gemm', [features, b.constant(numbers([3, 64], 50))], { transB: 1 }, 'logits')]);
  return b.build();
}

describe.each<Level>(['extended', 'all'])('level %s', (level) => {
  test('a convolutional network has its numbers, and a gradient', async () => {
    const file = await optimised(network(), level);
    const read = await openOnnx(file);
    expect([...new Set(read.nodes.map(({ domain }) => domain))]).toEqual(['']);
    const expected = await logits(network());
    expect(await logits(read)).toEqual(expected.map((value) => expect.closeTo(value, 3)));
    const { model } = explainable(read, { model: file, path: null, text: null });
    expect(whyNot(methods.get('gradient')!, model, {})).toBeUndefined();
    expect(model.layers.length).toBeGreaterThan(3);
  });
});

describe.each([8, 16])('kernels in blocks of %i', (block) => {
  /** [filters / block][channels / inner][places][inner][block], written down index by index. */
  function blocked(plain: Float32Array, [filters, channels, places]: readonly [number, number, number]): Float32Array {
    const inner = channels % block === 0 ? block : 1;
    const out: number[] = [];
    for (let o = 0; o < filters / block; o++)
      for (let i = 0; i < channels / inner; i++)
        for (let place = 0; place < places; place++)
          for (let bi = 0; bi < inner; bi++)
            for (let bo = 0; bo < block; bo++)
              out.push(plain[((o * block + bo) * channels + i * inner + bi) * places + place]!);
    return Float32Array.from(out);
  }

  test.each([
    [32, 16, 9],
    [32, 3, 9],
    [48, 1, 4],
    [16, 48, 1],
  ] as const)('%i × %i × %i', (filters, channels, places) => {
    // biome-ignore format: one line
    const plain = numbers([filters, channels, places, 1]).data;
    expect(fromBlocked(blocked(plain, [filters, channels, places]), [filters, channels, places, 1], block)).toEqual(
      plain,
    );
  });

  test('weights of filters that differ in size show which blocks they are stored in', () => {
    const shape = [64, 32, 3, 3] as const;
    const sizes = numbers([64], 7).data.map((value) => Math.exp(value));
    const plain = numbers(shape).data.map((value, i) => value * sizes[Math.floor(i / 288)]!);
    const stored = blocked(plain, [64, 32, 9]);
    const [right, wrong] = [block, 24 - block].map((size) => variationBetweenFilters(stored, shape, size));
    expect(right! / wrong!).toBeGreaterThan(1.3);
  });
});
