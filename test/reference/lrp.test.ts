import { afterAll, describe, expect, it } from 'vitest';
import { lrp } from '../../src/explainers/methods/relevance/lrp.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { channelSum, modelFile, ReferenceArrays, readJson, relativeL2, row, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';

interface Case {
  readonly name: string;
  readonly target: number;
  readonly low: number;
  readonly high: number;
  readonly arrays: readonly {
    readonly composite: string;
    /** Of each input, the reference's own float32 run from its float64 one. */
    readonly float32Distance?: readonly number[];
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
}

/** Those that zennit has canonizers for, and DenseNet: 1e-4 whatever zennit's own float32 run does. */
const STRICT: ReadonlySet<string> = new Set(['vgg', 'resnetBasic', 'resnetBottleneck', 'densenet']);

const cases = [...readJson<Case[]>('lrp', 'cases.json'), ...readJson<Case[]>('lrp', 'densenet.json')];

describe.each(cases)('$name', ({ name, target, low, high, arrays }) => {
  const { file, dispose } = modelFile(name);
  const reference = new ReferenceArrays('lrp', `${name}.f24.gz`);
  const range = { low: [low, low, low], high: [high, high, high] };
  const opened = loadModel(file).then(({ model }) => explainerFor(model, range));

  afterAll(async () => {
    await (await opened).dispose();
    dispose();
  });

  it.each(arrays)(
    '$composite agrees with its reference in float64',
    async ({ composite, float32Distance, ...place }) => {
      const expected = reference.at(place);
      for (const [i, input] of sharedInputs(expected.shape[1]!).slice(0, expected.shape[0]).entries()) {
        const [map] = await (await opened).explain(lrp, { composite }, input, [target]);
        const bound = STRICT.has(name) ? 1e-4 : Math.max(1e-4, 3 * (float32Distance?.[i] ?? 0));
        expect(relativeL2(channelSum(map!.values.data, 3), row(expected, i)), `input ${i}`).toBeLessThanOrEqual(bound);
      }
    },
  );
});
