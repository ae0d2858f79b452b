// Nodes that contradict themselves, each added to a sound classifier's logits. Given to ONNX Runtime, most of them end
// the process (SIGABRT, SIGFPE, SIGSEGV, SIGBUS) or take minutes; they were found by damaging one node at a time, and
// are refused before the runtime sees them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, describe, expect, test } from 'vitest';
import { errorReport } from '../../src/explainers/errors.ts';
import type { AttributeInit } from '../../src/explainers/graph/attributes.ts';
import { float } from '../../src/explainers/graph/attributes.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { GraphProtoSchema, ModelProtoSchema, NodeProtoSchema, OperatorSetIdProtoSchema, TypeProtoSchema, ValueInfoProtoSchema } from '../../src/explainers/importers/onnx/generated/onnx_pb.js'; // biome-ignore format: one line
import { writeOnnx } from '../../src/explainers/importers/onnx/write.ts';
import { Session } from '../../src/explainers/session.ts';
import { float32, int64, type Tensor } from '../../src/explainers/tensor/tensor.ts';
import { numbers, tinyClassifier } from '../tinyModels.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-nodes-'));
const session = new Session({ threads: 1 });
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});

/** What reads the classifier's features of [1, 5, 8, 8]. */
const X = Symbol('features');
type Input = typeof X | Tensor;
const ints = (...values: (number | bigint)[]) => int64(values.map(BigInt));

function hostile(op: string, attributes: AttributeInit, inputs: readonly Input[]): Graph {
  const sound = tinyClassifier({ activation: null });
  const b = new GraphBuilder({ ...sound, name: 'hostile', outputs: [] });
  const features = sound.nodes.find((node) => node.op === 'Relu')!.outputs[0]!;
  const read = inputs.map((input) => (input === X ? features : b.constant(input as Tensor)));
  const made = b.node('Cast', [b.node(op, read, attributes, 'hostile')], { to: 1 });
  b.setOutputs([b.node('Add', [sound.outputs[0]!, b.node('ReduceSum', [made], { keepdims: 0 })])]);
  return b.build();
}

let count = 0;
async function refusal(bytes: Uint8Array) {
  const model = path.join(folder, `${count++}.onnx`);
  writeFileSync(model, bytes);
  const error = await session.describe({ model, hash: false }).then(
    () => null,
    (thrown: unknown) => errorReport(thrown),
  );
  return error;
}

const HUGE = 2 ** 32;
const CASES: readonly [string, AttributeInit, readonly Input[], string | RegExp][] = [
  ['DepthToSpace', { blocksize: HUGE }, [X], /4294967296 in its attribute 'blocksize'/],
  ['DepthToSpace', { blocksize: 0 }, [X], 'cannot make blocks of 0 in [1, 5, 8, 8]'],
  ['DepthToSpace', { blocksize: 2 }, [X], 'cannot make blocks of 2 in [1, 5, 8, 8]'],
  ['SpaceToDepth', { blocksize: 3 }, [X], 'cannot make blocks of 3 in [1, 5, 8, 8]'],
  ['RandomNormal', { shape: [2, 2], dtype: 1, scale: float(-1) }, [], 'has the standard deviation -1'],
  ['RandomNormalLike', { dtype: 1, scale: float(Number.NaN) }, [X], 'has the standard deviation NaN'],
  ['RandomUniform', { shape: [2], low: float(2), high: float(1) }, [], 'draws numbers from 2 to 1'],
  ['Multinomial', { sample_size: 2 ** 31 - 1, dtype: 6 }, [numbers([1, 4])], "2147483647 in its attribute 'sample_size'"],
  ['OneHot', { axis: -1 }, [ints(0, 1), int64([], [0, 1]), numbers([2])], 'takes one number for its input 1, not [0, 1]'],
  ['DFT', {}, [numbers([1, 0, 1]), int64([8], [])], 'reads an empty value'],
  ['HannWindow', {}, [int64([2 ** 31 - 1], [])], 'makes a window of 2147483647 samples'],
  ['GatherND', { batch_dims: -3 }, [X, int64([0, 1], [1, 2])], 'has -3 batch axes'],
  ['GatherND', { batch_dims: 2 }, [X, int64([0, 1], [1, 2])], 'has 2 batch axes'],
  ['LayerNormalization', { axis: -(2 ** 62) }, [X, numbers([8])], /in its attribute 'axis'/],
  ['Pad', { mode: 'align_corners' }, [X, ints(0, 0, 1, 2 ** 31 - 1, 0, 0, 1, 1)], "has 'align_corners' in its attribute 'mode'"],
  ['Tile', {}, [X, ints(1, 1, 2 ** 31 - 1, 2 ** 20)], 'which fits into no memory'],
  ['Expand', {}, [numbers([1, 5, 8, 1]), ints(2 ** 30, 5, 8, 2 ** 12)], 'which fits into no memory'],
  ['Einsum', { equation: 'nchw,nchw->n' }, [X], 'has 2 terms for 1 operands'],
  ['Einsum', { equation: 'nchw->zzzz' }, [X], "makes an axis 'z' of nothing"],
  ['Einsum', { equation: 'abc->a' }, [X], "has 'abc' for an operand of 4 axes"],
  ['Einsum', { equation: 'abcde...->a' }, [X], "has 'abcde...' for an operand of 4 axes"],
  ['Einsum', { equation: 'abcd->aa' }, [X], 'makes an axis twice'],
  ['Einsum', { equation: 'ab_d->a' }, [X], 'cannot be read'],
  ['Einsum', { equation: 'abcd->a->b' }, [X], 'cannot be read'],
]; // biome-ignore format: a line each

