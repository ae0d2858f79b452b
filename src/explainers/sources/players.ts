import type { FurtherInput } from '../contracts/furtherInput.ts';
import type { Executable } from '../engines/engine.ts';
import { throwIfCancelled } from '../errors.ts';
import { compileForward } from '../method/forward.ts';
import type { ExplainContext } from '../method/method.ts';
import { allocate, type NumericDType, tensorOf } from '../tensor/dtype.ts';
import type { Tensor, TensorOf } from '../tensor/tensor.ts';

/** A further input with its value for the image, and the neutral values that it is compared with. */
export interface ComparedInput {
  readonly input: FurtherInput;
  readonly tensor: Tensor;
  /** One, or as many as all other inputs with several. */
  readonly baselines: readonly Tensor[];
  /** What its elements are: tokens, columns. */
  readonly parts: readonly string[];
}

/** The sources of a model for one image. */
export interface Evidence {
  readonly context: ExplainContext;
  /** The image that stands for none, shaped as the input. */
  readonly blank: TensorOf<'float32'>;
  readonly inputs: readonly ComparedInput[];
}

/** What is present or absent as a whole: the image, an input, or one of its elements. */
export interface Player {
  /** Index in {@link Evidence.inputs}; null: the image. */
  readonly input: number | null;
  /** Element; null: all of them. */
  readonly part: number | null;
  /** Its value is its baseline, so it contributes nothing. */
  readonly idle: boolean;
}

/** How many baselines there are. */
export const roundsOf = ({ inputs }: Evidence): number =>
  inputs.reduce((most, { baselines }) => Math.max(most, baselines.length), 1);

/** The players, the image first. @param split each token and each number is a player */
export function playersOf({ context, blank, inputs }: Evidence, split: boolean): readonly Player[] {
  const image = { input: null, part: null, idle: equal(context.input, blank, null) };
  const others = inputs.flatMap(({ input: { kind }, tensor, baselines, parts }, i): readonly Player[] => {
    const idle = (part: number | null) => baselines.every((baseline) => equal(tensor, baseline, part));
    if (!split || kind === 'category' || parts.length < 2) return [{ input: i, part: null, idle: idle(null) }];
    return parts.map((_, part) => ({ input: i, part, idle: idle(part) }));
  });
  return [image, ...others];
}

function equal(a: Tensor, b: Tensor, part: number | null): boolean {
  const [x, y] = [a.data as ArrayLike<unknown>, b.data as ArrayLike<unknown>];
  if (part !== null) return x[part] === y[part];
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}

/** The value of every coalition of players: the logits of all classes with the absent ones at their baselines. */
export class Coalitions {
  readonly #evidence: Evidence;
  readonly #players: readonly Player[];
  readonly #executable: Executable;

  private constructor(evidence: Evidence, players: readonly Player[], executable: Executable) {
    this.#evidence = evidence;
    this.#players = players;
    this.#executable = executable;
  }

  static async open(evidence: Evidence, players: readonly Player[]): Promise<Coalitions> {
    return new Coalitions(evidence, players, await compileForward(evidence.context));
  }

  /** @param present whether each player takes part */
  async logits(present: (player: number) => boolean): Promise<Float64Array> {
    const { context } = this.#evidence;
    const { model, signal } = context;
    const rounds = roundsOf(this.#evidence);
    const sum = new Float64Array(model.classes);
    for (let round = 0; round < rounds; round++) {
      throwIfCancelled(signal);
      const results = await this.#executable.run(this.#feeds(present, round), { signal });
      const { data } = results.get(model.logits) as TensorOf<'float32'>;
      for (let k = 0; k < sum.length; k++) sum[k]! += data[k]! / rounds;
    }
    return sum;
  }

  #feeds(present: (player: number) => boolean, round: number): ReadonlyMap<string, Tensor> {
    const { context, blank, inputs } = this.#evidence;
    const feeds = new Map<string, Tensor>();
    for (const [at, { input, part }] of this.#players.entries()) {
      const here = present(at);
      if (input === null) {
        feeds.set(context.model.input, here ? context.input : blank);
        continue;
      }
      const { input: declared, tensor, baselines } = inputs[input]!;
      const baseline = baselines[round % baselines.length]!;
      if (part === null) feeds.set(declared.feed, here ? tensor : baseline);
      else {
        const mixed = feeds.get(declared.feed) ?? copyOf(baseline);
        feeds.set(declared.feed, mixed);
        if (here) (mixed.data as unknown[])[part] = (tensor.data as ArrayLike<unknown>)[part];
      }
    }
    return feeds;
  }
}

function copyOf({ dtype, shape, data }: Tensor): Tensor {
  const copy = allocate(dtype as NumericDType, data.length);
  for (let i = 0; i < data.length; i++) copy[i] = data[i] as never;
  return tensorOf(dtype as NumericDType, shape, copy);
}
