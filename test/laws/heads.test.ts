// Scores are those that the model itself gives, whatever stands between its logits and its output; a number without an
// activation gets one, a single number never a softmax. What is explained are the logits of the same classes.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { InputReader } from '../../src/explainers/inputs/inputReader.ts';
import { forwardScores } from '../../src/explainers/method/forward.ts';
import { explainable } from '../../src/explainers/models/explainable.ts';
import type { LoadedModel } from '../../src/explainers/models/loadModel.ts';
import { settledScores } from '../../src/explainers/session/settledScores.ts';
import { float32, int64, toNumbers } from '../../src/explainers/tensor/tensor.ts';
import { numbers } from '../tinyModels.ts';
import {
  activationOf,
  begin,
  finished,
  type Head,
  LAST,
  LOG_SOFTMAXES,
  SIGMOIDS,
  SOFTMAXES,
  STEPS,
} from './parts/randomHead.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openOnnxRuntime({ threads: 1 });
});
afterAll(() => engine.dispose());

/** As the session opens a model. */
async function open(graph: Graph): Promise<LoadedModel> {
  const file = { model: '/model.onnx', path: null, text: null };
  const inputs = await InputReader.open([], { within: [], note: () => {} });
  const loaded = (evidence?: Parameters<NonNullable<LoadedModel['settle']>>[0]): LoadedModel => {
    const { undecided, ...rest } = explainable(graph, file, evidence);
    return {
      ...rest,
      source: graph,
      bytes: 0,
      inputs,
      standIns: new Map(),
      ...(undecided && !evidence && { settle: loaded }),
    };
  };
  return settledScores(loaded(), engine);
}

async function run(graph: Graph, outputs: readonly string[], input: ReturnType<typeof numbers>) {
  const executable = await engine.compile({ ...graph, outputs });
  try {
    const results = await executable.run(new Map([['image', input]]));
    return outputs.map((name) => toNumbers(results.get(name)!));
  } finally {
    await executable.dispose();
  }
}

async function check(head: Head, raw: string) {
  const graph = finished(head);
  const input = numbers([1, 3, 4, 4], 5);
  const [logits] = await run(graph, [raw], input);
  const { model, card } = await open(graph);
  const executable = await engine.compile(model.graph);
  const found = await forwardScores({ model, input, compiled: async () => executable });
  await executable.dispose();
  const scores = head.scores(logits!);
  expect(found.scores.length).toBe(scores.length);
  for (const [i, score] of scores.entries()) expect(found.scores[i]!).toBeCloseTo(score, 5);
  // What is explained orders images as the scores do: the logits themselves, or where several heads are mixed the
  // scores.
  const explained = head.logits ? head.logits(logits!) : scores;
  for (const [i, logit] of explained.entries()) expect(found.logits[i]!).toBeCloseTo(logit, 4);
  return card;
}

const nameIn = (table: object) => fc.constantFrom(...Object.keys(table));
const drawn = fc.record({
  classes: fc.integer({ min: 1, max: 5 }),
  seed: fc.integer({ min: 1, max: 1000 }),
  picks: fc.array(fc.nat(97), { minLength: 8, maxLength: 8 }),
  steps: fc.array(nameIn(STEPS), { maxLength: 4 }),
});
const pickOf = (picks: readonly number[]) => {
  let next = 0;
  return (n: number) => picks[next++ % picks.length]! % n;
};

