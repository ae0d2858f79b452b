import { type AttributeInit, attributesOf, float, floats } from '../../../src/explainers/graph/attributes.ts';
import type { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { int64 } from '../../../src/explainers/tensor/tensor.ts';
import type { Draw } from '../parts/random.ts';
import { type Case, constant, type Input, numbers } from '../parts/row.ts';

/** A call of an operator that an optimiser of ONNX Runtime wrote. */
export interface FusedRow {
  readonly op: string;
  readonly about: string;
  readonly draw: (draw: Draw) => Case;
  /** com.microsoft unless said. */
  readonly domain?: string;
  /** The same in operators that the runtime has, if it has this one on graphics cards only. */
  readonly twin?: (b: GraphBuilder, inputs: readonly string[]) => string;
  /** Has kinks, at which a central difference is none. */
  readonly kinked?: true;
}

const row = (op: string, about: string, draw: FusedRow['draw'], more: Partial<FusedRow> = {}): FusedRow => ({
  op,
  about,
  draw,
  ...more,
});

const integers = (shape: readonly number[], values: readonly number[]): Input => ({
  tensor: { dtype: 'int32', shape, data: Int32Array.from(values) },
});

const activation = (op: string, about: string, bias: boolean, attributes: AttributeInit = {}) =>
  row(op, about, (d) => {
    const width = d.int(2, 6);
    const x = numbers(d, [2, 3, width], -3, 3);
    return { inputs: bias ? [x, constant(d, [width])] : [x], attributes };
  });

/** A node of com.microsoft. */
function fused(b: GraphBuilder, op: string, inputs: readonly string[], attributes: AttributeInit = {}): string {
  const output = b.unique(op);
  const name = b.unique(`twin/${op}`);
  b.add({ name, op, domain: 'com.microsoft', inputs, outputs: [output], attributes: attributesOf(attributes) });
  return output;
}

const ints = (b: GraphBuilder, values: readonly number[]) => b.constant(int64(values));

/** The parts of a packed value along its axis 3, as [batch, length, heads · width]. */
const parts = (b: GraphBuilder, packed: string, count: number) =>
  b
    .nodes('Split', [packed], count, { axis: 3, num_outputs: count })
    .map((part) => b.node('Reshape', [part, ints(b, [0, 0, -1])]));

const matMul = (about: string, a: readonly number[], b: readonly number[], attributes: AttributeInit) =>
  ['FusedMatMul', ...(/batch/.test(about) ? [] : ['TransposeMatMul'])].map((op) =>
    row(op, about, (d) => ({
      inputs: [numbers(d, a), numbers(d, b)],
      attributes: { alpha: float(d.uniform(0.2, 2)), ...attributes },
    })),
  );

const conv = (about: string, activation: string, parameters: readonly number[], sum: boolean, kinked = false) =>
  row(
    'FusedConv',
    about,
    (d) => {
      const group = d.pick([1, 2]);
      const x = numbers(d, [1, 4, 7, 6]);
      const inputs: Input[] = [x, constant(d, [6, 4 / group, 3, 3]), constant(d, [6])];
      if (sum) inputs.push(numbers(d, [1, 6, 7, 6]));
      const attributes = { group, pads: [1, 1, 1, 1], kernel_shape: [3, 3], activation };
      return {
        inputs,
        attributes: parameters.length > 0 ? { ...attributes, activation_params: floats(parameters) } : attributes,
      };
    },
    kinked ? { kinked } : {},
  );

const gemm = (activation: string, more: AttributeInit, kinked = false) =>
  row(
    'FusedGemm',
    activation,
    (d) => ({
      inputs: [numbers(d, [2, 5]), constant(d, [3, 5]), ...(d.pick([true, false]) ? [constant(d, [3])] : [])],
      attributes: { transB: 1, alpha: float(0.5), beta: float(2), activation, ...more },
    }),
    kinked ? { kinked } : {},
  );

const skip = (op: string, about: string, optional: readonly boolean[], outputs: number) =>
  row(op, about, (d) => {
    const shape = [2, 3, 8];
    const inputs: Input[] = [numbers(d, shape), numbers(d, shape), constant(d, [8], 0.5, 1.5)];
    for (const there of optional) inputs.push(there ? constant(d, [8]) : null);
    return { inputs, attributes: { epsilon: float(1e-4) }, outputs };
  });

const HEADS = 2;
const multiHead = (
  about: string,
  inputs: (draw: Draw) => readonly Input[],
  attributes: AttributeInit = {},
  twin: Partial<FusedRow> = {},
) =>
  row(
    'MultiHeadAttention',
    about,
    (d) => ({ inputs: inputs(d), attributes: { num_heads: HEADS, ...attributes } }),
    twin,
  );

const [BATCH, LENGTH, KEYS, WIDTH] = [2, 3, 4, 8];
const query = (d: Draw) => numbers(d, [BATCH, LENGTH, WIDTH]);
const keys = (d: Draw) => numbers(d, [BATCH, KEYS, WIDTH]);

const attention = (about: string, more: (draw: Draw) => readonly Input[], attributes: AttributeInit = {}) =>
  row('Attention', about, (d) => ({
    inputs: [numbers(d, [BATCH, LENGTH, 6]), constant(d, [6, 3 * WIDTH]), constant(d, [3 * WIDTH]), ...more(d)],
    attributes: { num_heads: HEADS, ...attributes },
  }));

const embedding = (about: string, segments: boolean, positions: boolean, outputs: number, mask: boolean) =>
  row('EmbedLayerNormalization', about, (d) => ({
    // What is looked up is the input: whole numbers have no gradient.
    inputs: [
      integers([2, 3], d.many(6, 0, 4)),
      segments ? integers([2, 3], d.many(6, 0, 1)) : null,
      numbers(d, [5, 8]),
      numbers(d, [6, 8]),
      segments ? numbers(d, [2, 8]) : null,
      constant(d, [8]),
      constant(d, [8]),
      mask ? integers([2, 3], [1, 1, 0, 1, 1, 1]) : null,
      ...(positions ? [integers([2, 3], d.many(6, 0, 5))] : []),
    ],
    attributes: { epsilon: float(1e-5) },
    outputs,
  }));

export const FUSED_ROWS: readonly FusedRow[] = [
  activation('Gelu', 'exact', false),
  activation('BiasGelu', 'bias per channel', true),
  activation('FastGelu', 'alone', false),
  activation('FastGelu', 'with a bias', true),
  activation('QuickGelu', 'usual', false),
  activation('QuickGelu', 'another slope', false, { alpha: float(0.8) }),
  row('BiasSplitGelu', 'halves', (d) => ({ inputs: [numbers(d, [2, 3, 8]), constant(d, [8])] }), {
    twin: (b, inputs) => {
      const sum = b.node('Add', inputs);
      const [left, right] = b.nodes('Split', [sum], 2, { axis: 2, num_outputs: 2 }) as [string, string];
      return b.node('Mul', [left, fused(b, 'Gelu', [right])]);
    },
  }),
  ...matMul('plain', [2, 3, 4], [2, 4, 5], {}),
  ...matMul('left transposed', [2, 2, 4, 3], [2, 2, 4, 5], { transA: 1 }),
  ...matMul('right transposed', [2, 2, 3, 4], [2, 2, 5, 4], { transB: 1 }),
  ...matMul('both transposed, broadcast', [4, 3], [2, 5, 4], { transA: 1, transB: 1 }),
  ...matMul('left’s batch behind its rows', [3, 2, 4], [2, 4, 5], { transBatchA: 1 }),
  ...matMul('both batches behind, right transposed', [3, 2, 4], [5, 2, 4], {
    transBatchA: 1,
    transBatchB: 1,
    transB: 1,
  }),
  conv('Tanh, with a value added', 'Tanh', [], true),
  conv('Sigmoid', 'Sigmoid', [], false),
  conv('Relu, with a value added', 'Relu', [], true, true),
  conv('LeakyRelu', 'LeakyRelu', [0.2], false, true),
  conv('Clip', 'Clip', [-0.5, 0.75], false, true),
  conv('HardSigmoid', 'HardSigmoid', [0.3, 0.4], false, true),
  gemm('Tanh', {}),
  gemm('Elu', { activation_alpha: float(0.5) }, true),
  gemm('LeakyRelu', { activation_alpha: float(0.3) }, true),
  gemm('Softplus', {}),
  skip('SkipLayerNormalization', 'without shift and bias', [false, false], 1),
  skip('SkipLayerNormalization', 'with shift and bias, the sum given out', [true, true], 4),
  skip('SkipSimplifiedLayerNormalization', 'without bias', [false], 1),
  row(
    'SimplifiedLayerNormalization',
    'the last axis',
    (d) => ({
      inputs: [numbers(d, [2, 3, 8]), constant(d, [8])],
      attributes: { epsilon: float(1e-4), axis: -1 },
    }),
    { domain: '' },
  ),
  embedding('words and places', false, false, 2, false),
  embedding('segments, places given, mask', true, true, 2, true),
  multiHead('self', (d) => [query(d), query(d), query(d)]),
  multiHead('other keys, wider values, bias', (d) => [
    query(d),
    keys(d),
    numbers(d, [BATCH, KEYS, 6]),
    constant(d, [2 * WIDTH + 6]),
  ]),
  multiHead(
    'scale, bias of the scores',
    (d) => [query(d), keys(d), keys(d), null, null, numbers(d, [1, HEADS, LENGTH, KEYS])],
    { scale: float(0.7) },
  ),
  multiHead('mask of keys', (d) => [
    query(d),
    keys(d),
    keys(d),
    null,
    integers([BATCH, KEYS], [1, 1, 0, 1, 1, 0, 0, 0]),
  ]),
  multiHead('keys in heads', (d) => [
    query(d),
    numbers(d, [BATCH, HEADS, KEYS, 4]),
    numbers(d, [BATCH, HEADS, KEYS, 4]),
  ]),
  multiHead('later keys hidden', (d) => [query(d), query(d), query(d)], { unidirectional: 1 }),
  multiHead(
    'packed',
    (d) => [numbers(d, [BATCH, LENGTH, HEADS, 3, 4])],
    {},
    {
      twin: (b, [all]) => fused(b, 'MultiHeadAttention', parts(b, all!, 3), { num_heads: HEADS }),
    },
  ),
  multiHead(
    'keys and values packed',
    (d) => [query(d), numbers(d, [BATCH, KEYS, HEADS, 2, 4])],
    {},
    {
      twin: (b, [q, kv]) => fused(b, 'MultiHeadAttention', [q!, ...parts(b, kv!, 2)], { num_heads: HEADS }),
    },
  ),
  attention('plain', () => []),
  attention('scale, mask of keys', () => [integers([BATCH, LENGTH], [1, 1, 0, 1, 1, 1])], { scale: float(0.6) }),
  attention(
    'mask of queries and keys, mask value',
    () => [integers([BATCH, LENGTH, LENGTH], [1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 0])],
    { mask_filter_value: float(-50) },
  ),
  attention('later keys hidden, bias of the scores', (d) => [null, null, numbers(d, [BATCH, HEADS, LENGTH, LENGTH])], {
    unidirectional: 1,
  }),
  attention('widths of its own', () => [], { qkv_hidden_sizes: [8, 8, 8] }),
  row(
    'GemmFastGelu',
    'with a bias',
    (d) => ({
      inputs: [numbers(d, [2, 3, 4]), constant(d, [4, 5]), constant(d, [5])],
    }),
    { twin: (b, [x, w, bias]) => fused(b, 'FastGelu', [b.node('MatMul', [x!, w!]), bias!]) },
  ),
  row(
    'BiasAdd',
    'bias and skip',
    (d) => ({
      inputs: [numbers(d, [2, 3, 8]), constant(d, [8]), numbers(d, [2, 3, 8])],
    }),
    { twin: (b, inputs) => b.node('Sum', inputs) },
  ),
  row(
    'FusedMatMulActivation',
    'Tanh',
    (d) => ({
      inputs: [numbers(d, [2, 3, 4]), numbers(d, [2, 5, 4])],
      attributes: { transB: 1, alpha: float(0.5), activation: 'Tanh' },
    }),
    {
      twin: (b, inputs) => b.node('Tanh', [fused(b, 'FusedMatMul', inputs, { transB: 1, alpha: float(0.5) })]),
    },
  ),
];
