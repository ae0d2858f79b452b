import { transformerOf } from '../../method/attentions.ts';
import { forwardValues } from '../../method/forward.ts';
import { defineMethod } from '../../method/method.ts';
import type { TensorOf } from '../../tensor/tensor.ts';
import { tokenMap, tokenNote } from './tokenMap.ts';

export const attentionRollout = defineMethod({
  id: 'attentionRollout',
  title: 'Attention rollout',
  summary:
    'Which patches reach the class token through the attention of all blocks of a transformer, whatever the class.',
  caution:
    'The map is the same for every class, and attention is not evidence: it says where the tokens come from, not what they are used for. What the layers between the attentions do is ignored.',
  formula: 'Â_L · … · Â_1, Â = (I + mean_h A_h) / 2; the row of the class token',
  cite: {
    authors: 'S. Abnar, W. Zuidema',
    title: 'Quantifying Attention Flow in Transformers',
    venue: 'ACL',
    year: 2020,
    url: 'https://arxiv.org/abs/2005.00928',
    reference: 'no library: a slow twin of the definition',
  },
  needs: ['attention'],
  group: 'regions',
  slow: false,
  signed: false,
  classless: true,
  parameters: {
    fusion: {
      kind: 'choice',
      default: 'mean',
      choices: { mean: 'their mean', max: 'the largest', min: 'the smallest' },
      about: 'How the heads of a block become one matrix.',
    },
  },
  async explain(context, { fusion }) {
    const transformer = transformerOf(context.model);
    const { attentions, tokens, before } = transformer;
    const names = attentions.map(({ weights }) => weights);
    const results = await forwardValues(context, names);
    let rolled = identity(tokens);
    for (const { weights, heads } of attentions) {
      const { data } = results.get(weights) as TensorOf<'float32'>;
      rolled = product(withResidual(fused(data, heads, tokens, fusion as Fusion), tokens), rolled, tokens);
    }
    // Without a class token, the class is read from the mean of all.
    const perToken = Float64Array.from({ length: tokens }, (_, key) => {
      if (before > 0) return rolled[key]!;
      let sum = 0;
      for (let query = 0; query < tokens; query++) sum += rolled[query * tokens + key]!;
      return sum / tokens;
    });
    const notes = [tokenNote(transformer, attentions.length), CLASSLESS];
    context.progress(1);
    return context.targets.map((target) => ({
      target,
      values: tokenMap(context.model, transformer, perToken),
      notes,
      figures: {},
    }));
  },
});

const CLASSLESS = 'Attention rollout does not use the class, so every class gets this map.';

type Fusion = 'mean' | 'max' | 'min';

const FUSIONS: Readonly<Record<Fusion, (a: number, b: number) => number>> = {
  mean: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
};

/** The heads' matrices as one; rows of the largest and smallest need not add up to 1. */
function fused(data: Float32Array, heads: number, tokens: number, fusion: Fusion): Float64Array {
  const size = tokens * tokens;
  const out = Float64Array.from(data.subarray(0, size));
  for (let head = 1; head < heads; head++)
    for (let i = 0; i < size; i++) out[i] = FUSIONS[fusion](out[i]!, data[head * size + i]!);
  if (fusion === 'mean') for (let i = 0; i < size; i++) out[i]! /= heads;
  return out;
}

/** The residual connection takes half; each row adds up to 1 again. */
function withResidual(matrix: Float64Array, tokens: number): Float64Array {
  for (let row = 0; row < tokens; row++) {
    matrix[row * tokens + row]! += 1;
    let sum = 0;
    for (let i = 0; i < tokens; i++) sum += matrix[row * tokens + i]!;
    for (let i = 0; i < tokens; i++) matrix[row * tokens + i]! /= sum;
  }
  return matrix;
}

function identity(tokens: number): Float64Array {
  const out = new Float64Array(tokens * tokens);
  for (let i = 0; i < tokens; i++) out[i * tokens + i] = 1;
  return out;
}

function product(a: Float64Array, b: Float64Array, tokens: number): Float64Array {
  const out = new Float64Array(tokens * tokens);
  for (let i = 0; i < tokens; i++) {
    for (let k = 0; k < tokens; k++) {
      const factor = a[i * tokens + k]!;
      for (let j = 0; j < tokens; j++) out[i * tokens + j]! += factor * b[k * tokens + j]!;
    }
  }
  return out;
}
