// LeGrad, Grad-ECLIP and attention rollout against slow twins of their definitions, on transformers of PyTorch's two
// exporters.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Executable } from '../../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { prune, replaceUses, subgraph } from '../../../src/explainers/graph/rewrite.ts';
import { transformerOf } from '../../../src/explainers/method/attentions.ts';
import { SEEDS, seedsFor, withGradient } from '../../../src/explainers/method/classGradient.ts';
import { attentionRollout } from '../../../src/explainers/methods/attention/attentionRollout.ts';
import { gradEclip } from '../../../src/explainers/methods/attention/gradEclip.ts';
import { legrad } from '../../../src/explainers/methods/attention/legrad.ts';
import { tokenMap } from '../../../src/explainers/methods/attention/tokenMap.ts';
import { loadModel } from '../../../src/explainers/models/loadModel.ts';
import { whyNot } from '../../../src/explainers/session/whyNot.ts';
import type { Tensor, TensorOf } from '../../../src/explainers/tensor/tensor.ts';
import { modelFile } from '../../reference/cases.ts';
import { explainerFor } from '../../reference/explain.ts';
import { numbers, tinyClassifier, writeModel } from '../../tinyModels.ts';

const TARGET = 2;

function tiny() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-attention-'));
  return { file: writeModel(folder, tinyClassifier()), dispose: () => rmSync(folder, { recursive: true }) };
}

describe.each(['clip', 'deit', 'timmVit', 'timmVitRegisters', 'vit', 'vitTorchscript'])('%s', (name) => {
  const { file, dispose } = modelFile(name, 'transformers');
  const opened = loadModel(file).then(async ({ model }) => {
    const shape = model.graph.types.get(model.input)!.shape as readonly number[];
    return { model, explainer: await explainerFor(model), engine: await openOnnxRuntime({ threads: 1 }), input: numbers(shape, 5) }; // biome-ignore format: one line
  });
  const executables = new Map<Graph, Executable>();
  afterAll(async () => {
    const { explainer, engine } = await opened;
    for (const executable of executables.values()) await executable.dispose();
    await explainer.dispose();
    await engine.dispose();
    dispose();
  });

  async function run(
    graph: Graph,
    feeds: Readonly<Record<string, Tensor>>,
  ): Promise<ReadonlyMap<string, TensorOf<'float32'>>> {
    const { engine } = await opened;
    const executable = executables.get(graph) ?? (await engine.compile(graph));
    executables.set(graph, executable);
    const needed = Object.entries(feeds).filter(([input]) => graph.inputs.includes(input));
    const results = await executable.run(new Map(needed));
    return results as ReadonlyMap<string, TensorOf<'float32'>>;
  }
  const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) => {
    const most = Array.from(expected).reduce((best, value) => Math.max(best, Math.abs(value)), 0);
    expect(most).toBeGreaterThan(0);
    const furthest = Array.from(expected).reduce((far, value, i) => Math.max(far, Math.abs(value - actual[i]!)), 0);
    expect(furthest / most).toBeLessThan(tolerance);
  };

  test('has its blocks found, with all tokens', async () => {
    const { attentions, tokens, before, end } = transformerOf((await opened).model);
    expect(attentions).toHaveLength(2);
    expect(tokens).toBe(36 + before);
    expect(attentions.map(({ heads }) => heads)).toEqual([4, 4]);
    expect(attentions.at(-1)!.stream).toBe(end);
  });

  test('LeGrad: each block read out as if it were the last', async () => {
    const { model, explainer, input } = await opened;
    const transformer = transformerOf(model);
    const { attentions, tokens, end } = transformer;
    const perToken = new Float64Array(tokens);
    for (const { weights, stream, heads } of attentions) {
      const graph = stream === end ? model.graph : replaceUses(model.graph, new Map([[end!, stream!]]));
      const early = { ...model, graph: prune({ ...graph, outputs: [model.logits, weights] }) };
      const only = withGradient(early, weights, (_, gradient) => [gradient]);
      const feeds = { [model.input]: input, [SEEDS]: seedsFor([TARGET], model.classes) };
      const [gradient] = (await run(only, feeds)).values();
      for (const [i, value] of gradient!.data.entries())
        perToken[i % tokens]! += Math.max(0, value) / (heads * tokens * attentions.length);
    }
    const [map] = await explainer.explain(legrad, {}, input, [TARGET]);
    close(map!.values.data, tokenMap(model, transformer, perToken).data, 1e-4);
  });

  test('Grad-ECLIP: the class token’s gradient by differences, the values, and the likeness of query and keys', async () => {
    const { model, explainer, input } = await opened;
    const transformer = transformerOf(model);
    const { attentions, tokens, before } = transformer;
    const { output, queries, keys, values, heads } = attentions.at(-1)!;
    const taps = prune({ ...model.graph, outputs: [output, queries, keys, values] });
    const found = await run(taps, { [model.input]: input });
    const [o, q, k, v] = [output, queries, keys, values].map((value) => found.get(value)!) as [TensorOf<'float32'>, TensorOf<'float32'>, TensorOf<'float32'>, TensorOf<'float32'>]; // biome-ignore format: one line
    const width = o.data.length / (heads * tokens);
    // Vectors of all heads, token by token.
    const vector = (at: (head: number, c: number) => number) =>
      Array.from({ length: heads * width }, (_, i) => at(Math.floor(i / width), i % width));
    const rest = subgraph(model.graph, [output], [model.logits]);
    // What passes by the attention is needed as well.
    const cut = rest.inputs.filter((value) => value !== output);
    const beside = cut.length === 0 ? new Map() : await run(prune({ ...model.graph, outputs: cut.filter((value) => value !== model.input) }), { [model.input]: input }).catch(() => new Map()); // biome-ignore format: one line
    const logitAt = async (data: Float32Array) => {
      const feeds = { [model.input]: input, ...Object.fromEntries(beside), [output]: { ...o, data } };
      return (await run(rest, feeds)).get(model.logits)!.data[TARGET]!;
    };
    const step = 0.02;
    const gradient: number[] = [];
    for (let i = 0; i < heads * width; i++) {
      const place = Math.floor(i / width) * tokens * width + (i % width);
      const moved = (by: number) => o.data.map((value, at) => (at === place ? value + by : value));
      gradient.push(((await logitAt(moved(step))) - (await logitAt(moved(-step)))) / (2 * step));
    }
    const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const cosine = (a: readonly number[], b: readonly number[]) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    const cls = vector((head, c) => q.data[head * tokens * width + c]!);
    const patches = Array.from({ length: tokens - before }, (_, i) => before + i);
    const likeness = patches.map((token) =>
      cosine(
        cls,
        vector((head, c) => k.data[(head * width + c) * tokens + token]!),
      ),
    );
    const [low, high] = [Math.min(...likeness), Math.max(...likeness)];
    const perToken = new Float64Array(tokens);
    for (const [i, token] of patches.entries()) {
      const value = vector((head, c) => v.data[(head * tokens + token) * width + c]!);
      perToken[token] = Math.max(0, (dot(gradient, value) * (likeness[i]! - low)) / (high - low));
    }
    const [map] = await explainer.explain(gradEclip, {}, input, [TARGET]);
    close(map!.values.data, tokenMap(model, transformer, perToken).data, 0.02);
  });

  test('attention rollout: the class token’s row, passed back block by block', async () => {
    const { model, explainer, input } = await opened;
    const transformer = transformerOf(model);
    const { attentions, tokens } = transformer;
    const found = await run(prune({ ...model.graph, outputs: attentions.map(({ weights }) => weights) }), { [model.input]: input }); // biome-ignore format: one line
    let row: readonly number[] = Array.from({ length: tokens }, (_, i) => (i === 0 ? 1 : 0));
    for (const { weights, heads } of attentions.toReversed()) {
      const { data } = found.get(weights)!;
      const mean = (from: number, to: number) =>
        Array.from({ length: heads }, (_, head) => data[(head * tokens + from) * tokens + to]!).reduce(
          (a, b) => a + b,
        ) / heads;
      row = row.map((_, to) => row.reduce((sum, share, from) => sum + share * (0.5 * mean(from, to) + (from === to ? 0.5 : 0)), 0)); // biome-ignore format: one line
    }
    const [map] = await explainer.explain(attentionRollout, {}, input, [TARGET]);
    close(map!.values.data, tokenMap(model, transformer, row).data, 1e-5);
    expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  });
});

