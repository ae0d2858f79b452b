import { numberAttribute, numbersAttribute, stringAttribute } from '../../../graph/attributes.ts';
import { activated } from './activations.ts';
import type { Fusion, FusionWriter } from './fusion.ts';

const MICROSOFT = 'com.microsoft';
export const CONV = ['auto_pad', 'dilations', 'group', 'kernel_shape', 'pads', 'strides'];

/** Products of matrices and convolutions, with what was before and after them. */
export const productFusions: readonly Fusion[] = [
  ...['FusedMatMul', 'TransposeMatMul', 'FusedMatMulActivation'].map(
    (op): Fusion => ({ op, domain: MICROSOFT, expand: (w) => one(namedActivation(w, product(w))) }),
  ),
  {
    op: 'FusedGemm',
    domain: MICROSOFT,
    expand: (w) => {
      const inputs = [w.input(0), w.input(1), ...(w.input(2) ? [w.input(2)] : [])];
      return one(namedActivation(w, w.op('Gemm', inputs, w.attributes(['alpha', 'beta', 'transA', 'transB']))));
    },
  },
  {
    op: 'FusedConv',
    domain: MICROSOFT,
    expand: (w) => {
      const inputs = [w.input(0), w.input(1), ...(w.input(2) ? [w.input(2)] : [])];
      return one(convActivation(w, w.sum(w.op('Conv', inputs, w.attributes(CONV)), w.input(3))));
    },
  },
  {
    op: 'GemmFastGelu',
    domain: MICROSOFT,
    expand: (w) => {
      const sum = w.sum(w.op('MatMul', [w.input(0), w.input(1)]), w.input(2));
      return [w.op('Gelu', [sum], { approximate: 'tanh' })];
    },
  },
  { op: 'BiasAdd', domain: MICROSOFT, expand: (w) => [w.sum(w.sum(w.input(0), w.input(1)), w.input(2))] },
];

const one = (value: string | null) => (value === null ? null : [value]);

/** alpha · A · B, each with its last two axes exchanged, or with its first axis moved behind those of the batch. */
function product(w: FusionWriter): string {
  const flag = (name: string) => numberAttribute(w.node, name, 0) !== 0;
  const term = (rows: string, columns: string, moved: boolean) =>
    moved ? `${rows}...${columns}` : `...${rows}${columns}`;
  const [a, b] = [w.input(0), w.input(1)];
  const [transA, transB, batchA, batchB] = [flag('transA'), flag('transB'), flag('transBatchA'), flag('transBatchB')];
  const left = transA ? term('j', 'i', batchA) : term('i', 'j', batchA);
  const right = transB ? term('k', 'j', batchB) : term('j', 'k', batchB);
  const plain = !transA && !transB && !batchA && !batchB;
  const result = plain ? w.op('MatMul', [a, b]) : w.op('Einsum', [a, b], { equation: `${left},${right}->...ik` });
  const alpha = numberAttribute(w.node, 'alpha', 1);
  return alpha === 1 ? result : w.op('Mul', [result, w.number(alpha)]);
}

/** The node's `activation`, whose parameters are attributes of their own. */
function namedActivation(w: FusionWriter, x: string): string | null {
  return activated(w, x, stringAttribute(w.node, 'activation', ''), (name) => {
    const key = `activation_${name}`;
    return w.node.attributes.has(key) ? numberAttribute(w.node, key) : undefined;
  });
}

/** The node's `activation`, whose parameters are in one list. */
export function convActivation(w: FusionWriter, x: string): string | null {
  const parameters = numbersAttribute(w.node, 'activation_params', []);
  return activated(w, x, stringAttribute(w.node, 'activation', ''), (_, i) => parameters[i]);
}
