import { table } from '../../tables.ts';
import { DTYPE_CODES } from '../../tensor/dtype.ts';
import { float32, type TensorOf } from '../../tensor/tensor.ts';
import { dense } from '../channelsLast/dense.ts';
import { combined, numberValue } from '../channelsLast/elementwise.ts';
import type { Size, Value } from '../channelsLast/value.ts';
import { damaged, EXPORT_TO_ONNX, unread } from '../problem.ts';
import type { Config } from './config.ts';
import { inputOf } from './images.ts';
import { type LayerCall, type LayerEntry, slotsOf } from './layer.ts';

/** The parts of an attention layer, by the names of their weights, and of their groups in `.keras` files. */
const PARTS = [
  ['query', 'query_dense'],
  ['key', 'key_dense'],
  ['value', 'value_dense'],
  ['attention_output', 'output_dense'],
] as const;

const withBias = (config: Config) => config.boolean('use_bias', true);

const attentionSlots = (config: Config) =>
  slotsOf(
    ...PARTS.flatMap(([name, group]) => [
      { name: `${name}/kernel`, stored: `${group}/vars/0` },
      withBias(config) && { name: `${name}/bias`, stored: `${group}/vars/1` },
    ]),
  );

/** The rows that a call names; a key that is not given is the value. */
function rowsOf(call: LayerCall): readonly [query: Value, key: Value, value: Value] {
  const at = (name: string, place: number) => {
    const given = call.named.get(name) ?? call.args[place];
    return given && 'value' in given ? given.value : undefined;
  };
  const [query, value, key] = [at('query', 0), at('value', 1), at('key', 2)];
  if (query && value) return [query, key ?? value, value];
  throw damaged(`Layer '${call.name}' lacks what it attends to.`, call.name);
}

/** Settings and arguments that change what the layer computes, and that are not read. */
function checkPlain(call: LayerCall): void {
  const { config, name, named } = call;
  const axes = config.raw('attention_axes');
  const plain = axes == null || (Array.isArray(axes) && axes.length === 1 && axes[0] === 1) || axes === 1;
  const switched = ['use_gate', 'sliding_window'].find((key) => config.raw(key) != null && config.raw(key) !== false);
  const masked = [...named].find(
    ([argument, given]) =>
      /mask|return_attention_scores/.test(argument) && !('json' in given && (given.json === null || !given.json)),
  );
  const why = plain ? (switched ?? masked?.[0]) : 'attention_axes';
  if (why) throw unread(`Layer '${name}' is an attention with '${why}'.`, name, EXPORT_TO_ONNX);
  if (call.args.slice(3).some((given) => !('json' in given && given.json === null)))
    throw unread(`Layer '${name}' is an attention with a mask.`, name, EXPORT_TO_ONNX);
}

const matrices = new WeakMap<TensorOf<'float32'>, TensorOf<'float32'>>();

/** The same numbers in another shape, once for a tensor. */
function shaped(tensor: TensorOf<'float32'>, shape: readonly number[]): TensorOf<'float32'> {
  const known = matrices.get(tensor) ?? float32(shape, tensor.data);
  matrices.set(tensor, known);
  return known;
}

