import { float, numberAttribute } from '../../../graph/attributes.ts';
import type { Fusion, FusionWriter } from './fusion.ts';

const MICROSOFT = 'com.microsoft';
/** The slope of the sigmoid that stands for the normal distribution. */
const QUICK = 1.702;

const tanhGelu = (w: FusionWriter, x: string) => w.op('Gelu', [x], { approximate: 'tanh' });

/** Gelu in its forms, with a bias before it. */
export const activationFusions: readonly Fusion[] = [
  { op: 'Gelu', domain: MICROSOFT, expand: (w) => [w.op('Gelu', [w.input(0)])] },
  { op: 'BiasGelu', domain: MICROSOFT, expand: (w) => [w.op('Gelu', [w.sum(w.input(0), w.input(1))])] },
  { op: 'FastGelu', domain: MICROSOFT, expand: (w) => [tanhGelu(w, w.sum(w.input(0), w.input(1)))] },
  {
    op: 'QuickGelu',
    domain: MICROSOFT,
    expand: (w) => {
      const alpha = numberAttribute(w.node, 'alpha', QUICK);
      return [w.op('Mul', [w.input(0), w.op('Sigmoid', [w.op('Mul', [w.input(0), w.number(alpha)])])])];
    },
  },
  {
    // Half of the channels times Gelu of the other half.
    op: 'BiasSplitGelu',
    domain: MICROSOFT,
    expand: (w) => {
      const sum = w.sum(w.input(0), w.input(1));
      const [left, right] = w.ops('Split', [sum], 2, { axis: -1, num_outputs: 2 }) as [string, string];
      return [w.op('Mul', [left, w.op('Gelu', [right])])];
    },
  },
];

/** The attributes of activations that fused nodes name, as in ONNX. */
const PARAMETERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Relu', []],
  ['Tanh', []],
  ['Sigmoid', []],
  ['Softplus', []],
  ['Softsign', []],
  ['HardSwish', []],
  ['LeakyRelu', ['alpha']],
  ['Elu', ['alpha']],
  ['ThresholdedRelu', ['alpha']],
  ['HardSigmoid', ['alpha', 'beta']],
  ['Selu', ['alpha', 'gamma']],
]);

/**
 * The activation that a fused node names; null if it is not known.
 * @param given its parameters, by name or in order
 */
export function activated(
  w: FusionWriter,
  x: string,
  activation: string,
  given: (name: string, i: number) => number | undefined,
): string | null {
  if (activation === '') return x;
  if (activation === 'Clip') {
    const bounds = [given('min', 0), given('max', 1)].map((bound) => (bound === undefined ? '' : w.number(bound)));
    return w.op('Clip', [x, ...bounds]);
  }
  const names = PARAMETERS.get(activation);
  if (!names) return null;
  const entries = names.flatMap((name, i) => {
    const value = given(name, i);
    return value === undefined ? [] : [[name, float(value)] as const];
  });
  return w.op(activation, [x], Object.fromEntries(entries));
}
