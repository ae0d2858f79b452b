import type { BackwardRequest } from '../autodiff/backward.ts';
import { backward } from '../autodiff/backward.ts';
import { throwIfCancelled } from '../errors.ts';
import { GraphBuilder } from '../graph/build.ts';
import type { Graph } from '../graph/graph.ts';
import { prune, subgraph } from '../graph/rewrite.ts';
import { SEEDS, seedsFor } from '../method/classGradient.ts';
import { float32, type Tensor, type TensorOf } from '../tensor/tensor.ts';
import { type Evidence, roundsOf } from './players.ts';
import { type Signal, signalsOf } from './signals.ts';

/** A source's numbers at the image or at a baseline, as the joint graph takes them. */
export type Point = ReadonlyMap<string, TensorOf<'float32'>>;

/** The sources of a model as one graph that starts where each of them has a gradient. */
export interface Joint {
  /** The values that carry the image, and each further input, in their order. */
  readonly image: string;
  /** All of them: the image first. */
  readonly cut: readonly string[];
  readonly signals: readonly (readonly Signal[])[];
  /** Where the image's own values are, and the neutral ones. */
  readonly here: Point;
  readonly baselines: readonly Point[];
  /** What the graph takes besides: whole numbers that also act otherwise, such as a mask of padding. */
  readonly rest: ReadonlyMap<string, Tensor>;
  readonly graph: Graph;
}

/** @throws ExplainError `unsupported` for an input without a gradient */
export async function jointGraph(evidence: Evidence): Promise<Joint> {
  const { context, blank, inputs } = evidence;
  const { model, compiled, signal } = context;
  const signals = inputs.map(({ input }) => signalsOf(model.graph, input));
  const values = [...new Set(signals.flat().map(({ value }) => value))];
  const cut = [model.input, ...values];
  const made = values.filter((value) => !model.graph.inputs.includes(value));
  const own = (round: number | null) =>
    new Map<string, Tensor>(
      inputs.map(({ input, tensor, baselines }) => [
        input.feed,
        round === null ? tensor : baselines[round % baselines.length]!,
      ]),
    );
  const point = async (image: TensorOf<'float32'>, round: number | null): Promise<Point> => {
    const feeds = new Map<string, Tensor>([[model.input, image], ...own(round)]);
    const found = new Map(feeds);
    if (made.length > 0) {
      const embed = () => prune({ ...model.graph, outputs: made });
      const executable = await compiled(`sources embed ${made.join(' ')}`, embed);
      for (const [name, value] of await executable.run(feeds, { signal })) found.set(name, value);
    }
    return new Map(cut.map((name) => [name, found.get(name) as TensorOf<'float32'>]));
  };
  const rounds = roundsOf(evidence);
  const baselines: Point[] = [];
  for (let round = 0; round < rounds; round++) baselines.push(await point(blank, round));
  const here = await point(context.input, null);
  const graph = subgraph(model.graph, cut, [model.logits]);
  const rest = new Map([...own(null)].filter(([name]) => !cut.includes(name) && graph.inputs.includes(name)));
  return { image: model.input, cut, signals, here, baselines, rest, graph };
}

/** What a backward pass of a class gives at a point: the logits, and a gradient for each value that has one. */
export type Pass = (at: Point, target: number) => Promise<{ readonly logit: number; readonly gradients: Point }>;

/**
 * The backward pass to all sources at once.
 * @param key distinguishes its compiled graph
 * @param rules rules that replace the operators' own gradients
 */
export async function passOf(
  { context }: Evidence,
  { graph, rest, cut }: Joint,
  key: string,
  rules?: (forward: Graph, b: GraphBuilder) => BackwardRequest['override'],
): Promise<Pass> {
  const { model, compiled, signal, seedOf } = context;
  const made = () => {
    const forward = prune({ ...graph, outputs: [model.logits, ...cut] });
    const b = new GraphBuilder(forward);
    const seeds = b.input(SEEDS, { dtype: 'float32', shape: ['K', 1, model.classes] });
    const request = { seeds: new Map([[model.logits, seeds]]), wrt: cut, override: rules?.(forward, b) };
    const found = backward(b, forward, request);
    b.setOutputs([model.logits, ...found.values()]);
    return { graph: prune(b.build()), found: [...found.keys()] };
  };
  // Which values have a gradient is known from the graph alone, whether or not it was compiled before.
  const built = made();
  const executable = await compiled(`sources ${key}`, () => built.graph);
  return async (at, target) => {
    throwIfCancelled(signal);
    const seeds = seedsFor([target], model.classes, seedOf);
    const results = [...(await executable.run(new Map<string, Tensor>([...rest, ...at, [SEEDS, seeds]]), { signal })).values()]; // biome-ignore format: one line
    const [logits, ...gradients] = results as TensorOf<'float32'>[];
    return {
      logit: logits!.data[target]!,
      gradients: new Map(
        cut.map((name) => {
          const like = at.get(name)!;
          const found = gradients[built.found.indexOf(name)];
          // A value that the class does not depend on has no gradient.
          return [name, float32(like.shape, found?.data ?? new Float32Array(like.data.length))];
        }),
      ),
    };
  };
}

/** The logit of a class at a point. */
export async function logitAt(
  { context }: Evidence,
  { graph, rest }: Joint,
  at: Point,
  target: number,
): Promise<number> {
  const executable = await context.compiled('sources logits', () => graph);
  const results = await executable.run(new Map<string, Tensor>([...rest, ...at]), { signal: context.signal });
  return (results.get(context.model.logits) as TensorOf<'float32'>).data[target]!;
}
