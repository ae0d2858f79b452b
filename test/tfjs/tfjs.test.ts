// TensorFlow.js on TensorFlow's own kernels against ONNX Runtime. `npm run test:tfjs` builds @tensorflow/tfjs-node and
// runs this; elsewhere what needs it is skipped.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backward } from '../../src/explainers/autodiff/backward.ts';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openEngine } from '../../src/explainers/engines/openEngine.ts';
import { errorReport } from '../../src/explainers/errors.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { opEntry } from '../../src/explainers/ops/opTable.ts';
import { Session } from '../../src/explainers/session.ts';
import { type Tensor, toNumbers } from '../../src/explainers/tensor/tensor.ts';
import { examples } from '../data.ts';
import { graphOf, tensorOf } from '../laws/parts/checkGradient.ts';
import { ANYWHERE, pick } from '../laws/parts/quickMethods.ts';
import { Draw } from '../laws/parts/random.ts';
import type { Row } from '../laws/parts/row.ts';
import { ROWS } from '../laws/parts/rows.ts';
import { tinyClassifier, writeModel } from '../tinyModels.ts';

const runtimes = process.env['SALIENCY_LENS_RUNTIMES'];
const there = runtimes !== undefined && existsSync(path.join(runtimes, 'tfjs-node'));
const missing = there ? null : 'no @tensorflow/tfjs-node: npm run test:tfjs builds it';
const options = { engine: 'tfjs', ...(runtimes && { runtimes }) } as const;

/** Operators without a kernel: what needs one is refused by its name. */
const KERNELLESS: readonly string[] = [
  'CastLike',
  'DepthToSpace',
  'Einsum',
  'GatherElements',
  'GatherND',
  'GlobalLpPool',
  'GroupNormalization',
  'Hardmax',
  'LRN',
  'LpNormalization',
  'LpPool',
  'Mod',
  'RMSNormalization',
  'ScatterElements',
  'ScatterND',
  'SpaceToDepth',
  'Swish',
  'TopK',
  'Trilu',
];
/** Of the greatest number. */
const ALLOWED = 1e-4;

let [tf, ort]: (Engine | undefined)[] = [];
beforeAll(async () => {
  ort = await openEngine({ threads: 1 });
  tf = there ? await openEngine(options) : undefined;
});
afterAll(() => Promise.all([tf?.dispose(), ort?.dispose()]));

const off = (mine: ArrayLike<number>, theirs: ArrayLike<number>) => {
  const [a, b] = [Array.from(mine), Array.from(theirs)];
  const greatest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) / Math.max(greatest, 1e-3);
};

/** A row's node with its gradient behind it, and what goes in. */
function withGradient(row: Row, seed: number): { readonly graph: Graph; readonly feeds: Map<string, Tensor> } {
  const draw = new Draw(seed);
  const { graph, at } = graphOf(row, row.draw(draw), 'float32');
  const b = new GraphBuilder(graph);
  const shapes = graph.outputs.map((output) => graph.types.get(output)!.shape as readonly number[]);
  const seeds = graph.outputs.map(
    (output, i) => [output, b.input(`c${i}`, { dtype: 'float32', shape: ['K', ...shapes[i]!] })] as const,
  );
  const only = opEntry(row.op, '')!.wrt;
  const wrt = [...at.keys()].filter((name) => !only || only.includes(graph.nodes[0]!.inputs.indexOf(name)));
  const gradients = backward(b, graph, { seeds: new Map(seeds), wrt });
  b.setOutputs([...graph.outputs, ...wrt.flatMap((name) => gradients.get(name) ?? [])]);
  const feeds = new Map([...at].map(([name, { shape, values }]) => [name, tensorOf('float32', shape, values)]));
  for (const [i, [, c]] of seeds.entries())
    feeds.set(c, tensorOf('float32', [2, ...shapes[i]!], draw.values([2, ...shapes[i]!])));
  return { graph: b.build(), feeds };
}

test('where it is not installed, it is said what to install', async () => {
  if (there) return;
  await expect(openEngine({ engine: 'tfjs' })).rejects.toMatchObject({
    kind: 'engine',
    subject: '@tensorflow/tfjs-node',
  });
});

const refused = new Set<string>();

