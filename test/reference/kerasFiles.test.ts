// Small networks in Keras' own files and in TensorFlow.js': each importer makes of them what TensorFlow computes.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openModel } from '../../src/explainers/importers/importers.ts';
import { writeOnnx } from '../../src/explainers/importers/onnx/write.ts';
import { forwardScores } from '../../src/explainers/method/forward.ts';
import { gradient } from '../../src/explainers/methods/gradient/gradient.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { printGraph } from '../printGraph.ts';
import { ReferenceArrays, readJson, relativeL2, row, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';
import { kerasFiles } from './kerasFiles.ts';

interface Case {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly target: number;
  readonly float32Distance: { readonly logits: readonly number[]; readonly gradient: readonly number[] };
  readonly arrays: readonly { readonly name: string; readonly shape: readonly number[]; readonly offset: number }[];
}

const SIZE = 48;
const folder = kerasFiles();
const cases = readJson<Case[]>('keras', 'files.json');
const arrays = new ReferenceArrays('keras', 'files.f24.gz');

/** A file, or that of a folder which holds the description. */
function fileOf(name: string, kind: string): string {
  const place = path.join(folder, `${name}.${kind}`);
  return ['tfjs', 'graph'].includes(kind) ? path.join(place, 'model.json') : place;
}

/** ≤ 1e-5, or at most three times as far from float64 as TensorFlow's own float32 run. */
const bound = (own: number) => Math.max(1e-5, 3 * own);

describe.each(cases.flatMap((each) => each.kinds.map((kind) => ({ ...each, kind }))))('$name as $kind', (reference) => {
  const opened = loadModel(fileOf(reference.name, reference.kind)).then(async (loaded) => ({
    ...loaded,
    explainer: await explainerFor(loaded.model),
  }));
  const array = (name: string) => arrays.at(reference.arrays.find((each) => each.name === name)!);

  afterAll(async () => (await opened).explainer.dispose());

  test('logits and gradient are TensorFlow’s in float64', async () => {
    const { model, explainer } = await opened;
    for (const [i, input] of sharedInputs(SIZE).slice(0, 1).entries()) {
      const { logits } = await forwardScores({
        model,
        input,
        compiled: (_, make) => explainer.engine.compile(make()),
        signal: new AbortController().signal,
      });
      expect(relativeL2(logits, row(array('logits'), i)), `logits ${i}`).toBeLessThanOrEqual(
        bound(reference.float32Distance.logits[i]!),
      );
      const [map] = await explainer.explain(gradient, {}, input, [reference.target]);
      const wanted = row(array('gradient'), i);
      const pixels = SIZE * SIZE;
      // As files.py keeps it: the channels of a pixel, weighed by 1, 2 and 3.
      const { data } = map!.values;
      const last = Float32Array.from(wanted, (_, k) => data[k]! + 2 * data[k + pixels]! + 3 * data[k + 2 * pixels]!);
      expect(relativeL2(last, wanted), `gradient ${i}`).toBeLessThanOrEqual(
        bound(reference.float32Distance.gradient[i]!),
      );
    }
  });

  test('the channels of images come first, and Grad-CAM finds a layer', async () => {
    const { model, source } = await opened;
    expect(source.types.get(model.input)?.shape).toEqual(['batch', 3, SIZE, SIZE]);
    expect(model.layers.some((layer) => layer.automatic)).toBe(true);
  });
});

test('no transpose is left of networks whose every layer works on images', async () => {
  for (const name of ['mobile', 'nested', 'normalized', 'densenet', 'old', 'plain']) {
    const kind = readdirSync(folder)
      .find((file) => file.startsWith(`${name}.`))!
      .slice(name.length + 1);
    const { source } = await loadModel(fileOf(name, kind));
    expect(
      source.nodes.filter(({ op }) => op === 'Transpose').map((node) => node.name),
      name,
    ).toEqual([]);
  }
});

test('the same network as an ONNX file is the same graph again', async () => {
  const file = path.join(folder, 'written', 'plain.onnx');
  mkdirSync(path.dirname(file));
  const graph = await openModel(fileOf('plain', 'tfjs'));
  writeFileSync(file, writeOnnx(graph));
  expect(printGraph(await openModel(file))).toBe(printGraph(graph));
});

test.each(cases.map(({ name, kinds }) => ({ name, kinds: kinds.filter((kind) => kind !== 'graph') })))(
  '$name is the same graph in each of its files',
  async ({ name, kinds }) => {
    const printed = await Promise.all(kinds.map(async (kind) => printGraph(await openModel(fileOf(name, kind)))));
    expect(new Set(printed).size).toBe(1);
  },
);
