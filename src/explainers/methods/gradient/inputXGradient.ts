import { defineMethod } from '../../method/method.ts';
import { gradientMaps, pixelGraph } from '../../method/pixelMaps.ts';

export const inputXGradient = defineMethod({
  id: 'inputXGradient',
  title: 'Input × gradient',
  summary:
    'The gradient times the preprocessed pixel: a first estimate of how much each pixel adds to the class’s logit.',
  caution: 'Pixels whose preprocessed value is 0 (the mean grey) get nothing, however much they matter.',
  formula: 'x · ∂ logit / ∂ x',
  cite: {
    authors: 'A. Shrikumar, P. Greenside, A. Shcherbina, A. Kundaje',
    title: 'Not Just a Black Box: Learning Important Features Through Propagating Activation Differences',
    venue: 'arXiv',
    year: 2016,
    url: 'https://arxiv.org/abs/1605.01713',
    reference: 'captum 0.9.0 InputXGradient',
  },
  needs: ['gradient'],
  group: 'pixels',
  slow: false,
  signed: true,
  parameters: {},
  explain: (context) =>
    gradientMaps(context, 'inputXGradient', (b, gradient) => b.node('Mul', [gradient, context.model.input]), SIGNS),
  asGraph: (place) => pixelGraph(place, (b, gradient) => b.node('Mul', [gradient, place.model.input])),
});

const SIGNS = {
  positive: 'Nothing contradicts this class here: no pixel lowers its logit, judged by gradients.',
  negative: 'Nothing supports this class here: no pixel raises its logit, judged by gradients.',
};