describe('the operator table', () => {
  beforeEach(({ skip }) => {
    if (missing) skip(missing);
  });

  test.each([...new Set(ROWS.map(({ op }) => op))])(
    '%s and its gradient give ONNX Runtime’s numbers, or are refused by name',
    async (op) => {
      for (const row of ROWS.filter((each) => each.op === op)) {
        for (const seed of [1, 2]) {
          const { graph, feeds } = withGradient(row, seed);
          const reference = await ort!.compile(graph).catch(() => null);
          if (!reference) continue;
          const theirs = await reference.run(feeds);
          await reference.dispose();
          let mine: ReadonlyMap<string, Tensor>;
          try {
            const executable = await tf!.compile(graph);
            mine = await executable.run(feeds);
            await executable.dispose();
          } catch (thrown) {
            const { kind, message } = errorReport(thrown);
            expect(kind, `${row.about}: ${message}`).toBe('unsupported');
            const named = /^TensorFlow\.js has no operator (\w+)\.$/.exec(message)?.[1] ?? '';
            expect(KERNELLESS.includes(named) || / with /.test(message), `${op} (${row.about}): ${message}`).toBe(true);
            refused.add(named);
            continue;
          }
          for (const [name, tensor] of theirs) {
            expect(mine.get(name)!.shape, row.about).toEqual(tensor.shape);
            expect(off(toNumbers(mine.get(name)!), toNumbers(tensor)), `${row.about}, ${name}`).toBeLessThan(ALLOWED);
          }
        }
      }
    },
  );

  test('what the list says is refused, and nothing else', () => {
    expect([...refused].filter((name) => name !== '').sort()).toEqual([...KERNELLESS].sort());
  });

  test('an operator without a kernel is named before anything runs', async () => {
    const graph = tinyClassifier({ extra: { op: 'FancyAttention', domain: 'com.example' } });
    await expect(tf!.compile(graph)).rejects.toMatchObject({
      kind: 'unsupported',
      message: "TensorFlow.js has no operator FancyAttention of domain 'com.example'.",
    });
  });
});

describe('methods', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tfjs-'));
  const image = path.join(folder, 'image.png');
  const sessions = () => [new Session({ ...options }), new Session({ threads: 1 })] as const;
  beforeEach(({ skip }) => {
    if (missing) skip(missing);
  });
  beforeAll(async () => {
    const noise = { type: 'gaussian', mean: 120, sigma: 50 } as const;
    await sharp({ create: { width: 48, height: 40, channels: 3, background: '#8a4', noise } })
      .png()
      .toFile(image);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(ANYWHERE)('%s of a small network is ONNX Runtime’s', async (id) => {
    const model = writeModel(folder, tinyClassifier({ size: 32 }));
    const [own, reference] = sessions();
    const request = { image, model, method: id, parameters: pick(id)[0]!.parameters, classes: [0, 1] };
    const [mine, theirs] = [await own.explain(request), await reference.explain(request)];
    for (const [k, map] of mine.maps.entries()) expect(off(map.values, theirs.maps[k]!.values)).toBeLessThan(ALLOWED);
    await Promise.all([own.dispose(), reference.dispose()]);
  });

  test.each([
    ['chest-xray', 'cxr-nih14.explain.json', 'RG1.png', 4],
    ['photos', null, 'coffee.png', 967],
  ] as const)(
    'Grad-CAM and LRP of the example %s are ONNX Runtime’s',
    { timeout: 400_000 },
    async (name, card, picture, index) => {
      const place = path.join(examples, name);
      const model = path.join(place, card ?? readdirSync(place).find((file) => file.endsWith('.explain.json'))!);
      const [own, reference] = sessions();
      for (const method of ['gradCam', 'lrp']) {
        const request = { image: path.join(place, picture), model, method, classes: [index] };
        const [mine, theirs] = [await own.explain(request), await reference.explain(request)];
        expect(off(mine.maps[0]!.values, theirs.maps[0]!.values)).toBeLessThan(ALLOWED);
      }
      expect((await own.describe({ model })).engine).toMatchObject({ id: 'tfjs', version: '4.22.0' });
      await Promise.all([own.dispose(), reference.dispose()]);
    },
  );
});