/** softmax(Q · Kᵀ / √size) · V for each head, each a weighted sum of the rows, and a weighted sum of all heads. */
function attention(call: LayerCall): Value {
  const { config, draft } = call;
  checkPlain(call);
  const [query, key, value] = rowsOf(call);
  if ([query, key, value].some(({ shape }) => shape.length !== 3))
    throw unread(`Layer '${call.name}' attends to values that are no rows of tokens.`, call.name, EXPORT_TO_ONNX);
  const heads = config.number('num_heads');
  const size = config.number('key_dim');
  const wide = config.number('value_dim', size);
  const bias = withBias(config);

  /** [batch, rows, inputs] → [batch, heads, rows, width], or with `perm` in another order. */
  const split = (part: string, x: Value, width: number, perm: readonly number[]): string => {
    const inputs = x.shape[2] ?? null;
    const kernel = call.weight(`${part}/kernel`, [inputs, heads, width]);
    const own = call.weightIf(bias, `${part}/bias`, [heads, width]);
    const flat = dense(
      draft,
      x,
      shaped(kernel, [kernel.shape[0]!, heads * width]),
      own && shaped(own, [heads * width]),
    );
    const parts = draft.node('Reshape', [draft.plain(flat), draft.ints([0, 0, heads, width], 'shape')]);
    return draft.node('Transpose', [parts], { perm });
  };
  const q = split('query', query, size, [0, 2, 1, 3]);
  const k = split('key', key, size, [0, 2, 3, 1]);
  const v = split('value', value, wide, [0, 2, 1, 3]);
  const products = draft.node('MatMul', [q, k]);
  const scaled = draft.node('Mul', [products, draft.number(1 / Math.sqrt(size), 'scale')]);
  const shares = draft.node('Softmax', [scaled], { axis: 3 });
  const mixed = draft.node('Transpose', [draft.node('MatMul', [shares, v])], { perm: [0, 2, 1, 3] });
  const joined = draft.node('Reshape', [mixed, draft.ints([0, 0, heads * wide], 'shape')]);

  const shape = outputShape(call, query);
  const kernel = call.weight('attention_output/kernel', [heads, wide, shape]);
  const rows: Value = { name: joined, shape: [...query.shape.slice(0, 2), heads * wide], order: 'plain' };
  const own = call.weightIf(bias, 'attention_output/bias', [shape]);
  return dense(draft, rows, shaped(kernel, [heads * wide, kernel.shape[2]!]), own);
}

/** The length of the rows that an attention gives: that of the query's, unless its settings say otherwise. */
function outputShape({ config, name }: LayerCall, query: Value): Size {
  const given = config.raw('output_shape');
  if (given == null) return query.shape[2] ?? null;
  const sizes = Array.isArray(given) ? given : [given];
  const [size] = sizes;
  if (sizes.length === 1 && typeof size === 'number') return size;
  throw unread(`Layer '${name}' is an attention whose output has several axes.`, name, EXPORT_TO_ONNX);
}

/** A row of a table for each number. */
function embedded(call: LayerCall): Value {
  const { config, draft, name } = call;
  const x = inputOf(call);
  if (config.boolean('mask_zero', false))
    throw unread(`Layer '${name}' is an embedding that masks zeros.`, name, EXPORT_TO_ONNX);
  const [count, size] = [config.number('input_dim'), config.number('output_dim')];
  const rows = draft.constant(call.weight('embeddings', [count, size]), 'embeddings');
  const places = draft.node('Cast', [draft.plain(x)], { to: DTYPE_CODES.int64 });
  return { name: draft.node('Gather', [rows, places]), shape: [...x.shape, size], order: 'plain' };
}

/** x / √(mean of x² + ε) · scale along the last axis. */
function rootMeanSquare(call: LayerCall): Value {
  const { config, draft, name } = call;
  const x = inputOf(call);
  const rank = x.shape.length;
  const axes = config.numbers('axis', [-1]);
  if (axes.length !== 1 || (axes[0] !== -1 && axes[0] !== rank - 1))
    throw unread(`Layer '${name}' normalises over the axes ${axes.join(', ')}.`, name, EXPORT_TO_ONNX);
  const scale = call.weight('scale', [x.shape.at(-1) ?? null]);
  const rows: Value = { name: draft.plain(x), shape: x.shape, order: 'plain' };
  const squares = combined(draft, 'Mul', rows, rows);
  const mean: Value = {
    name: draft.node('ReduceMean', [squares.name, draft.ints([rank - 1], 'axes')], { keepdims: 1 }),
    shape: [...x.shape.slice(0, -1), 1],
    order: 'plain',
  };
  const moved = combined(draft, 'Add', mean, numberValue(draft, config.number('epsilon', 1e-6)));
  const root: Value = { ...moved, name: draft.node('Sqrt', [moved.name]) };
  const scaled = draft.node('Mul', [combined(draft, 'Div', rows, root).name, draft.constant(scale, 'scale')]);
  return { name: scaled, shape: x.shape, order: 'plain' };
}

/** Layers of transformers. */
export const attentionLayers = table<LayerEntry>({
  MultiHeadAttention: { slots: attentionSlots, build: attention },
  Embedding: { slots: () => slotsOf({ name: 'embeddings' }), build: embedded },
  RMSNormalization: { slots: () => slotsOf({ name: 'scale', also: ['gamma'] }), build: rootMeanSquare },
});
