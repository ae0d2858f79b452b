import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { Graph } from '../../../../src/explainers/graph/graph.ts';
import { verify } from '../../../../src/explainers/graph/verify.ts';
import { openOnnx, readOnnx } from '../../../../src/explainers/importers/onnx/read.ts';
import { onnxPieces, writeOnnx } from '../../../../src/explainers/importers/onnx/write.ts';
import { canonicalize } from '../../../../src/explainers/ops/canonical/canonicalize.ts';
import { isStatic } from '../../../../src/explainers/ops/elements.ts';
import { specialize } from '../../../../src/explainers/ops/infer.ts';
import type { Tensor } from '../../../../src/explainers/tensor/tensor.ts';
import { missingData, sharedData } from '../../../data.ts';

const fixtures = path.join(import.meta.dirname, '../../../fixtures/models');
const FIXTURES = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  // No runtime takes the model whose kernel contradicts itself.
  .filter((name) => name.endsWith('.onnx') && name !== 'convKernelContradicted.onnx')
  .sort();
const SHARED = [
  'cxr-nih14-efficientnet-lite0',
  'cxr-teachable-machine',
  'imagenet-efficientnet-lite0',
  'imagenet-mobilenet-v1-025',
].map((name) => `models/${name}/model.onnx`);

type Outputs = Readonly<Record<string, OrtTensor>>;

/** Runs a model file on an image of sines. */
async function run(model: string | Uint8Array, input: string | undefined, shape: readonly number[]): Promise<Outputs> {
  const options = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
  const session =
    typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
  const size = shape.reduce((product, dim) => product * dim, 1);
  const image = new OrtTensor(
    'float32',
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.37)),
    shape,
  );
  try {
    return (await session.run(input === undefined ? {} : { [input]: image })) as Outputs;
  } finally {
    await session.release();
  }
}

function expectEqual(found: Outputs, expected: Outputs, tolerance: number): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, tensor] of Object.entries(expected)) {
    expect(found[name]!.dims).toEqual(tensor.dims);
    const [a, b] = [found[name]!.data, tensor.data] as [ArrayLike<unknown>, ArrayLike<unknown>];
    if (tensor.type !== 'float32') {
      expect(a).toEqual(b);
      continue;
    }
    const largest = Math.max(...Array.from(b, (x) => Math.abs(Number(x))));
    const difference = Math.max(...Array.from(b, (x, i) => Math.abs(Number(x) - Number(a[i]))));
    expect(difference).toBeLessThanOrEqual(tolerance * largest);
  }
}

/** The image input with a batch of 1 and whatever is variable at 16. */
function fixedShape(graph: Graph): readonly number[] {
  const [input] = graph.inputs;
  return (input ? graph.types.get(input)!.shape! : []).map((dim, axis) =>
    typeof dim === 'number' ? dim : axis === 0 ? 1 : 16,
  );
}

/** What a file says of a graph: types of its inputs, outputs and constants. */
function asWritten(graph: Graph): Graph {
  const declared = new Set([...graph.inputs, ...graph.outputs, ...graph.constants.keys()]);
  return { ...graph, types: new Map([...graph.types].filter(([name]) => declared.has(name))) };
}

/** Weights are compared byte by byte: element by element takes minutes. */
function expectSameGraph(found: Graph, expected: Graph): void {
  const bytes = ({ data }: Tensor) =>
    ArrayBuffer.isView(data)
      ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
      : Buffer.from(data.join('\0'));
  const light = (graph: Graph) => ({
    ...graph,
    constants: [...graph.constants].map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
  });
  expect(light(found)).toEqual(light(expected));
  for (const [name, tensor] of expected.constants) {
    expect([name, bytes(found.constants.get(name)!).equals(bytes(tensor))]).toEqual([name, true]);
  }
}

async function checkModel(file: string): Promise<void> {
  const graph = await openOnnx(file);
  const [input] = graph.inputs;
  const shape = fixedShape(graph);
  const original = await run(file, input, shape);

  const written = writeOnnx(graph);
  expectEqual(await run(written, input, shape), original, 1e-6);
  expectSameGraph(readOnnx(written, { folder: fixtures, path: 'written.onnx' }), asWritten(graph));

  const canonical = canonicalize(input ? specialize(graph, new Map([[input, shape]])) : graph);
  expect(verify(canonical)).toEqual([]);
  expectEqual(await run(writeOnnx(canonical), input, shape), original, 1e-5);
  for (const node of canonical.nodes) {
    for (const name of node.outputs) if (name) expect(isStatic(canonical.types.get(name)?.shape)).toBe(true);
  }
  const constant = canonical.nodes.filter((node) => node.inputs.every((name) => canonical.constants.has(name)));
  expect(constant.map(({ name }) => name)).toEqual([]);
}

describe('read, written back and in canonical form, a model gives the same numbers', () => {
  test.each(FIXTURES)('%s', (name) => checkModel(path.join(fixtures, name)));
  test.for(SHARED)('%s', async (name, { skip }) => {
    const missing = missingData(name);
    if (missing) skip(missing);
    await checkModel(path.join(sharedData, name));
  });
});

describe('a written file', () => {
  test('holds the weights once, and the pieces do not copy them', async () => {
    const graph = await openOnnx(path.join(fixtures, 'plain-script-17.onnx'));
    const pieces = onnxPieces(graph);
    for (const { data } of graph.constants.values()) {
      if (!ArrayBuffer.isView(data)) throw new Error('text is not expected here');
      const same = (piece: Uint8Array) => piece.buffer === data.buffer && piece.byteOffset === data.byteOffset;
      expect(pieces.some(same)).toBe(true);
    }
  });

  test('keeps metadata, names and every element type', async () => {
    const graph = await openOnnx(path.join(fixtures, 'types.onnx'));
    const more = { ...graph, metadata: new Map([['names', "{0: 'cat'}"]]) };
    const back = readOnnx(writeOnnx(more), { folder: fixtures, path: 'types.onnx' });
    expect(back).toEqual(more);
    const dtypes = new Set([...back.constants.values()].map(({ dtype }) => dtype));
    expect(dtypes.size).toBe(13);
    for (const [name, tensor] of back.constants) {
      const twin = name.replace('_raw', '_typed');
      if (twin !== name) expect(tensor).toEqual(back.constants.get(twin));
    }
  });
});

test('weights of a file are views of its bytes where their alignment allows it', () => {
  const bytes = new Uint8Array(readFileSync(path.join(fixtures, 'plain-script-17.onnx')));
  const tensors = [...readOnnx(bytes, { folder: fixtures, path: 'plain' }).constants.values()];
  const views = tensors.filter(({ data }) => ArrayBuffer.isView(data) && data.buffer === bytes.buffer);
  expect(views.length).toBeGreaterThan(0);
  expect(views.length).toBeLessThan(tensors.length);
});
