// Which law holds of which method, as data: the tests run over it, and each method of the registry has a row for every
// law.
import type { AnyParameters } from '../../src/explainers/contracts/parameters.ts';

export const LAWS = {
  conservation: 'Without biases, all that the map holds adds up to the class’s logit.',
  completeness: 'The map adds up to the logit of the image minus that of the baseline.',
  symmetry: 'Places that look alike to a model which tells no places apart get alike.',
  dummy: 'A place that the model does not look at gets nothing.',
  linearity: 'The map of a sum of two classes is the sum of their maps.',
  classes: 'A class explained among others is the class explained alone.',
  chunks: 'The size of a batch changes no byte.',
  seed: 'The same seed gives the same bytes.',
  cancel: 'A cancel leaves nothing running.',
} as const;
export type Law = keyof typeof LAWS;

/** Where a law holds: always, or under `where` and with these parameters; else a sentence that says why it does not. */
export type Entry =
  | { readonly holds: true; readonly where?: string; readonly parameters?: AnyParameters }
  | { readonly holds: false; readonly because: string };

const always: Entry = { holds: true };
const where = (text: string, parameters: AnyParameters = {}): Entry => ({ holds: true, where: text, parameters });
const no = (because: string): Entry => ({ holds: false, because });

/** What every method promises. */
const RUN = { classes: always, chunks: always, seed: always, cancel: always } as const;

const NOT_HANDED_ON = no('No relevance is handed from the logit to the input.');
const DIFFERENCE = no('What it shares out is the difference to a baseline: that is completeness.');
const NO_BASELINE = no('It knows no baseline that it could be measured from.');
const ONLY_REGIONS = no('A sum of channels has no unit of the logit: only its shape means something.');

/** The CAM family on a layer with a place for each pixel; the ReLU at its end decides over linearity. */
const CAM = {
  ...RUN,
  conservation: NOT_HANDED_ON,
  completeness: ONLY_REGIONS,
  symmetry: always,
  dummy: where('the layer has a place for each pixel, and is 0 where the model does not look'),
} as const;
const POSITIVE = where('every channel supports both classes everywhere, so that no ReLU cuts anything off');

const GRID = { segments: 'grid:2x2', hide: 'zero' } as const;
const ADDITIVE = 'hidden superpixels change the logit one by one and nothing draws coefficients to zero';

const ELSEWHERE = no('The networks of these laws have no attention: attention.test.ts holds what it promises.');
const ATTENTION = Object.fromEntries(Object.keys(LAWS).map((law) => [law, ELSEWHERE])) as Readonly<Record<Law, Entry>>;