/** The logits of a single class: its own score must be distinguished from that of the activation over one number. */
describe('the scores are the model’s own behind', () => {
  test.each(['softmax', 'sigmoid'] as const)('a %s, however it is written, and what follows it', async (kind) => {
    const forms = kind === 'softmax' ? SOFTMAXES : SIGMOIDS;
    await fc.assert(
      fc.asyncProperty(drawn, nameIn(forms), nameIn(LAST), async ({ classes, seed, picks, steps }, form, last) => {
        const { b, raw } = begin(kind === 'softmax' ? Math.max(2, classes) : classes, seed);
        const all = kind === 'softmax' ? Math.max(2, classes) : classes;
        const head: Head = {
          b,
          value: forms[form]!(b, raw),
          shape: [1, all],
          scores: activationOf[kind],
          logits: (x) => [...x],
        };
        const draw = pickOf(picks);
        for (const step of steps) STEPS[step]!(head, draw);
        LAST[last]!(head, draw);
        await check(head, raw);
      }),
      { numRuns: 60 },
    );
  });

  test('a log-softmax', async () => {
    const steps = Object.keys(STEPS).filter((name) => !name.startsWith('clipped'));
    await fc.assert(
      fc.asyncProperty(
        drawn,
        nameIn(LOG_SOFTMAXES),
        fc.array(fc.constantFrom(...steps), { maxLength: 3 }),
        async ({ classes, seed, picks }, form, chosen) => {
          const all = Math.max(2, classes);
          const { b, raw } = begin(all, seed);
          const head: Head = {
            b,
            value: LOG_SOFTMAXES[form]!(b, raw),
            shape: [1, all],
            scores: activationOf.softmax,
            logits: (x) => [...x],
          };
          const draw = pickOf(picks);
          for (const step of chosen) STEPS[step]!(head, draw);
          await check(head, raw);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('the mean of several heads, of one head for several crops, and their product', async () => {
    await fc.assert(
      fc.asyncProperty(
        drawn,
        nameIn(SOFTMAXES),
        fc.constantFrom('Mean', 'Add', 'Stacked'),
        async ({ classes, seed, picks, steps }, form, kind) => {
          const all = Math.max(2, classes);
          const { b, raw } = begin(all, seed);
          const doubled = b.node('Mul', [raw, raw]);
          const [p, q] = [SOFTMAXES[form]!(b, raw), SOFTMAXES[form]!(b, doubled)];
          const half = () =>
            b.constant(
              numbers([1], 1).data.length === 1
                ? { dtype: 'float32', shape: [], data: Float32Array.of(0.5) }
                : numbers([1]),
            );
          const value =
            kind === 'Mean'
              ? b.node('Mean', [p, q])
              : kind === 'Add'
                ? b.node('Add', [b.node('Mul', [p, half()]), b.node('Mul', [half(), q])])
                : b.node(
                    'ReduceMean',
                    [
                      b.node('Concat', [p, q], { axis: 0 }),
                      b.constant({ dtype: 'int64', shape: [1], data: BigInt64Array.of(0n) }),
                    ],
                    { keepdims: 1 },
                  );
          const head: Head = {
            b,
            value,
            shape: [1, all],
            scores: (x) =>
              activationOf.softmax(x).map((each, i) => (each + activationOf.softmax(x.map((l) => l * l))[i]!) / 2),
            logits: null,
          };
          const draw = pickOf(picks);
          for (const step of steps) STEPS[step]!(head, draw);
          const card = await check(head, raw);
          expect(card.task).toBe(head.shape.reduce((a, n) => a * n, 1) === 1 ? 'multi-label' : 'multi-class');
        },
      ),
      { numRuns: 30 },
    );
  });

  test('two classes of one logit: p and 1 − p joined, whichever comes first, and what follows them', async () => {
    const ways = {
      '1 − p': (b: Head['b'], p: string) => b.node('Sub', [b.constant(float32([], [1])), p]),
      '−p + 1': (b: Head['b'], p: string) => b.node('Add', [b.node('Neg', [p]), b.constant(float32([1, 1], [1]))]),
      'σ(−x)': (b: Head['b'], _: string, x: string) => b.node('Sigmoid', [b.node('Neg', [x])]),
      '1 − σ(x), a sigmoid of its own': (b: Head['b'], _: string, x: string) =>
        b.node('Sub', [b.constant(float32([], [1])), b.node('Sigmoid', [x])]),
    };
    await fc.assert(
      fc.asyncProperty(
        drawn,
        nameIn(SIGMOIDS),
        nameIn(ways),
        fc.constantFrom('Concat', 'stacked'),
        nameIn(LAST),
        async ({ seed, picks, steps }, form, way, how, last) => {
          const { b, raw } = begin(1, seed);
          const draw = pickOf(picks);
          const p = SIGMOIDS[form]!(b, raw);
          const both = [ways[way as keyof typeof ways](b, p, raw), p];
          const first = draw(2);
          const ordered = first === 0 ? both : both.toReversed();
          const unsqueezed = () => ordered.map((each) => b.node('Reshape', [each, b.constant(int64([1, 1, 1]))]));
          const value =
            how === 'Concat'
              ? b.node('Concat', ordered, { axis: 1 })
              : b.node('Reshape', [b.node('Concat', unsqueezed(), { axis: 2 }), b.constant(int64([1, 2]))]);
          const turned = (x: readonly number[]) => (first === 0 ? [-x[0]!, x[0]!] : [x[0]!, -x[0]!]);
          const head: Head = {
            b,
            value,
            shape: [1, 2],
            scores: (x) => activationOf.sigmoid(turned(x)),
            logits: turned,
          };
          for (const step of steps) STEPS[step]!(head, draw);
          LAST[last]!(head, draw);
          const card = await check(head, raw);
          const two = head.shape.reduce((a, n) => a * n, 1) === 2;
          expect(card.task).toBe(two ? 'multi-class' : 'multi-label');
          if (two) expect(card.guesses.join('\n')).toMatch(/p and 1 − p of one sigmoid.*turned over, is explained/);
        },
      ),
      { numRuns: 80 },
    );
  });

  test('sigmoids of classes that are made one by one and joined', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, nameIn(SIGMOIDS), nameIn(LAST), async ({ classes, seed, picks, steps }, form, last) => {
        const all = Math.max(2, classes);
        const { b, raw } = begin(all, seed);
        const parts = b.nodes('Split', [raw, b.constant(int64(Array(all).fill(1)))], all, { axis: 1 });
        const value = b.node(
          'Concat',
          parts.map((part) => SIGMOIDS[form]!(b, part)),
          { axis: 1 },
        );
        const head: Head = { b, value, shape: [1, all], scores: activationOf.sigmoid, logits: (x) => [...x] };
        const draw = pickOf(picks);
        for (const step of steps) STEPS[step]!(head, draw);
        LAST[last]!(head, draw);
        await check(head, raw);
      }),
      { numRuns: 40 },
    );
  });

  test('a hard sigmoid, as one operator or written out', async () => {
    const forms = {
      HardSigmoid: (b: Head['b'], x: string) => b.node('HardSigmoid', [x]),
      'clip(x / 6 + 0.5)': (b: Head['b'], x: string) => {
        const scalar = (value: number) => b.constant({ dtype: 'float32', shape: [], data: Float32Array.of(value) });
        return b.node('Clip', [b.node('Add', [b.node('Div', [x, scalar(5)]), scalar(0.5)]), scalar(0), scalar(1)]);
      },
    };
    await fc.assert(
      fc.asyncProperty(drawn, nameIn(forms), async ({ classes, seed }, form) => {
        const { b, raw } = begin(classes, seed);
        const written = form !== 'HardSigmoid';
        const head: Head = {
          b,
          value: forms[form as keyof typeof forms](b, raw),
          shape: [1, classes],
          scores: (x) => x.map((each) => Math.min(Math.max(0.2 * each + 0.5, 0), 1)),
          logits: (x) => x.map((each) => (written ? each / 5 + 0.5 : each)),
        };
        await check(head, raw);
      }),
      { numRuns: 20 },
    );
  });
});

test('without an activation: a sigmoid of one number, a softmax of several', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, async ({ classes, seed }) => {
      const { b, raw } = begin(classes, seed);
      const kind = classes === 1 ? 'sigmoid' : 'softmax';
      const card = await check(
        { b, value: raw, shape: [1, classes], scores: activationOf[kind], logits: (x) => [...x] },
        raw,
      );
      expect(card.guesses.join('\n')).toMatch(new RegExp(`activation: ${kind} of the output`));
    }),
    { numRuns: 12 },
  );
});

