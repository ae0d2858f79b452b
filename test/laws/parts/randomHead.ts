import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { float32, int64 } from '../../../src/explainers/tensor/tensor.ts';
import { numbers } from '../../tinyModels.ts';

type Numbers = readonly number[];

/**
 * A head under construction: the value in the graph, its shape, and what is to be read from it, by plain arithmetic on
 * the logits.
 */
export interface Head {
  readonly b: GraphBuilder;
  value: string;
  shape: number[];
  /** Classes by class: the scores that a person means by the value. */
  scores: (logits: Numbers) => number[];
  /** The logits of the same classes; null where several heads are mixed. */
  logits: ((logits: Numbers) => number[]) | null;
}

const scalar = (b: GraphBuilder, x: number) => b.constant(float32([], [x]));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softmax = (x: Numbers) => {
  const top = Math.max(...x);
  const e = x.map((each) => Math.exp(each - top));
  const sum = e.reduce((a, b) => a + b);
  return e.map((each) => each / sum);
};
const axis = (b: GraphBuilder) => b.constant(int64([1]));

/** Writes an activation behind logits [1, classes]. */
type Activation = (b: GraphBuilder, x: string) => string;

const exponentials = (b: GraphBuilder, x: string) => b.node('Exp', [x]);
const shifted = (b: GraphBuilder, x: string) => b.node('Sub', [x, b.node('ReduceMax', [x, axis(b)], { keepdims: 1 })]);
const shares = (b: GraphBuilder, e: string) => b.node('Div', [e, b.node('ReduceSum', [e, axis(b)], { keepdims: 1 })]);
const logSumExp = (b: GraphBuilder, x: string) => b.node('ReduceLogSumExp', [x, axis(b)], { keepdims: 1 });
const logOfSum = (b: GraphBuilder, x: string) =>
  b.node('Log', [b.node('ReduceSum', [exponentials(b, x), axis(b)], { keepdims: 1 })]);

export const SOFTMAXES: Readonly<Record<string, Activation>> = {
  Softmax: (b, x) => b.node('Softmax', [x], { axis: 1 }),
  'exp / sum': (b, x) => shares(b, exponentials(b, x)),
  'exp / sum, the largest taken off': (b, x) => shares(b, exponentials(b, shifted(b, x))),
  'exp(x − ReduceLogSumExp)': (b, x) => exponentials(b, b.node('Sub', [x, logSumExp(b, x)])),
  'exp(x − log sum exp)': (b, x) => exponentials(b, b.node('Sub', [x, logOfSum(b, x)])),
  'exp of LogSoftmax': (b, x) => exponentials(b, b.node('LogSoftmax', [x], { axis: 1 })),
};

export const LOG_SOFTMAXES: Readonly<Record<string, Activation>> = {
  LogSoftmax: (b, x) => b.node('LogSoftmax', [x], { axis: 1 }),
  'x − ReduceLogSumExp': (b, x) => b.node('Sub', [x, logSumExp(b, x)]),
  'x − max − log sum exp': (b, x) => {
    const s = shifted(b, x);
    return b.node('Sub', [s, logOfSum(b, s)]);
  },
  'log of Softmax': (b, x) => b.node('Log', [b.node('Softmax', [x], { axis: 1 })]),
};

export const SIGMOIDS: Readonly<Record<string, Activation>> = {
  Sigmoid: (b, x) => b.node('Sigmoid', [x]),
  '1 / (1 + exp(−x))': (b, x) =>
    b.node('Div', [scalar(b, 1), b.node('Add', [scalar(b, 1), exponentials(b, b.node('Neg', [x]))])]),
  'Reciprocal(exp(−x) + 1)': (b, x) =>
    b.node('Reciprocal', [b.node('Add', [exponentials(b, b.node('Neg', [x])), scalar(b, 1)])]),
  'exp(x) / (1 + exp(x))': (b, x) => {
    const e = exponentials(b, x);
    return b.node('Div', [e, b.node('Add', [e, scalar(b, 1)])]);
  },
  'exp(x·−1) …': (b, x) =>
    b.node('Reciprocal', [b.node('Add', [exponentials(b, b.node('Mul', [x, scalar(b, -1)])), scalar(b, 1)])]),
  '(tanh(x / 2) + 1) / 2': (b, x) =>
    b.node('Mul', [b.node('Add', [b.node('Tanh', [b.node('Div', [x, scalar(b, 2)])]), scalar(b, 1)]), scalar(b, 0.5)]),
  '0.5·tanh(0.5·x) + 0.5': (b, x) =>
    b.node('Add', [
      b.node('Mul', [b.node('Tanh', [b.node('Mul', [scalar(b, 0.5), x])]), scalar(b, 0.5)]),
      scalar(b, 0.5),
    ]),
  '1 − sigmoid(−x)': (b, x) => b.node('Sub', [scalar(b, 1), b.node('Sigmoid', [b.node('Neg', [x])])]),
};

/** What stands behind an activation; it may not be possible for the shape at hand. */
export type Step = (head: Head, draw: (n: number) => number) => boolean;

const put = (head: Head, value: string, shape = head.shape) => {
  head.value = value;
  head.shape = shape;
  return true;
};

