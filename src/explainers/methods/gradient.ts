import { defineMethod } from './method.ts';
import { gradientMaps } from './pixelMaps.ts';
import { SLOPES } from './signNotes.ts';

export const gradient = defineMethod({
  id: 'gradient',
  title: 'Gradient',
  summary: 'How much the class’s logit changes with each pixel: where a small change would matter most.',
  caution: 'Noisy, and blind to saturation: a pixel that decides the class can have no gradient left.',
  formula: '∂ logit / ∂ x',
  cite: {
    authors: 'K. Simonyan, A. Vedaldi, A. Zisserman',
    title: 'Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps',
    venue: 'ICLR Workshop',
    year: 2014,
    url: 'https://arxiv.org/abs/1312.6034',
    reference: 'captum 0.9.0 Saliency(abs=False)',
  },
  needs: ['gradient'],
  signed: true,
  parameters: {},
  explain: (context) => gradientMaps(context, 'gradient', (_, gradient) => gradient, SLOPES),
});
