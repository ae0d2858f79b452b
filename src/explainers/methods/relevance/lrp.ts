import type { AnyParameters } from '../../contracts/parameters.ts';
import type { Executable } from '../../engines/engine.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph } from '../../graph/graph.ts';
import { Inliner } from '../../graph/inline.ts';
import { prune } from '../../graph/rewrite.ts';
import { COMPOSITES, type Composite, type CompositeOptions, FIRST_RULES, withFirst } from '../../lrp/composite.ts';
import type { InputBounds } from '../../lrp/forms.ts';
import { normNotes } from '../../lrp/notes.ts';
import { hasAttention, relevanceRules } from '../../lrp/propagate.ts';
import { SEEDS } from '../../method/classGradient.ts';
import { beforeContrast } from '../../method/contrast.ts';
import { forwardScores } from '../../method/forward.ts';
import {
  type Contrast,
  defineMethod,
  type ExplainableModel,
  type ExplainContext,
  type ExplanationMap,
} from '../../method/method.ts';
import { gradientMaps, pixelGraph } from '../../method/pixelMaps.ts';
import type { OneSign } from '../../method/signNotes.ts';
import { Emit } from '../../ops/emit.ts';
import { float32, type TensorOf } from '../../tensor/tensor.ts';
import { adviceOf, conservationOf, conserving, explosionNote, isConserved, type Trial } from './conservation.ts';

export const lrp = defineMethod({
  id: 'lrp',
  title: 'LRP',
  summary:
    'How the class’s logit is composed of the pixels: it is passed back layer by layer, to each input in proportion to its share.',
  caution:
    'A share depends on the rules: z⁺ shows hardly any evidence against a class, ε much noise. Biases keep a part, so the map need not add up to 1; so does the shift of a batch normalisation that cannot be merged into a convolution (as in DenseNet), where relevance is proportional to scale · input.',
  formula: 'R_j = Σ_k z_jk / Σ_j z_jk · R_k, from R = 1 at the logit (AttnLRP, CP-LRP: from the logit itself)',
  cite: {
    authors: 'S. Bach, A. Binder, G. Montavon, F. Klauschen, K.-R. Müller, W. Samek',
    title: 'On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise Relevance Propagation',
    venue: 'PLoS ONE 10(7)',
    year: 2015,
    url: 'https://doi.org/10.1371/journal.pone.0130140',
    reference: 'zennit 0.5.1; lxt 2.1 for AttnLRP and CP-LRP',
  },
  needs: ['gradient'],
  group: 'pixels',
  slow: false,
  signed: true,
  parameters: {
    composite: {
      kind: 'choice',
      default: 'auto',
      choices: {
        auto: 'AttnLRP if the model has attention, else ε-plus-flat',
        ...Object.fromEntries(COMPOSITES.map(({ id, title, about }) => [id, `${title}: ${about}`])),
      },
      about: 'The rule for each kind of layer.',
    },
    epsilon: {
      kind: 'number',
      default: 1e-6,
      min: 0,
      about: 'ε of dense layers (and of all, in composite ε): how much weak evidence is absorbed.',
    },
    gamma: {
      kind: 'number',
      default: 0.25,
      min: 0,
      about: 'γ of composite ε-γ-box: how much evidence for the class is favoured.',
    },
    first: {
      kind: 'choice',
      default: 'composite',
      choices: {
        composite: 'the composite’s own',
        same: 'that of all other layers of its kind',
        ...Object.fromEntries(Object.entries(FIRST_RULES).map(([id, { about }]) => [id, about])),
      },
      about: 'The rule of the first layer, the one that reads the image.',
    },
    start: {
      kind: 'choice',
      default: 'usual',
      choices: {
        usual: '1; with AttnLRP and CP-LRP the logit',
        logit: 'the logit',
        probability: 'the score after the activation, as in iNNvestigate if a model ends with one',
      },
      about: 'The initial relevance at the logit.',
    },
  },
  async explain(context, { composite: id, epsilon, gamma, first, start }) {
    const { model } = context;
    const composite = compositeOf(model, id, first);
    const settings = { epsilon, gamma, first };
    const { maps, starts } = await relevance(context, composite, settings, start);
    const about = [`Composite ${composite.title}: ${composite.about}`, ...normNotes(model.graph, composite), ...(model.graph.inputs.length > 1 ? [OTHERS] : [])]; // biome-ignore format: one line
    const judged = maps.map(({ values }, i) => (starts[i] === 0 ? null : conservationOf(values.data, starts[i]!)));
    const worst = judged.findIndex((found) => found !== null && !isConserved(found));
    const trial = worst < 0 ? null : await insteadOf(context, composite, settings, start, maps[worst]!.target);
    return maps.map((map, i) => {
      const found = judged[i]!;
      const figures: Record<string, number> = found ? { conservation: found.share } : {};
      const notes = [...about, ...map.notes];
      if (!found || isConserved(found)) return { ...map, notes, figures };
      return { ...map, notes: [explosionNote(found, trial), ...notes], figures, instead: adviceOf(trial) };
    });
  },
  asGraph(place, { composite: id, epsilon, gamma, first, start }) {
    const { model } = place;
    const composite = compositeOf(model, id, first);
    const { finish, rules } = passOf(place, composite, { epsilon, gamma });
    const from = composite.form === 'gradient' ? 'logit' : 'one';
    const wanted = start === 'usual' ? from : start;
    return startedAt(model, pixelGraph(place, finish, rules), from, wanted as Start);
  },
});