describe('of several classes', () => {
  const { file, dispose } = modelFile('deit', 'transformers');
  afterAll(dispose);

  test.each([legrad, gradEclip, attentionRollout])(
    '$id: each is the map of the class alone, with the same bytes again',
    async (method) => {
      const { model } = await loadModel(file);
      const explainer = await explainerFor(model);
      const input = numbers(model.graph.types.get(model.input)!.shape as readonly number[], 9);
      const all = await explainer.explain(method, {}, input, [0, 1, 2, 3, 4, 5]);
      expect(await explainer.explain(method, {}, input, [0, 1, 2, 3, 4, 5])).toEqual(all);
      const [alone] = await explainer.explain(method, {}, input, [4]);
      for (const [i, value] of alone!.values.data.entries()) expect(all[4]!.values.data[i]).toBeCloseTo(value, 5);
      const signal = AbortSignal.abort();
      if (method !== attentionRollout)
        await expect(explainer.explain(method, {}, input, [1], { signal })).rejects.toMatchObject({
          kind: 'cancelled',
        });
      await explainer.dispose();
    },
  );
});

test.each(['swin', 'tiny'])('%s has no attention over the whole picture, and each method says so', async (name) => {
  const { file, dispose } = name === 'swin' ? modelFile(name, 'transformers') : tiny();
  const { model } = await loadModel(file);
  for (const method of [legrad, gradEclip, attentionRollout])
    expect(whyNot(method, model, {})).toMatchObject({ kind: 'unsupported', subject: 'attention' });
  dispose();
});
