import { expect } from 'vitest';
import { backward } from '../../../src/explainers/autodiff/backward.ts';
import type { Engine } from '../../../src/explainers/engines/engine.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { opEntry } from '../../../src/explainers/ops/opTable.ts';
import { sizeOf, type Tensor, toNumbers } from '../../../src/explainers/tensor/tensor.ts';
import { Draw } from './random.ts';
import type { Case, Numbers, Row } from './row.ts';

type Float = 'float32' | 'float64';
const FLOATING = new Set(['float32', 'float64']);

export const tensorOf = (dtype: Float, shape: readonly number[], values: readonly number[]): Tensor =>
  dtype === 'float32'
    ? { dtype, shape, data: Float32Array.from(values) }
    : { dtype, shape, data: Float64Array.from(values) };

interface Point {
  readonly graph: Graph;
  /** Graph inputs to differentiate by. */
  readonly at: ReadonlyMap<string, Numbers>;
}

/** A graph of one node, typed by the operator's own inference. */
export function graphOf(row: Row, { inputs, attributes, outputs = 1 }: Case, dtype: Float): Point {
  const b = new GraphBuilder(`${row.op} ${row.about}`);
  const at = new Map<string, Numbers>();
  const names = inputs.map((input, i) => {
    if (input === null) return '';
    if ('tensor' in input) return b.constant(input.tensor);
    if (input.constant) return b.constant(tensorOf(dtype, input.shape, input.values), `w${i}`);
    const name = b.input(`x${i}`, { dtype, shape: input.shape });
    at.set(name, input);
    return name;
  });
  const results = b.nodes(row.op, names, outputs, attributes);
  const node = b.nodesFrom(0)[0]!;
  const types = opEntry(row.op, '')!.infer({
    node,
    opset: row.opset ?? b.build().opset,
    types: names.map((name) => (name ? b.typeOf(name) : undefined)),
    constant: (i) => b.constantOf(names[i] ?? ''),
  });
  for (const [i, result] of results.entries()) b.type(result, types[i]!);
  b.setOutputs(results.filter((_, i) => FLOATING.has(types[i]!.dtype)));
  return { graph: { ...b.build(), opset: row.opset ?? b.build().opset }, at };
}

/**
 * The law of gradients: for random cotangents c and directions t, ⟨t, Jᵀc⟩ equals the central difference of ⟨c, f⟩
 * along t, for every input that the rule differentiates by, and for one seed as for three at once.
 */
export async function checkGradient(engine: Engine, row: Row, seed: number): Promise<void> {
  const draw = new Draw(seed);
  const dtype = row.dtype ?? 'float64';
  const { graph, at } = graphOf(row, row.draw(draw), dtype);
  await checkGraph(engine, graph, at, draw, { ...row, dtype });
}

/** The same law for any graph whose inputs are all floating-point numbers. */
export async function checkGraph(
  engine: Engine,
  graph: Graph,
  at: ReadonlyMap<string, Numbers>,
  draw: Draw,
  { dtype = 'float64', step, tolerance }: Pick<Row, 'dtype' | 'step' | 'tolerance'>,
): Promise<void> {
  const epsilon = step ?? (dtype === 'float64' ? 1e-4 : 1e-2);
  const allowed = tolerance ?? (dtype === 'float64' ? 1e-6 : 2e-3);
  const only = graph.nodes.length === 1 ? opEntry(graph.nodes[0]!.op, '')!.wrt : undefined;
  const wrt = [...at.keys()].filter((name) => !only || only.includes(graph.nodes[0]!.inputs.indexOf(name)));
  expect(wrt.length, 'an input to differentiate by').toBeGreaterThan(0);

  const b = new GraphBuilder(graph);
  const shapes = graph.outputs.map((output) => graph.types.get(output)!.shape as readonly number[]);
  const seeds = graph.outputs.map(
    (output, i) => [output, b.input(`c${i}`, { dtype, shape: ['K', ...shapes[i]!] })] as const,
  );
  const gradients = backward(b, graph, { seeds: new Map(seeds), wrt });
  const nonzero = wrt.filter((name) => gradients.has(name));
  for (const name of nonzero) b.type(gradients.get(name)!, { dtype, shape: ['K', ...graph.types.get(name)!.shape!] });
  b.setOutputs(nonzero.map((name) => gradients.get(name)!));
  const forward = await engine.compile(graph);
  const feeds = new Map([...at].map(([name, { shape, values }]) => [name, tensorOf(dtype, shape, values)]));
  const outputs = await forward.run(feeds);
  for (const [i, output] of graph.outputs.entries()) {
    expect(outputs.get(output)!.shape, 'the inferred shape is the real one').toEqual([...shapes[i]!]);
  }
  const derivative = nonzero.length > 0 ? await engine.compile(b.build()) : undefined;
  for (const K of [1, 3]) {
    const cotangents = seeds.map(
      ([, c], i) => [c, tensorOf(dtype, [K, ...shapes[i]!], draw.values([K, ...shapes[i]!]))] as const,
    );
    const found = await derivative?.run(new Map([...feeds, ...cotangents]));
    for (const name of wrt) {
      const { shape, values } = at.get(name)!;
      const t = draw.values(shape);
      const moved = async (by: number) => {
        const x = tensorOf(
          dtype,
          shape,
          values.map((value, i) => value + by * t[i]!),
        );
        // What the engine saw after rounding, so that float32 steps are exact.
        const result = await forward.run(new Map([...feeds, [name, x]]));
        return { x: toNumbers(x), y: graph.outputs.map((output) => toNumbers(result.get(output)!)) };
      };
      const [plus, minus] = [await moved(epsilon), await moved(-epsilon)];
      const gradient = nonzero.includes(name) ? found!.get(gradients.get(name)!)! : undefined;
      if (gradient) expect(gradient.shape).toEqual([K, ...shape]);
      const g = gradient ? toNumbers(gradient) : Array<number>(K * sizeOf(shape)).fill(0);
      for (let k = 0; k < K; k++) {
        const size = sizeOf(shape);
        let [analytic, numeric, scale] = [0, 0, 0.05];
        for (let i = 0; i < size; i++) {
          const term = ((plus.x[i]! - minus.x[i]!) / (2 * epsilon)) * g[k * size + i]!;
          analytic += term;
          scale += Math.abs(term);
        }
        for (const [o, [, c]] of cotangents.entries()) {
          const weights = toNumbers(c);
          const count = sizeOf(shapes[o]!);
          for (let i = 0; i < count; i++) {
            const term = (weights[k * count + i]! * (plus.y[o]![i]! - minus.y[o]![i]!)) / (2 * epsilon);
            numeric += term;
            scale += Math.abs(term);
          }
        }
        const error = Math.abs(analytic - numeric) / scale;
        expect(error, `d/d${name}, seed ${k + 1} of ${K}: ${analytic} against ${numeric}`).toBeLessThan(allowed);
      }
    }
  }
  await forward.dispose();
  await derivative?.dispose();
}