/** Conservation counts the image's part alone. */
const OTHERS = 'The model’s further inputs are held fixed. Their share of the relevance is not in the map.';

function compositeOf(model: ExplainableModel, id: string, first: string): Composite {
  const automatic = hasAttention(model.graph, model.input) ? 'attnLrp' : 'epsilonPlusFlat';
  const named = COMPOSITES.find((each) => each.id === (id === 'auto' ? automatic : id))!;
  return first === 'composite' ? named : withFirst(named, first as keyof typeof FIRST_RULES | 'same');
}

/** The backward pass of a composite: what its result is made of, and its rules. */
function passOf(place: Pick<ExplainContext, 'model' | 'pixelRange'>, composite: Composite, options: CompositeOptions) {
  const { input } = place.model;
  return {
    finish: (b: GraphBuilder, flow: string) =>
      composite.form === 'gradient' ? new Emit(b, 'float32').mul(flow, input) : flow,
    rules: (forward: Graph, b: GraphBuilder) =>
      relevanceRules(forward, { composite, options, input, bounds: bounds(b, place) }),
  };
}

/**
 * The pass of LRP where further inputs carry evidence, too.
 * @param others values of the graph that carry it
 */
export function relevanceAt(
  place: Pick<ExplainContext, 'model' | 'pixelRange'>,
  parameters: AnyParameters,
  others: readonly string[],
) {
  const { composite: id = 'auto', epsilon = 1e-6, gamma = 0.25, first = 'composite' } = parameters;
  const composite = compositeOf(place.model, String(id), String(first));
  const options = { epsilon: Number(epsilon), gamma: Number(gamma) };
  return {
    key: `lrp ${composite.id} ${epsilon} ${gamma} ${first}`,
    rules: (forward: Graph, b: GraphBuilder) =>
      relevanceRules(forward, { composite, options, input: place.model.input, others, bounds: bounds(b, place) }),
    /** The pass gives factors, to be multiplied with the values. */
    multiplied: composite.form === 'gradient',
    note: `Composite ${composite.title}: ${composite.about}`,
  };
}

/** The initial relevance at the logit. */
type Start = 'one' | 'logit' | 'probability';

/** A graph of maps [K, h, w] that start from `from`, as one of maps that start from `wanted`. */
function startedAt(model: ExplainableModel, maps: Graph, from: Start, wanted: Start): Graph {
  if (from === wanted) return maps;
  const b = GraphBuilder.empty(maps);
  const given = new Map(maps.inputs.map((name) => [name, b.input(name, maps.types.get(name)!)]));
  const inliner = new Inliner(b);
  const [map] = inliner.add(maps, given);
  const values = prune({ ...model.graph, outputs: [model.logits, model.scores] });
  const [logits, scores] = inliner.add(values, new Map(values.inputs.map((name) => [name, given.get(name)!])));
  const e = new Emit(b, 'float32');
  const ofClass = (all: string) =>
    e.reshape(e.op('ReduceSum', [e.mul(given.get(SEEDS)!, all), e.ints([1, 2])], { keepdims: 0 }), [-1, 1, 1]);
  const start = { one: () => e.number(1), logit: () => ofClass(logits!), probability: () => ofClass(scores!) };
  const usual = start[from]();
  // Where the usual start is 0, so is the map.
  const factor = e.where(e.op('Equal', [usual, 0]), 1, e.div(start[wanted](), usual));
  b.setOutputs([e.mul(map!, factor)]);
  return b.build();
}

type Settings = Readonly<CompositeOptions & { readonly first: string }>;