const { softmax } = activationOf;

describe('where the graph alone does not show it, the numbers do', () => {
  test('classes that a matrix merges', async () => {
    const { b, raw } = begin(4, 3);
    const merge = float32([4, 2], [1, 0, 0, 1, 1, 0, 0, 1]);
    const value = b.node('MatMul', [b.node('Softmax', [raw], { axis: 1 }), b.constant(merge)]);
    const scores = (x: readonly number[]) => [softmax(x)[0]! + softmax(x)[2]!, softmax(x)[1]! + softmax(x)[3]!];
    const card = await check({ b, value, shape: [1, 2], scores, logits: null }, raw);
    expect(card.task).toBe('multi-class');
    expect(card.guesses.join('\n')).toMatch(/within 0…1 and added up to 1 for test images.*set output.activation/);
  });

  test('percentages', async () => {
    const { b, raw } = begin(3, 4);
    const scaled = b.node('Gemm', [
      b.node('Softmax', [raw], { axis: 1 }),
      b.constant(float32([3, 3], [100, 0, 0, 0, 100, 0, 0, 0, 100])),
    ]);
    const card = await check({ b, value: scaled, shape: [1, 3], scores: softmax, logits: null }, raw);
    expect(card.guesses.join('\n')).toMatch(/percentages/);
  });

  test('logits above 0 stay logits', async () => {
    const { b, raw } = begin(3, 5);
    const logits = (x: readonly number[]) => x.map((each) => 4 * Math.log1p(Math.exp(each)));
    const value = b.node('Mul', [b.node('Softplus', [raw]), b.constant(float32([], [4]))]);
    await check({ b, value, shape: [1, 3], scores: (x) => softmax(logits(x)), logits }, raw);
  });
});