export const METHOD_LAWS: Readonly<Record<string, Readonly<Record<Law, Entry>>>> = {
  gradCam: { ...CAM, linearity: POSITIVE }, // Without its ReLU always: axioms.test.ts.
  gradCamPlusPlus: { ...CAM, linearity: no('Its weights are quotients of powers of the gradient.') },
  hiResCam: { ...CAM, linearity: POSITIVE },
  layerCam: { ...CAM, linearity: POSITIVE },
  xGradCam: { ...CAM, linearity: POSITIVE },
  eigenCam: {
    ...CAM,
    dummy: no('The component is that of centred activations: places where all are 0 may be what stands out.'),
    linearity: no('It knows no class: the map of a sum is the map of each.'),
  },
  scoreCam: { ...CAM, linearity: no('The weights are a softmax over the channels’ logits.') },
  ablationCam: { ...CAM, linearity: no('A channel’s weight is a share of the class’s own logit.') },
  legrad: ATTENTION,
  gradEclip: ATTENTION,
  attentionRollout: ATTENTION,
  lrp: {
    ...RUN,
    conservation: where('no rule leaves anything out, and it starts with the logit', {
      composite: 'zero',
      start: 'logit',
    }),
    completeness: NO_BASELINE,
    symmetry: always,
    dummy: always,
    linearity: where('every rule is linear in what is handed on, and it starts with the logit', {
      composite: 'zero',
      start: 'logit',
    }),
  },
  gradient: {
    ...RUN,
    conservation: NOT_HANDED_ON,
    completeness: NO_BASELINE,
    symmetry: always,
    dummy: always,
    linearity: where('its sign is kept', { absolute: false }),
  },
  inputXGradient: {
    ...RUN,
    conservation: where('all activations are rectifiers: the logit grows with the input’s scale'),
    completeness: NO_BASELINE,
    symmetry: always,
    dummy: always,
    linearity: always,
  },
  integratedGradients: {
    ...RUN,
    conservation: DIFFERENCE,
    completeness: always,
    symmetry: always,
    dummy: always,
    linearity: always,
  },
  smoothGrad: {
    ...RUN,
    conservation: NOT_HANDED_ON,
    completeness: NO_BASELINE,
    symmetry: no('Its noise is drawn pixel by pixel: places are alike in the limit only.'),
    dummy: always,
    linearity: always,
  },
  gradientShap: {
    ...RUN,
    conservation: DIFFERENCE,
    completeness: where('as far as its samples go: the sum is off by their noise'),
    symmetry: always,
    dummy: always,
    linearity: always,
  },
  guidedBackprop: {
    ...RUN,
    conservation: NOT_HANDED_ON,
    completeness: NO_BASELINE,
    symmetry: always,
    dummy: always,
    linearity: no('Each rectifier cuts off what argues against this very class.'),
  },
  lime: {
    ...RUN,
    conservation: NOT_HANDED_ON,
    completeness: where(ADDITIVE, { ...GRID, alpha: 0 }),
    symmetry: where(ADDITIVE, { ...GRID, alpha: 0 }),
    dummy: where(ADDITIVE, { ...GRID, alpha: 0 }),
    linearity: always,
  },
  kernelShap: {
    ...RUN,
    conservation: DIFFERENCE,
    completeness: always,
    symmetry: where('every coalition is seen, as with up to ten superpixels', GRID),
    dummy: where('every coalition is seen, as with up to ten superpixels', GRID),
    linearity: always,
  },
  partitionShap: {
    ...RUN,
    conservation: DIFFERENCE,
    completeness: always,
    symmetry: where('it has cut down to the pixels', { samples: 4000, masker: 'zero' }),
    dummy: where('it has cut down to the pixels', { samples: 4000, masker: 'zero' }),
    linearity: where('the three are explained together, so that it cuts the same boxes', {
      samples: 4000,
      masker: 'zero',
    }),
    classes: no('It cuts where most is at stake for all classes together.'),
  },
  occlusion: {
    ...RUN,
    conservation: NOT_HANDED_ON,
    completeness: no('Every window is hidden on its own: what two of them share is counted twice or not at all.'),
    symmetry: where('windows lie in mirror images of each other', { window: 4, stride: 4 }),
    dummy: where('no window lies on both sides', { window: 4, stride: 4 }),
    linearity: always,
  },
  rise: {
    ...RUN,
    conservation: NOT_HANDED_ON,
    completeness: no('It is a mean of scores, of which the whole image’s is none.'),
    symmetry: no('Its masks are drawn at random: places are alike in the limit only.'),
    dummy: no(
      'A place that the model does not look at has the mean score of all masks; only differences mean something.',
    ),
    linearity: where('it explains the logit', { output: 'logit' }),
  },
};

/** The methods of which a law is said to hold, or not to. */
export const methodsWith = (law: Law, holds: boolean): readonly string[] =>
  Object.keys(METHOD_LAWS).filter((id) => METHOD_LAWS[id]![law].holds === holds);

/** The parameters with which a law holds of a method. */
export function parametersFor(law: Law, id: string): AnyParameters {
  const entry = METHOD_LAWS[id]![law];
  return entry.holds ? (entry.parameters ?? {}) : {};
}
