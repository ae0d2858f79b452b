import type { GraphBuilder } from '../graph/build.ts';
import { COMPOSITES, type Composite, FIRST_RULES, withFirst } from '../lrp/composite.ts';
import type { InputBounds } from '../lrp/forms.ts';
import { normNotes } from '../lrp/notes.ts';
import { hasAttention, relevanceRules } from '../lrp/propagate.ts';
import { Emit } from '../ops/emit.ts';
import { float32, type TensorOf } from '../tensor/tensor.ts';
import { forwardScores } from './forward.ts';
import { defineMethod, type ExplainContext } from './method.ts';
import { gradientMaps } from './pixelMaps.ts';
import type { OneSign } from './signNotes.ts';

export const lrp = defineMethod({
  id: 'lrp',
  title: 'LRP',
  summary:
    'How the class’s logit is made up of the pixels: it is handed back layer by layer, to each input by its share.',
  caution:
    'A share depends on the rules: z⁺ shows hardly anything that speaks against a class, ε much noise. Biases keep a part, so the map need not add up to 1; so does the shift of a batch normalisation that cannot be merged into a convolution (DenseNet’s), where relevance goes by scale · input.',
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
  signed: true,
  parameters: {
    composite: {
      kind: 'choice',
      default: 'auto',
      choices: {
        auto: 'AttnLRP where the model has attention, else ε-plus-flat',
        ...Object.fromEntries(COMPOSITES.map(({ id, title, about }) => [id, `${title}: ${about}`])),
      },
      about: 'Which rule each kind of layer gets.',
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
        composite: 'what the composite says',
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
        probability: 'the score after the activation, as in iNNvestigate where a model ends with one',
      },
      about: 'The relevance at the logit that is handed back.',
    },
  },
  async explain(context, { composite: id, epsilon, gamma, first, start }) {
    const { model } = context;
    const automatic = hasAttention(model.graph) ? 'attnLrp' : 'epsilonPlusFlat';
    const named = COMPOSITES.find((each) => each.id === (id === 'auto' ? automatic : id))!;
    const composite = first === 'composite' ? named : withFirst(named, first as keyof typeof FIRST_RULES | 'same');
    const inGradientForm = composite.form === 'gradient';
    const maps = await gradientMaps(
      context,
      `lrp ${composite.id} ${epsilon} ${gamma} ${first}`,
      (b, flow) => (inGradientForm ? new Emit(b, 'float32').mul(flow, model.input) : flow),
      signsOf(composite),
      (forward, b) =>
        relevanceRules(forward, {
          composite,
          options: { epsilon, gamma },
          input: model.input,
          bounds: bounds(b, context),
        }),
    );
    const norms = normNotes(model.graph, composite);
    const scores = start === 'probability' ? (await forwardScores(context)).scores : null;
    return maps.map(({ logit, ...map }) => {
      const usual = inGradientForm ? logit : 1;
      const asked = scores ? scores[map.target]! : start === 'logit' ? logit : usual;
      const values = asked === usual || usual === 0 ? map.values : scaled(map.values, asked / usual);
      return {
        ...map,
        values,
        notes: [`Composite ${composite.title}: ${composite.about}`, ...norms, ...map.notes],
        figures: conservation(values.data, usual === 0 ? 0 : asked),
      };
    });
  },
});

/** What it means that all relevance has one sign: rules like z⁺ hand on only what pushes up, whatever speaks against it. */
function signsOf({ title, convolution }: Composite): OneSign {
  const { groups } = convolution({ epsilon: 0, gamma: 0 });
  const upwards = groups.every(
    ({ terms, share }) => share > 0 && terms.every(({ weight }) => ['positive', 'negative'].includes(weight)),
  );
  const rules = upwards ? `, as the rules of ${title} mostly hand on what pushes up alone` : '';
  return {
    positive: `Nothing speaks against this class here: no relevance is negative${rules}.`,
    negative: `Nothing speaks for this class here: no relevance is positive${rules}.`,
  };
}

/** Relevance is proportional to what it starts with. */
const scaled = (values: TensorOf<'float32'>, by: number): TensorOf<'float32'> =>
  float32(
    values.shape,
    values.data.map((value) => value * by),
  );

/** The share of the relevance at the logit that arrives; biases and the stabiliser keep the rest. None for a logit of 0. */
function conservation(values: Float32Array, start: number): Readonly<Record<string, number>> {
  return start === 0 ? {} : { conservation: values.reduce((sum, value) => sum + value, 0) / start };
}

/** Black and white as the model sees them, per channel. */
function bounds(b: GraphBuilder, { model, pixelRange }: ExplainContext): InputBounds {
  const shaped = (values: readonly number[]) =>
    float32(model.layout === 'nchw' ? [1, values.length, 1, 1] : [1, 1, 1, values.length], values);
  return { low: b.constant(shaped(pixelRange.low)), high: b.constant(shaped(pixelRange.high)) };
}