const pick = (head: Head, places: readonly number[]) => {
  const { scores, logits } = head;
  head.scores = (x) => places.map((i) => scores(x)[i]!);
  head.logits = logits && ((x) => places.map((i) => logits(x)[i]!));
};

const classesOf = ({ shape }: Head) => shape.reduce((a, b) => a * b, 1);
const isRow = ({ shape }: Head) => shape.length === 2;

export const STEPS: Readonly<Record<string, Step>> = {
  clipped: (head) => put(head, head.b.node('Clip', [head.value, scalar(head.b, 1e-7), scalar(head.b, 1 - 1e-7)])),
  'clipped by Min and Max': (head) =>
    put(head, head.b.node('Max', [head.b.node('Min', [head.value, scalar(head.b, 1)]), scalar(head.b, 0)])),
  'four axes': (head) =>
    put(head, head.b.node('Reshape', [head.value, head.b.constant(int64([1, -1, 1, 1]))]), [1, classesOf(head), 1, 1]),
  squeezed: (head) => put(head, head.b.node('Reshape', [head.value, head.b.constant(int64([-1]))]), [classesOf(head)]),
  'one row': (head) =>
    put(head, head.b.node('Reshape', [head.value, head.b.constant(int64([1, -1]))]), [1, classesOf(head)]),
  identity: (head) => put(head, head.b.node('Identity', [head.value])),
  'through double': (head) =>
    put(head, head.b.node('Cast', [head.b.node('Cast', [head.value], { to: 11 })], { to: 1 })),
  'without the first': (head) => {
    const n = classesOf(head);
    if (!isRow(head) || n < 3) return false;
    const ends = [[1], [n], [1]].map((each) => head.b.constant(int64(each)));
    pick(
      head,
      Array.from({ length: n - 1 }, (_, i) => i + 1),
    );
    return put(head, head.b.node('Slice', [head.value, ...ends]), [1, n - 1]);
  },
  reordered: (head, draw) => {
    const n = classesOf(head);
    if (!isRow(head)) return false;
    const from = draw(n);
    const places = Array.from({ length: n }, (_, i) => (i + from) % n);
    pick(head, places);
    return put(head, head.b.node('Gather', [head.value, head.b.constant(int64(places))], { axis: 1 }));
  },
  'one class': (head, draw) => {
    if (!isRow(head)) return false;
    const at = draw(classesOf(head));
    pick(head, [at]);
    return put(head, head.b.node('Gather', [head.value, head.b.constant(int64([at]))], { axis: 1 }), [1, 1]);
  },
  'the second half of a Split': (head) => {
    const n = classesOf(head);
    if (!isRow(head) || n < 2) return false;
    const first = Math.floor(n / 2);
    const parts = head.b.nodes('Split', [head.value, head.b.constant(int64([first, n - first]))], 2, { axis: 1 });
    pick(
      head,
      Array.from({ length: n - first }, (_, i) => i + first),
    );
    return put(head, parts[1]!, [1, n - first]);
  },
};

/** Scores that add up to 1 again, and percentages: where they stand, the scores are these. */
export const LAST: Readonly<Record<string, Step>> = {
  nothing: () => true,
  percent: (head) => put(head, head.b.node('Mul', [head.value, scalar(head.b, 100)])),
  'percent, divided by a hundredth': (head) => put(head, head.b.node('Div', [head.value, scalar(head.b, 0.01)])),
  'their share': (head) => {
    if (!isRow(head) || classesOf(head) < 2) return false;
    const { scores } = head;
    head.scores = (x) => {
      const s = scores(x);
      const sum = s.reduce((a, b) => a + b);
      return s.map((each) => each / sum);
    };
    return put(head, shares(head.b, head.value));
  },
  'their share, by LpNormalization': (head) => {
    if (!isRow(head) || classesOf(head) < 2) return false;
    const { scores } = head;
    head.scores = (x) => {
      const s = scores(x);
      const sum = s.reduce((a, b) => a + b);
      return s.map((each) => each / sum);
    };
    return put(head, head.b.node('LpNormalization', [head.value], { axis: 1, p: 1 }));
  },
};

/** image → pooled channels → Gemm: logits [1, classes], without an activation. */
export function begin(classes: number, seed: number): { readonly b: GraphBuilder; readonly raw: string } {
  const b = new GraphBuilder('head');
  const image = b.input('image', { dtype: 'float32', shape: [1, 3, 4, 4] });
  const pooled = b.node('Flatten', [b.node('GlobalAveragePool', [image])]);
  const weights = numbers([classes, 3], seed + 1);
  const scaled = float32(
    weights.shape,
    weights.data.map((x) => 3 * x),
  );
  const raw = b.node(
    'Gemm',
    [pooled, b.constant(scaled), b.constant(numbers([classes], seed + 2))],
    { transB: 1 },
    'raw',
  );
  return { b, raw };
}

export const activationOf = { sigmoid: (x: Numbers) => x.map(sigmoid), softmax };

/** The graph that gives out the head's value. */
export function finished(head: Head): Graph {
  head.b.type(head.value, { dtype: 'float32', shape: head.shape });
  head.b.setOutputs([head.value]);
  return head.b.build();
}
