import { float, numberAttribute } from '../../../graph/attributes.ts';
import type { Fusion, FusionWriter } from './fusion.ts';

const MICROSOFT = 'com.microsoft';

/** Normalisations over the last axis, with the sum before them. */
export const normFusions: readonly Fusion[] = [
  {
    op: 'SkipLayerNormalization',
    domain: MICROSOFT,
    // input, skip, gamma, beta, bias
    expand: (w) => {
      const sum = w.sum(w.op('Add', [w.input(0), w.input(1)]), w.input(4));
      return [...layerNorm(w, sum, w.input(2), w.input(3), numberAttribute(w.node, 'epsilon', 1e-5)), sum];
    },
  },
  {
    op: 'SkipSimplifiedLayerNormalization',
    domain: MICROSOFT,
    // input, skip, gamma, bias
    expand: (w) => {
      if (w.wants(1) || w.wants(2)) return null;
      const sum = w.sum(w.op('Add', [w.input(0), w.input(1)]), w.input(3));
      return [rootMeanSquareNorm(w, sum, w.input(2)), null, null, sum];
    },
  },
  {
    // ONNX Runtime keeps it in ONNX's own domain.
    op: 'SimplifiedLayerNormalization',
    domain: '',
    expand: (w) => {
      if (w.wants(1) || numberAttribute(w.node, 'axis', -1) !== -1) return null;
      return [rootMeanSquareNorm(w, w.input(0), w.input(1))];
    },
  },
  { op: 'EmbedLayerNormalization', domain: MICROSOFT, expand: embedded },
];

/** The normalised value, and its mean and inverse deviation. */
function layerNorm(w: FusionWriter, x: string, gamma: string, beta: string, epsilon: number): readonly string[] {
  const inputs = [x, gamma, ...(beta ? [beta] : [])];
  const count = w.wants(2) ? 3 : w.wants(1) ? 2 : 1;
  const outputs = w.ops('LayerNormalization', inputs, count, { axis: -1, epsilon: float(epsilon) });
  return [0, 1, 2].map((i) => outputs[i] ?? '');
}

/** x / √(mean x² + ε) · γ */
function rootMeanSquareNorm(w: FusionWriter, x: string, gamma: string): string {
  const mean = w.op('ReduceMean', [w.op('Mul', [x, x]), w.ints([-1])], { keepdims: 1 });
  const epsilon = w.number(numberAttribute(w.node, 'epsilon', 1e-5));
  const norm = w.op('Div', [x, w.op('Sqrt', [w.op('Add', [mean, epsilon])])]);
  return w.op('Mul', [norm, gamma]);
}

/** Embeddings of words, places and segments, added and normalised. */
function embedded(w: FusionWriter): readonly (string | null)[] | null {
  const [ids, segments, words, places, kinds, gamma, beta, mask, positions] = Array.from({ length: 9 }, (_, i) =>
    w.input(i),
  ) as [string, string, string, string, string, string, string, string, string];
  const length = w.op('Shape', [ids], { start: 1, end: 2 });
  const placed = positions
    ? w.op('Gather', [places, positions])
    : w.op('Slice', [places, w.ints([0]), length, w.ints([0])]);
  const segmented = segments && kinds ? w.op('Gather', [kinds, segments]) : '';
  const sum = w.sum(w.op('Add', [w.op('Gather', [words, ids]), placed]), segmented);
  const [norm] = layerNorm(w, sum, gamma, beta, numberAttribute(w.node, 'epsilon', 1e-12));
  return [norm!, w.wants(1) ? seenWords(w, mask, ids) : null, sum];
}

/** How many words of each text the mask shows; 0 without a mask. */
function seenWords(w: FusionWriter, mask: string, ids: string): string {
  const total = w.op('ReduceSum', [mask || ids, w.ints([1])], { keepdims: 0 });
  return mask ? total : w.op('Sub', [total, total]);
}
