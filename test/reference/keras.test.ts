// Models from Keras and TensorFlow, as tf2onnx and Keras' own export write them: channels last, with their layers' own
// arithmetic.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { COMPOSITES } from '../../src/explainers/lrp/composite.ts';
import { forwardScores } from '../../src/explainers/method/forward.ts';
import { gradCam } from '../../src/explainers/methods/cam/gradCam.ts';
import { gradient } from '../../src/explainers/methods/gradient/gradient.ts';
import { lrp } from '../../src/explainers/methods/relevance/lrp.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { float32, type TensorOf } from '../../src/explainers/tensor/tensor.ts';
import { modelFile, ReferenceArrays, readJson, relativeL2, row, sharedInputs } from './cases.ts';
import { explainerFor } from './explain.ts';
import { kerasFiles } from './kerasFiles.ts';

interface Case {
  readonly name: string;
  readonly task: 'softmax' | 'sigmoid' | 'none';
  readonly writers: readonly string[];
  readonly target: number;
  readonly float32Distance: { readonly logits: readonly number[]; readonly gradient: readonly number[] };
  readonly arrays: readonly { readonly name: string; readonly shape: readonly number[]; readonly offset: number }[];
}

const SIZE = 48;
const cases = readJson<Case[]>('keras', 'cases.json');
const arrays = new ReferenceArrays('keras', 'all.f24.gz');

/** ≤ 1e-4, or at most three times as far from float64 as TensorFlow's own float32 run. */
const bound = (own: number) => Math.max(1e-4, 3 * own);

function channelsLast({ data }: TensorOf<'float32'>): TensorOf<'float32'> {
  const pixels = SIZE * SIZE;
  return float32(
    [1, SIZE, SIZE, 3],
    Float32Array.from(data, (_, i) => data[(i % 3) * pixels + Math.floor(i / 3)]!),
  );
}

/** Keras' own export makes inputs of the values of a Normalization layer, and leaves the values out. */
const lost = ({ name, writer }: { name: string; writer: string }) => name === 'normalized' && writer === 'keras';
const all = cases.flatMap((each) => each.writers.map((writer) => ({ ...each, writer })));
const written = all.filter((each) => !lost(each));

test.each(all.filter(lost))('$name by $writer is refused with the way out', async ({ name, writer }) => {
  const { file, dispose } = modelFile(`${name}.${writer}`, 'keras');
  await expect(loadModel(file)).rejects.toMatchObject({
    kind: 'unsupported',
    message: expect.stringContaining('normalization_1/Sub/y:0'),
    next: expect.stringContaining('SavedModel'),
  });
  dispose();
});

test.each(all.filter(lost))(
  '$name by $writer has them again where the Keras file lies next to it',
  async ({ name, writer }) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-lost-'));
    const { file, dispose } = modelFile(`${name}.${writer}`, 'keras');
    const other = modelFile(`${name}.tf2onnx-18`, 'keras');
    copyFileSync(file, path.join(folder, 'net.onnx'));
    copyFileSync(path.join(kerasFiles(), `${name}.keras`), path.join(folder, 'network.keras'));
    const [input] = sharedInputs(SIZE).map(channelsLast);
    const results = [];
    for (const each of [path.join(folder, 'net.onnx'), other.file]) {
      const { model, card } = await loadModel(each);
      const explainer = await explainerFor(model);
      const { logits } = await forwardScores({
        model,
        input: input!,
        compiled: (_, make) => explainer.engine.compile(make()),
        signal: new AbortController().signal,
      });
      results.push({ logits: [...logits], card });
      await explainer.dispose();
    }
    const [found, expected] = results;
    expect([...found!.logits]).toEqual([...expected!.logits].map((value) => expect.closeTo(value, 4)));
    expect(found!.card.guesses.join()).toMatch(/lost are those of network\.keras/);
    for (const clean of [dispose, other.dispose]) clean();
    rmSync(folder, { recursive: true });
  },
);

describe.each(written)('$name by $writer', (reference) => {
  const { file, dispose } = modelFile(`${reference.name}.${reference.writer}`, 'keras');
  const opened = loadModel(file).then(async (loaded) => ({ ...loaded, explainer: await explainerFor(loaded.model) }));
  const inputs = sharedInputs(SIZE).map(channelsLast);
  const array = (name: string) => arrays.at(reference.arrays.find((each) => each.name === name)!);

  afterAll(async () => {
    await (await opened).explainer.dispose();
    dispose();
  });

  test('is read as what it is', async () => {
    const { model, card } = await opened;
    expect(model.layout).toBe('nhwc');
    expect(card.task).toBe(reference.task === 'sigmoid' ? 'multi-label' : 'multi-class');
    expect(model.layers.some((layer) => layer.automatic)).toBe(true);
  });

  test('logits and gradient are TensorFlow’s in float64', async () => {
    const { model, explainer } = await opened;
    for (const [i, input] of inputs.entries()) {
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
      const last = Float32Array.from(wanted, (_, k) => map!.values.data[(k % 3) * pixels + Math.floor(k / 3)]!);
      expect(relativeL2(last, wanted), `gradient ${i}`).toBeLessThanOrEqual(
        bound(reference.float32Distance.gradient[i]!),
      );
    }
  });

  test('LRP has a map under every composite: its rules know how channels lie', async () => {
    const { explainer } = await opened;
    for (const { id: composite } of COMPOSITES) {
      const [map] = await explainer.explain(lrp, { composite }, inputs[0]!, [reference.target]);
      expect(map!.values.data.every(Number.isFinite), composite).toBe(true);
      expect(
        map!.values.data.some((value) => value !== 0),
        composite,
      ).toBe(true);
    }
  });

  test('Grad-CAM finds a layer and is not blank for every input', async () => {
    const { explainer } = await opened;
    const maps = await Promise.all(inputs.map((input) => explainer.explain(gradCam, {}, input, [0, 1, 2, 3, 4])));
    expect(maps.flat().some(({ values }) => values.data.some((value) => value > 0))).toBe(true);
  });
});