test('a softmax along the wrong axis gives 1 for every class, and it is said that this is the model’s fault', async () => {
  for (const axis of [0, 2]) {
    const { b, raw } = begin(3, 6);
    const shaped = b.node('Reshape', [raw, b.constant(int64([1, 3, 1]))]);
    b.type(shaped, { dtype: 'float32', shape: [1, 3, 1] });
    const value = b.node('Softmax', [shaped], { axis });
    const card = await check({ b, value, shape: [1, 3, 1], scores: () => [1, 1, 1], logits: (x) => [...x] }, raw);
    expect(card.guesses.join('\n')).toMatch(/each is 1 for every image.*a fault of the model/);
  }
});

test('two numbers per label, of which the second is chosen: each label has a score of its own', async () => {
  const { b, raw } = begin(4, 7);
  const pairs = b.node('Softmax', [b.node('Reshape', [raw, b.constant(int64([1, 2, 2]))])], { axis: 2 });
  const value = b.node('Gather', [pairs, b.constant(int64([1], []))], { axis: 2 });
  const logits = (x: readonly number[]) => [x[1]!, x[3]!];
  const scores = (x: readonly number[]) => [softmax(x.slice(0, 2))[1]!, softmax(x.slice(2))[1]!];
  expect((await check({ b, value, shape: [1, 2], scores, logits }, raw)).task).toBe('multi-label');
});

test('the probability that a class is not there is explained by the logit turned over', async () => {
  const { b, raw } = begin(2, 8);
  const one = b.constant(float32([], [1]));
  const value = b.node('Sub', [one, b.node('Softmax', [raw], { axis: 1 })]);
  const scores = (x: readonly number[]) => softmax(x).map((p) => 1 - p);
  await check({ b, value, shape: [1, 2], scores, logits: (x) => x.map((each) => -each) }, raw);
});
