// Requests in the form of our page's with values that no page of ours sends: a panel that somebody else steers gets an
// answer or a clear error, and never a defect.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ErrorReport, errorReport } from '../../../src/explainers/errors.ts';
import { encodePng } from '../../../src/explainers/images/encode.ts';
import { methods as METHODS } from '../../../src/explainers/methods/methods.ts';
import { type AskedBy, askedBy } from '../../../src/explainers/protocol/requests.ts';
import { Session } from '../../../src/explainers/session.ts';
import { checkRequest, type Shown } from '../../../src/extension/panels/pageRequests.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-odd-'));
const image = path.join(folder, 'a.png');
let model: string;
const session = new Session({ threads: 1, workspace: [folder] });
const { methods, metrics, assessments } = session.catalogue();
const WORDS = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'nothing'];

beforeAll(async () => {
  writeFileSync(image, await encodePng(new Uint8Array(3 * 64).fill(90), [8, 8]));
  model = writeModel(folder, tinyClassifier());
});
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});

const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
const word = fc.constantFrom(...WORDS);
const method = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...idsOf(methods)) }, { weight: 1, arbitrary: word });
const value = fc.oneof(
  fc.constantFrom(0, -1, 1, 2, 0.5, 1e300, -1e300, 2 ** 53, '', ' ', 'auto', 'own.npy', '../a.png', 'slic:segments=-1', 'grid:0x0', 'grid:9999x9999', true, false),
  word,
); // biome-ignore format: a list
/** Mostly the method's own; `__proto__` as an own key, as it comes from a message. */
const parametersOf = (method: string) => {
  const names = Object.keys(METHODS.get(method)?.parameters ?? {});
  const name = names.length === 0 ? word : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: word });
  return fc
    .array(fc.tuple(name, value), { maxLength: 2 })
    .map((entries) => JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`));
}; // biome-ignore format: short
const index = fc.constantFrom(0, 1, 2, 3, 999_999);
const id = fc.oneof(word, fc.constant('a1b2_3'));
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const run = (field: 'method' | 'id') =>
  method.chain((id) => fc.record({ [field]: fc.constant(id), parameters: optional(parametersOf(id)) }));
const compared = { against: optional(fc.oneof(fc.constant('rest'), fc.array(index, { maxLength: 2 }))) };
const explain = {
  ...compared,
  classes: fc.array(index, { maxLength: 3 }),
  seed: optional(fc.constantFrom(0, 2 ** 53 - 1)),
};
const threshold = fc.oneof(
  fc.record({ kind: fc.constant('otsu'), fill: optional(fc.boolean()) }),
  fc.record({ kind: fc.constant('fixed'), value: fc.constantFrom(0, 1, 5e-324) }),
  fc.record({ kind: fc.constant('percentile'), value: fc.constantFrom(0, 100, 1e-9) }),
);
const options = fc.record({
  evidence: optional(fc.constantFrom('positive', 'absolute', 'signed')),
  tolerance: optional(fc.constantFrom(0, 10_000, 1e-300)),
  threshold: optional(threshold),
});
const metric = (known: readonly string[]) => fc.array(fc.oneof(fc.constantFrom(...known), word), { maxLength: 3 });

const given = { inputs: optional(fc.dictionary(word, fc.oneof(word, fc.constantFrom('', '1', 'x'.repeat(100_001))), { maxKeys: 2 })) }; // biome-ignore format: one line

const MORE: { readonly [K in AskedBy<'page'>]: Record<string, fc.Arbitrary<unknown>> } = {
  describe: {},
  display: {},
  predict: given,
  inputs: given,
  annotations: {},
  explain,
  agreement: {
    maps: fc.array(
      fc
        .tuple(run('method'), fc.record({ id, index, stoppedAt: optional(fc.constantFrom(0, 0.5, 1)) }))
        .map(([own, more]) => ({ ...own, ...more })),
      { maxLength: 2 },
    ),
    options: optional(options),
    metrics: optional(metric(idsOf(metrics))),
  },
  assess: { ...explain, metrics: metric(idsOf(assessments)), maps: optional(fc.array(id, { maxLength: 2 })) },
  withoutRegion: {
    ...given,
    index,
    region: fc.oneof(
      fc.record({ kind: fc.constant('drawn') }),
      fc.record({ kind: fc.constant('box'), ...Object.fromEntries(['x', 'y', 'width', 'height'].map((side) => [side, fc.constantFrom(0, 5, -1, 1e9)])) }),
      fc.record({ kind: fc.constant('mask'), map: fc.record({ id, index, method: word }) }),
    ), // biome-ignore format: short
    hide: optional(fc.constantFrom('blur', 'inpaint', 'nothing')),
    controls: optional(fc.constantFrom(0, 2)),
  },
  inputSweep: { ...given, name: word },
  sourceShares: {
    ...given,
    ...compared,
    classes: fc.array(index, { maxLength: 2 }),
    methods: optional(fc.array(run('id'), { maxLength: 2 })),
  },
  compareMethods: {
    ...compared,
    index,
    methods: fc.array(run('id'), { maxLength: 3 }),
    maps: optional(fc.array(id, { maxLength: 2 })),
  },
};

test.each(askedBy('page'))('%s: an answer or a clear error, and no field that is only half checked', { timeout: 120_000 }, async (name) => {
  const shown: Shown = { images: [image], models: new Set([model]), folders: [folder], files: new Set() };
  const named = { model: fc.constant(model), ...(name === 'describe' ? {} : { image: fc.constant(image) }) };
  const fields = name === 'display' ? { image: named.image! } : { ...named, ...MORE[name] };
  const ask = session[name].bind(session) as (params: unknown, call: object) => Promise<unknown>;
  await fc.assert(
    fc.asyncProperty(fc.record(fields as Record<string, fc.Arbitrary<unknown>>), run('method'), async (params, own) => {
      const request = structuredClone(name === 'explain' || name === 'assess' ? { ...params, ...own } : params);
      let failure: ErrorReport | null = null;
      try {
        checkRequest(name, request, shown);
        // What would compute for long is cancelled, as a person would.
        await ask(request, { signal: AbortSignal.timeout(150) });
      } catch (thrown) {
        failure = errorReport(thrown);
      }
      const clear = { kind: expect.not.stringMatching('internal'), next: expect.any(String) };
      if (failure !== null && failure.kind !== 'cancelled') expect(failure).toMatchObject(clear);
    }),
    { numRuns: Object.keys(MORE[name]).length === 0 ? 1 : 60 },
  );
}); // biome-ignore format: the title