/** The pixels' relevance for each class, and its initial value. */
async function relevance(
  context: ExplainContext,
  composite: Composite,
  { first, ...options }: Settings,
  start: string,
): Promise<{ readonly maps: readonly ExplanationMap[]; readonly starts: readonly number[] }> {
  const { finish, rules } = passOf(context, composite, options);
  const key = `lrp ${composite.id} ${options.epsilon} ${options.gamma} ${first}`;
  const { contrast } = context.model;
  if (contrast) {
    const compared = await comparison(context, contrast, composite, start);
    const made = await gradientMaps(compared.context, key, finish, signsOf(composite), rules);
    return { maps: made.map(({ logit, ...map }) => map), starts: targetsOf(made).map(compared.total) };
  }
  const maps = await gradientMaps(context, key, finish, signsOf(composite), rules);
  const scores = start === 'probability' ? (await forwardScores(context)).scores : null;
  const starts: number[] = [];
  const asked = maps.map(({ logit, ...map }) => {
    const usual = composite.form === 'gradient' ? logit : 1;
    const from = scores ? scores[map.target]! : start === 'logit' ? logit : usual;
    starts.push(usual === 0 ? 0 : from);
    return from === usual || usual === 0 ? map : { ...map, values: scaled(map.values, from / usual) };
  });
  return { maps: asked, starts };
}

/**
 * The pass of a class compared with others: it starts at all of them at once, at each with its usual start times its
 * weight. Relevance is linear in that, so the map is the class's less the mean of the others'.
 */
async function comparison(context: ExplainContext, contrast: Contrast, composite: Composite, start: string) {
  const alone = beforeContrast(context, () => new Float32Array());
  const { logits, scores } = await forwardScores(alone);
  const usual = (k: number) => (composite.form === 'gradient' ? logits[k]! : 1);
  const from = (k: number) => (start === 'usual' ? usual(k) : start === 'logit' ? logits[k]! : scores[k]!);
  const seedOf = (target: number) =>
    contrast.weights(target).map((weight, k) => (usual(k) === 0 ? weight : (weight * from(k)) / usual(k)));
  const total = (target: number) => {
    const sum = contrast.weights(target).reduce((all, weight, k) => all + weight * from(k), 0);
    // Starts of 1 cancel out: then nothing is to be conserved.
    return Math.abs(sum) < 1e-5 ? 0 : sum;
  };
  return { context: beforeContrast(context, seedOf), total };
}

const targetsOf = (maps: readonly ExplanationMap[]) => maps.map(({ target }) => target);

/** The composite that is conserved where another is not, determined once per model. */
const tried = new WeakMap<ExplainableModel, Map<string, Promise<Trial | null>>>();

/** Another composite for this model, tried on one class of this image; its graphs are not kept. */
function insteadOf(
  context: ExplainContext,
  composite: Composite,
  settings: Settings,
  start: string,
  target: number,
): Promise<Trial | null> {
  const known = tried.get(context.model) ?? new Map<string, Promise<Trial | null>>();
  tried.set(context.model, known);
  const key = `${composite.id} ${settings.epsilon} ${settings.gamma} ${start}`;
  const found = known.get(key);
  if (found) return found;
  const trial = conserving(composite, async (other) => {
    const executables: Executable[] = [];
    const compiled: ExplainContext['compiled'] = async (_, make) => {
      const executable = await context.engine.compile(make());
      executables.push(executable);
      return executable;
    };
    try {
      const own = { ...context, compiled, targets: [target], progress: () => {} };
      const { maps, starts } = await relevance(own, other, { ...settings, first: 'composite' }, start);
      return conservationOf(maps[0]!.values.data, starts[0]!);
    } finally {
      for (const executable of executables) await executable.dispose();
    }
  });
  known.set(key, trial);
  // A cancel gives no answer to remember.
  trial.catch(() => known.delete(key));
  return trial;
}

/**
 * What it means that all relevance has one sign: rules like z⁺ mostly pass on only what pushes up, whatever evidence
 * there is against the class.
 */
function signsOf({ title, convolution }: Composite): OneSign {
  const { groups } = convolution({ epsilon: 0, gamma: 0 });
  const upwards = groups.every(
    ({ terms, share }) => share > 0 && terms.every(({ weight }) => ['positive', 'negative'].includes(weight)),
  );
  const rules = upwards ? `, because the rules of ${title} mostly pass on only what pushes up` : '';
  return {
    positive: `Nothing contradicts this class here: no relevance is negative${rules}.`,
    negative: `Nothing supports this class here: no relevance is positive${rules}.`,
  };
}

/** Relevance is proportional to its initial value. */
const scaled = (values: TensorOf<'float32'>, by: number): TensorOf<'float32'> =>
  float32(
    values.shape,
    values.data.map((value) => value * by),
  );

/** Black and white after preprocessing, per channel. */
function bounds(b: GraphBuilder, { model, pixelRange }: Pick<ExplainContext, 'model' | 'pixelRange'>): InputBounds {
  const shaped = (values: readonly number[]) =>
    float32(model.layout === 'nchw' ? [1, values.length, 1, 1] : [1, 1, 1, values.length], values);
  return { low: b.constant(shaped(pixelRange.low)), high: b.constant(shaped(pixelRange.high)) };
}
