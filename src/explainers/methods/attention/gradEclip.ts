import { transformerOf } from '../../method/attentions.ts';
import { runClasses, withGradient } from '../../method/classGradient.ts';
import { forwardValues } from '../../method/forward.ts';
import { defineMethod, type ExplanationMap } from '../../method/method.ts';
import type { TensorOf } from '../../tensor/tensor.ts';
import { tokenMap } from './tokenMap.ts';

const CLASSES_AT_ONCE = 16;

export const gradEclip = defineMethod({
  id: 'gradEclip',
  title: 'Grad-ECLIP',
  summary:
    'Which patches put evidence for the class into the class token at the last attention: their values, weighted by the class’s gradient and by how alike query and key are.',
  caution:
    'It looks at one attention only, and cuts off evidence against the class. The similarity of query and key is stretched to 0 … 1 within each image, so the least similar patch gets nothing whatever it holds.',
  formula: 'ReLU( Σ_c ∂ logit / ∂ o_{cls,c} · v_{i,c} · λ_i ), λ = minmax_i( cos(q_cls, k_i) )',
  cite: {
    authors: 'C. Zhao, K. Wang, X. Zeng, R. Zhao, A. B. Chan',
    title: 'Gradient-based Visual Explanation for Transformer-based CLIP',
    venue: 'ICML (journal version: arXiv 2502.18816)',
    year: 2024,
    url: 'https://arxiv.org/abs/2502.18816',
    reference: 'no library: a slow twin of the definition',
  },
  needs: ['gradient', 'attention', 'classToken'],
  group: 'regions',
  slow: false,
  signed: false,
  parameters: {
    block: {
      kind: 'integer',
      default: 0,
      min: 0,
      max: 1000,
      about: 'How many blocks before the last one; 0: the last.',
    },
  },
  async explain(context, { block }) {
    const { model } = context;
    const transformer = transformerOf(model);
    const { attentions, tokens, before, layer } = transformer;
    const at = Math.max(0, attentions.length - 1 - block);
    const { output, queries, keys, values, heads } = attentions[at]!;
    const results = await forwardValues(context, [queries, keys, values]);
    const read = (name: string) => (results.get(name) as TensorOf<'float32'>).data;
    const places = layer.shape[1] * layer.shape[2];
    const likeness = stretched(cosines(read(queries), read(keys), heads, tokens).subarray(before, before + places));
    const v = read(values);
    const width = v.length / (heads * tokens);
    const note = `Block ${at + 1} of ${attentions.length}; ${tokens} tokens, of which ${layer.shape[1]} × ${layer.shape[2]} have a place.`;
    const maps: ExplanationMap[] = [];
    await runClasses(
      context,
      `gradEclip ${output}`,
      CLASSES_AT_ONCE,
      () => withGradient(model, output, (_, gradient) => [gradient]),
      (targets, [gradients]) => {
        const { data } = gradients as TensorOf<'float32'>;
        const size = data.length / targets.length;
        for (const [k, target] of targets.entries()) {
          const g = data.subarray(k * size, (k + 1) * size);
          const perToken = new Float64Array(tokens);
          for (let i = 0; i < places; i++) {
            let sum = 0;
            for (let head = 0; head < heads; head++) {
              // The gradient of the class token, the first of all.
              const [cls, own] = [head * tokens * width, (head * tokens + before + i) * width];
              for (let c = 0; c < width; c++) sum += g[cls + c]! * v[own + c]!;
            }
            perToken[before + i] = Math.max(0, sum * likeness[i]!);
          }
          const map = tokenMap(model, transformer, perToken);
          const blank = map.data.every((value) => value === 0);
          maps.push({ target, values: map, notes: blank ? [note, BLANK] : [note], figures: {} });
        }
      },
    );
    return maps;
  },
});

const BLANK = 'The map is blank: no patch puts evidence for the class into the class token at this attention.';

/** The cosine between the query of the class token and the key of each token, over all heads together: [tokens]. */
function cosines(q: Float32Array, k: Float32Array, heads: number, tokens: number): Float64Array {
  const width = q.length / (heads * tokens);
  return Float64Array.from({ length: tokens }, (_, i) => {
    let [dot, own, other] = [0, 0, 0];
    for (let head = 0; head < heads; head++) {
      for (let c = 0; c < width; c++) {
        const [x, y] = [q[head * tokens * width + c]!, k[(head * width + c) * tokens + i]!];
        dot += x * y;
        own += x * x;
        other += y * y;
      }
    }
    return own === 0 || other === 0 ? 0 : dot / Math.sqrt(own * other);
  });
}

/** From 0 to 1. */
function stretched(values: Float64Array): Float64Array {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return values.map((value) => (high > low ? (value - low) / (high - low) : 1));
}
