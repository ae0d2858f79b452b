import { defineMethod } from '../../method/method.ts';
import { gradientMaps, pixelGraph } from '../../method/pixelMaps.ts';
import { SLOPES, unsigned } from '../../method/signNotes.ts';

export const gradient = defineMethod({
  id: 'gradient',
  title: 'Gradient',
  summary: 'How much the class’s logit changes with each pixel, that is, where a small change would matter most.',
  caution: 'Noisy, and blind to saturation: a pixel that decides the class may have no gradient left.',
  formula: '∂ logit / ∂ x',
  cite: {
    authors: 'K. Simonyan, A. Vedaldi, A. Zisserman',
    title: 'Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps',
    venue: 'ICLR Workshop',
    year: 2014,
    url: 'https://arxiv.org/abs/1312.6034',
    reference: 'captum 0.9.0 Saliency(abs=False); where absolute, Saliency with its default',
  },
  needs: ['gradient'],
  group: 'pixels',
  slow: false,
  signed: true,
  parameters: {
    absolute: {
      kind: 'boolean',
      default: false,
      about:
        'The absolute gradient of each channel: how much it matters, not in which direction. The map is not signed.',
    },
  },
  async explain(context, { absolute }) {
    if (!absolute) return gradientMaps(context, 'gradient', (_, gradient) => gradient, SLOPES);
    const maps = await gradientMaps(context, 'gradient absolute', (b, gradient) => b.node('Abs', [gradient]), SIZES);
    return maps.map((map) => ({ ...map, signed: false }));
  },
  asGraph: (place, { absolute }) =>
    pixelGraph(place, (b, gradient) => (absolute ? b.node('Abs', [gradient]) : gradient)),
});

const SIZES = unsigned('An absolute value');
