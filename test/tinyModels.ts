import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GraphBuilder } from '../src/explainers/graph/build.ts';
import type { Graph } from '../src/explainers/graph/graph.ts';
import { writeOnnx } from '../src/explainers/importers/onnx/write.ts';
import { float32, type TensorOf } from '../src/explainers/tensor/tensor.ts';

export interface TinyOptions {
  readonly classes?: number;
  readonly size?: number | string;
  readonly channels?: number;
  readonly layout?: 'nchw' | 'nhwc';
  readonly activation?: 'Sigmoid' | 'Softmax' | 'LogSoftmax' | null;
  /** Give the logits out too. */
  readonly both?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Operator and domain of one more node before the head. */
  readonly extra?: { readonly op: string; readonly domain: string };
}

/** Numbers that look random and are the same everywhere. */
export function numbers(shape: readonly number[], seed = 1): TensorOf<'float32'> {
  let state = seed;
  const size = shape.reduce((product, dim) => product * dim, 1);
  return float32(
    shape,
    Float32Array.from({ length: size }, () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state / 1073741824 - 1;
    }),
  );
}

/** Conv 3×3 → Relu → global average → Gemm (→ activation): small, and everything that a classifier has. */
export function tinyClassifier(options: TinyOptions = {}): Graph {
  const { classes = 3, size = 8, channels = 3, layout = 'nchw', activation = 'Softmax', both = false, extra } = options;
  const b = new GraphBuilder('tiny');
  const shape = layout === 'nchw' ? ['N', channels, size, size] : ['N', size, size, channels];
  const image = b.input('image', { dtype: 'float32', shape });
  const first = layout === 'nchw' ? image : b.node('Transpose', [image], { perm: [0, 3, 1, 2] });
  const conv = b.node('Conv', [first, b.constant(numbers([5, channels, 3, 3]))], { pads: [1, 1, 1, 1] }, 'conv');
  const relu = b.node('Relu', [conv], {}, 'relu');
  const pooled = b.node('GlobalAveragePool', [relu], {}, 'pool');
  const features = b.node('Flatten', [pooled], {}, 'features');
  let logits = b.node(
    'Gemm',
    [features, b.constant(numbers([classes, 5], 7)), b.constant(numbers([classes], 9))],
    { transB: 1 },
    'logits',
  );
  if (extra) {
    const output = b.unique('extra');
    b.add({ ...extra, name: 'extra/node', inputs: [logits], outputs: [output], attributes: new Map() });
    logits = output;
  }
  b.type(logits, { dtype: 'float32', shape: ['N', classes] });
  const outputs = [logits];
  if (activation) {
    const scores = b.node(activation, [logits], activation === 'Sigmoid' ? {} : { axis: 1 }, 'scores');
    b.type(scores, { dtype: 'float32', shape: ['N', classes] });
    if (!both) outputs.pop();
    outputs.push(scores);
  }
  b.setOutputs(outputs);
  const graph = b.build();
  const domains = extra?.domain ? new Map([...graph.domains, [extra.domain, 1]]) : graph.domains;
  return { ...graph, domains, metadata: new Map(Object.entries(options.metadata ?? {})) };
}

/** Writes a graph as an ONNX file and gives its path. */
export function writeModel(folder: string, graph: Graph, name = 'tiny.onnx'): string {
  const file = path.join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, writeOnnx(graph));
  return file;
}
