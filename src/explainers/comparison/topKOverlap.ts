import { CONSTANT, defineComparison } from './comparison.ts';

interface Top {
  /** 1 for each of the highest pixels. */
  readonly inside: Uint8Array;
  readonly count: number;
  readonly constant: boolean;
}

export const topKOverlap = defineComparison<Top>({
  id: 'topKOverlap',
  title: 'Top-k overlap',
  summary:
    'The share of the strongest pixels of one map (a twentieth of all) that are among the strongest of the other.',
  formula: '|A ∩ B| / k, A and B the k = ⌈5 %⌉ highest pixels of each, of equal ones the first in row-major order',
  cite: 'Krishna et al., The Disagreement Problem in Explainable Machine Learning, TMLR 2024 (feature agreement)',
  range: [0, 1],
  read({ values }, { topShare }) {
    const count = Math.max(1, Math.ceil(topShare * values.length));
    const order = Uint32Array.from({ length: values.length }, (_, i) => i);
    order.sort((a, b) => values[b]! - values[a]! || a - b);
    const inside = new Uint8Array(values.length);
    for (const i of order.subarray(0, count)) inside[i] = 1;
    return { inside, count, constant: values[order[0]!] === values[order.at(-1)!] };
  },
  compute(a, b) {
    if (a.constant || b.constant) return { value: null, reason: CONSTANT };
    let both = 0;
    for (let i = 0; i < a.inside.length; i++) both += a.inside[i]! & b.inside[i]!;
    return { value: both / a.count };
  },
});