/** The same model with its operator in another domain. */
function ofDomain(domain: string, graph: ReturnType<typeof hostile>, op: string): Uint8Array {
  const nodes = graph.nodes.map((node) => (node.op === op ? { ...node, domain } : node));
  return writeOnnx({ ...graph, nodes, domains: new Map([...graph.domains, [domain, 1]]) });
}

describe('a node that would end the process', () => {
  test.each(CASES)('%s %j is refused by name', async (op, attributes, inputs, message) => {
    const error = await refusal(writeOnnx(hostile(op, attributes, inputs)));
    expect(error).toMatchObject({
      kind: expect.stringMatching(/^(model|memory)$/),
      message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
      next: expect.any(String),
    });
    expect(error!.message).toContain(op);
  });

  test.each([
    ['com.microsoft', 'RotaryEmbedding', {}, [numbers([3, 3, 0]), ints(0), numbers([5, 2]), numbers([5, 2])], 'reads an empty value'],
    ['com.microsoft', 'SkipLayerNormalization', {}, [numbers([1, 3, 4]), numbers([0, 3, 4]), numbers([4])], 'reads an empty value'],
    ['ai.onnx.ml', 'TreeEnsembleRegressor', { n_targets: 2 ** 31 }, [numbers([1, 2])], "2147483648 in its attribute 'n_targets'"],
  ])('%s %s is refused by name', async (domain, op, attributes, inputs, message) => {
    const refused = await refusal(ofDomain(domain, hostile(op, attributes, inputs as readonly Input[]), op));
    expect(refused).toMatchObject({ kind: 'model', message: expect.stringContaining(message) });
  }); // biome-ignore format: a line each

  test('numbers that are values, and those that real models have, are none of these', async () => {
    const sound: [string, AttributeInit, Input[]][] = [
      ['DepthToSpace', { blocksize: 2 }, [numbers([1, 4, 2, 2])]],
      ['RandomUniform', { shape: [2, 2], dtype: 1 }, []],
      ['GatherND', { batch_dims: 1 }, [numbers([2, 3]), int64([0, 1], [2, 1])]],
      ['Einsum', { equation: '...hw, ...wh -> ...h' }, [numbers([2, 3, 4]), numbers([2, 4, 3])]],
      ['Einsum', { equation: 'ij' }, [numbers([2, 3])]],
      ['Slice', {}, [X, ints(0), ints(2n ** 63n - 1n), ints(2)]],
    ];
    for (const [op, attributes, inputs] of sound) expect(await refusal(writeOnnx(hostile(op, attributes, inputs)))).toBeNull(); // biome-ignore format: one line
  });
});

/** A model of single nodes written by hand: what {@link writeOnnx} would not write. */
function raw(nodes: readonly { op: string; domain?: string; inputs: string[]; output: string }[], classes: bigint, opset: bigint) {
  const value = (name: string, ...dims: bigint[]) =>
    create(ValueInfoProtoSchema, {
      name,
      type: create(TypeProtoSchema, {
        value: { case: 'tensorType', value: { elemType: 1, shape: { dim: dims.map((size) => ({ value: { case: 'dimValue', value: size } })) } } },
      } as never),
    });
  const node = nodes.map(({ op, domain = '', inputs, output }) =>
    create(NodeProtoSchema, { name: op, opType: op, domain, input: inputs, output: [output] }),
  );
  const graph = create(GraphProtoSchema, { name: 'raw', node, input: [value('image', 1n, 3n, 8n, 8n)], output: [value('scores', 1n, classes)] });
  const opsetImport = [['', opset], ['ai.onnx.ml', 2n]].map(([domain, version]) => create(OperatorSetIdProtoSchema, { domain, version } as never));
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, opsetImport, graph }));
} // biome-ignore format: short

describe('files that say what no writer would', () => {
  test('more classes than any model has, behind an operator that nobody knows', async () => {
    const nodes = [{ op: 'Relu', domain: 'ai.onnx.ml', inputs: ['image'], output: 'scores' }];
    expect(await refusal(raw(nodes, 2n ** 31n, 15n))).toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('No output of the model has one number per class'),
    });
  });

  test.each(['Softmax', 'Clip', 'Pad', 'Slice', 'Resize', 'TopK', 'Upsample', 'GroupNormalization'])('%s without an input, in an old opset', async (op) => {
    for (const opset of [7n, 9n, 11n, 12n, 18n]) {
      const error = await refusal(raw([{ op, inputs: [], output: 'scores' }], 3n, opset));
      expect(error?.kind).toMatch(/^(model|unsupported|engine)$/);
      expect(error?.message).not.toMatch(/undefined/);
    }
  }); // biome-ignore format: short
});

test('a tensor of a sound size is not called vast', async () => {
  expect(await refusal(writeOnnx(hostile('Mul', {}, [X, float32([1], Float32Array.of(0))])))).toBeNull();
});

test('what the runtime’s and the file’s words say of layers and maps is cleaned as messages are', async () => {
  const sound = tinyClassifier();
  const nodes = sound.nodes.map((node) => (node.op === 'GlobalAveragePool' ? { ...node, op: 'Glo\u001b[31mPool\u202e' } : node));
  const model = path.join(folder, 'words.onnx');
  writeFileSync(model, writeOnnx({ ...sound, nodes, types: new Map([...sound.types, ['pool', { dtype: 'float32', shape: [1, 5, 1, 1] }]]) }));
  const said = await session.describe({ model, hash: false }).then(
    ({ layers, notes, card }) => [...layers.map(({ reason }) => reason), ...notes, ...card.guesses].join(' '),
    (thrown: unknown) => errorReport(thrown).message,
  );
  for (const hidden of ['\u001b', '\u202e']) expect(said).not.toContain(hidden);
}); // biome-ignore format: short
