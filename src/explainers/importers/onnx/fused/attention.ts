import { numberAttribute, numbersAttribute } from '../../../graph/attributes.ts';
import type { Fusion, FusionWriter } from './fusion.ts';

const MICROSOFT = 'com.microsoft';
/** What ONNX Runtime adds where a mask hides a key. */
const HIDDEN = -10000;

/** Attention over heads, with the projections that were fused with it. */
export const attentionFusions: readonly Fusion[] = [
  { op: 'Attention', domain: MICROSOFT, expand: projected },
  { op: 'MultiHeadAttention', domain: MICROSOFT, expand: multiHead },
];

/** [batch, heads, length, width of a head] each. */
interface Heads {
  readonly q: string;
  readonly k: string;
  readonly v: string;
}

/** input, weights, bias, mask, past, bias of the scores, length of the past */
function projected(w: FusionWriter): readonly (string | null)[] | null {
  if (w.input(4) || w.input(6) || w.wants(1) || numberAttribute(w.node, 'do_rotary', 0) !== 0) return null;
  const mask = masking(w, w.input(3));
  if (mask === null) return null;
  const all = w.sum(w.op('MatMul', [w.input(0), w.input(1)]), w.input(2));
  const sizes = numbersAttribute(w.node, 'qkv_hidden_sizes', []);
  const parts =
    sizes.length > 0
      ? w.ops('Split', [all, w.ints(sizes)], 3, { axis: -1 })
      : w.ops('Split', [all], 3, { axis: -1, num_outputs: 3 });
  const [q, k, v] = parts.map((part) => inHeads(w, part)) as [string, string, string];
  return [attended(w, { q, k, v }, [mask, w.input(5)])];
}

/** query, key, value, bias, mask of keys, bias of the scores, past key and value */
function multiHead(w: FusionWriter): readonly (string | null)[] | null {
  if (w.input(6) || w.input(7) || w.input(8) || w.input(9) || w.wants(1) || w.wants(2)) return null;
  const mask = masking(w, w.input(4));
  const heads = mask === null ? null : headsOf(w);
  return heads && mask !== null ? [attended(w, heads, [mask, w.input(5)])] : null;
}

function headsOf(w: FusionWriter): Heads | null {
  const [query, key, value, bias] = [w.input(0), w.input(1), w.input(2), w.input(3)];
  if (key === '') {
    // [batch, length, heads, 3, width]
    if (bias || value) return null;
    const [q, k, v] = unpacked(w, query, 3) as [string, string, string];
    return { q, k, v };
  }
  const biases = bias ? biasParts(w, bias) : ['', '', ''];
  if (!biases) return null;
  const q = inHeads(w, w.sum(query, biases[0]!));
  if (value === '') {
    // [batch, length, heads, 2, width]
    if (bias) return null;
    const [k, v] = unpacked(w, key, 2) as [string, string];
    return { q, k, v };
  }
  if (w.rank(key) === 4) return bias ? null : { q, k: key, v: value };
  return { q, k: inHeads(w, w.sum(key, biases[1]!)), v: inHeads(w, w.sum(value, biases[2]!)) };
}

/** The bias [width + width + width of values] in its three parts; null if their sizes are not known. */
function biasParts(w: FusionWriter, bias: string): readonly string[] | null {
  const whole = w.size(bias, 0);
  const width = w.size(w.input(0), -1) ?? (whole !== undefined && whole % 3 === 0 ? whole / 3 : undefined);
  if (whole === undefined || width === undefined) return null;
  return w.ops('Split', [bias, w.ints([width, width, whole - 2 * width])], 3, { axis: 0 });
}

/** [batch, length, heads, count, width] as `count` values [batch, heads, length, width]. */
function unpacked(w: FusionWriter, packed: string, count: number): readonly string[] {
  return w
    .ops('Split', [packed], count, { axis: 3, num_outputs: count })
    .map((part) => w.op('Transpose', [w.op('Squeeze', [part, w.ints([3])])], { perm: [0, 2, 1, 3] }));
}

/** [batch, length, heads · width] as [batch, heads, length, width]. */
function inHeads(w: FusionWriter, value: string): string {
  const apart = w.op('Reshape', [value, w.ints([0, 0, numberAttribute(w.node, 'num_heads'), -1])]);
  return w.op('Transpose', [apart], { perm: [0, 2, 1, 3] });
}

/** softmax(q · kᵀ · scale + biases) · v as [batch, length, heads · width]. */
function attended(w: FusionWriter, { q, k, v }: Heads, biases: readonly string[]): string {
  const given = numberAttribute(w.node, 'scale', 0);
  const scale = given === 0 ? inverseRoot(w, q) : w.number(given);
  const products = w.op('MatMul', [q, w.op('Transpose', [k], { perm: [0, 1, 3, 2] })]);
  const scores = [...biases, causal(w, q, k)].reduce((sum, bias) => w.sum(sum, bias), w.op('Mul', [products, scale]));
  const mixed = w.op('Transpose', [w.op('MatMul', [w.softmax(scores), v])], { perm: [0, 2, 1, 3] });
  return w.op('Reshape', [mixed, w.ints([0, 0, -1])]);
}

/** 1 / √width of a head. */
function inverseRoot(w: FusionWriter, q: string): string {
  const width = w.op('CastLike', [w.op('Shape', [q], { start: 3, end: 4 }), q]);
  return w.op('Reciprocal', [w.op('Sqrt', [width])]);
}

/** What is added to the scores to hide later keys; '' if none are hidden. */
function causal(w: FusionWriter, q: string, k: string): string {
  if (numberAttribute(w.node, 'unidirectional', 0) === 0) return '';
  const lengths = [q, k].map((value) => w.op('Shape', [value], { start: 2, end: 3 }));
  const ones = w.op('Expand', [w.number(1), w.op('Concat', lengths, { axis: 0 })]);
  const seen = w.op('Trilu', [ones], { upper: 0 });
  return w.op('Mul', [
    w.op('Sub', [w.number(1), seen]),
    w.number(numberAttribute(w.node, 'mask_filter_value', HIDDEN)),
  ]);
}

/** What a mask of 1 for each key seen adds to the scores; '' if there is none, null if its form is not known. */
function masking(w: FusionWriter, mask: string): string | null {
  if (mask === '') return '';
  const rank = w.rank(mask);
  if (rank !== 2 && rank !== 3) return null;
  const seen = w.op('CastLike', [mask, w.number(1)]);
  const places = w.op('Unsqueeze', [seen, w.ints(rank === 2 ? [1, 2] : [1])]);
  const hidden = w.op('Sub', [w.number(1), places]);
  return w.op('Mul', [hidden, w.number(numberAttribute(w.node, 'mask_filter_value', HIDDEN))]);
}
