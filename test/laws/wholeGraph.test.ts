import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { opEntry } from '../../src/explainers/ops/opTable.ts';
import { float32, int64 } from '../../src/explainers/tensor/tensor.ts';
import { checkGraph } from './parts/checkGradient.ts';
import { Draw } from './parts/random.ts';
import { numbers } from './parts/row.ts';

/** A network of 12 × 12 pictures: writes its layers with `add`, and gives its logits. */
type Network = (layers: Layers, image: string) => string;

class Layers {
  readonly b = new GraphBuilder('tiny');
  readonly #draw: Draw;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  weight(shape: readonly number[], low = -0.5, high = 0.5): string {
    return this.b.constant(float32(shape, this.#draw.values(shape, low, high)), 'weight');
  }

  add(op: string, inputs: readonly string[], attributes: Parameters<GraphBuilder['node']>[2] = {}): string {
    const output = this.b.node(op, inputs, attributes);
    const node = this.b.nodesFrom(this.b.nodeCount - 1)[0]!;
    const types = inputs.map((input) => this.b.typeOf(input));
    const inferred = opEntry(op, '')!.infer({
      node,
      types,
      opset: 21,
      constant: (i) => this.b.constantOf(inputs[i] ?? ''),
    });
    this.b.type(output, inferred[0]!);
    return output;
  }

  conv(x: string, from: number, to: number, stride = 1, group = 1): string {
    const weights = [this.weight([to, from / group, 3, 3]), this.weight([to])];
    return this.add('Conv', [x, ...weights], { pads: [1, 1, 1, 1], strides: [stride, stride], group });
  }

  batchNorm(x: string, channels: number): string {
    const [scale, shift, mean] = [1, 2, 3].map(() => this.weight([channels]));
    return this.add('BatchNormalization', [x, scale!, shift!, mean!, this.weight([channels], 0.5, 1.5)]);
  }

  classify(x: string, channels: number): string {
    const pooled = this.add('Reshape', [this.add('GlobalAveragePool', [x]), this.b.constant(int64([1, -1]))]);
    return this.add('Gemm', [pooled, this.weight([5, channels]), this.weight([5])], { transB: 1 });
  }
}

// Softplus stands for ReLU: without kinks, so that a central difference of the whole network is smooth.
const smooth = (l: Layers, x: string) => l.add('Softplus', [x]);

const NETWORKS: Readonly<Record<string, Network>> = {
  'residual, strided': (l, image) => {
    const stem = l.add('MaxPool', [smooth(l, l.conv(image, 3, 8))], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
    });
    const branch = l.conv(smooth(l, l.conv(stem, 8, 8, 2)), 8, 8);
    const shortcut = l.add('Conv', [stem, l.weight([8, 8, 1, 1])], { strides: [2, 2] });
    return l.classify(smooth(l, l.add('Add', [branch, shortcut])), 8);
  },
  'dense, with batch normalisation and many readers': (l, image) => {
    const features = [l.conv(image, 3, 4)];
    for (let i = 0; i < 3; i++) {
      const all = features.length === 1 ? features[0]! : l.add('Concat', [...features], { axis: 1 });
      features.push(l.conv(smooth(l, l.batchNorm(all, 4 * features.length)), 4 * features.length, 4));
    }
    const pooled = l.add('AveragePool', [l.add('Concat', [...features], { axis: 1 })], {
      kernel_shape: [2, 2],
      strides: [2, 2],
    });
    return l.classify(pooled, 16);
  },
  'depthwise, with squeeze and excite': (l, image) => {
    const x = l.add('HardSwish', [l.conv(image, 3, 6, 2)]);
    const deep = smooth(l, l.conv(x, 6, 6, 1, 6));
    const squeezed = l.add('GlobalAveragePool', [deep]);
    const gate = l.add('Sigmoid', [l.add('Conv', [squeezed, l.weight([6, 6, 1, 1])])]);
    return l.classify(l.conv(l.add('Mul', [deep, gate]), 6, 6, 2, 6), 6);
  },
};

function build(network: Network, draw: Draw): { graph: Graph; input: string } {
  const layers = new Layers(draw);
  const input = layers.b.input('image', { dtype: 'float32', shape: [1, 3, 12, 12] });
  layers.b.setOutputs([network(layers, input)]);
  return { graph: layers.b.build(), input };
}

let engine: Engine;
beforeAll(async () => {
  engine = await openOnnxRuntime({ threads: 1 });
});
afterAll(() => engine.dispose());

describe('the law of gradients holds for whole networks', () => {
  test.each(Object.keys(NETWORKS))('%s', async (name) => {
    for (const seed of [1, 2]) {
      const draw = new Draw(seed);
      const { graph, input } = build(NETWORKS[name]!, draw);
      const image = numbers(draw, [1, 3, 12, 12]);
      expect(graph.types.get(graph.outputs[0]!)!.shape).toEqual([1, 5]);
      await checkGraph(engine, graph, new Map([[input, image]]), draw, {
        dtype: 'float32',
        step: 3e-3,
        tolerance: 5e-3,
      });
    }
  });
});
