import { defineMethod } from '../../method/method.ts';
import { type Cam, camOf, LAYER_PARAMETER, weightedSum } from './camMaps.ts';

export const gradCam = defineMethod({
  id: 'gradCam',
  title: 'Grad-CAM',
  summary: 'Which regions of a late layer support the class: its channels, weighted by the class’s mean gradient.',
  caution:
    'The map is as coarse as the layer (often 7 × 7), so it shows regions, not outlines. Evidence against the class is cut off, unless its ReLU is switched off.',
  formula: 'ReLU( Σ_k mean_{i,j}( ∂ logit / ∂ A^k_{ij} ) · A^k )',
  cite: {
    authors: 'R. R. Selvaraju, M. Cogswell, A. Das, R. Vedantam, D. Parikh, D. Batra',
    title: 'Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization',
    venue: 'ICCV',
    year: 2017,
    url: 'https://arxiv.org/abs/1610.02391',
    reference:
      'captum 0.9.0 LayerGradCam, then ReLU (unless it is off) and bilinear interpolation; pytorch-grad-cam 1.5.7 before its min-max',
  },
  needs: ['gradient', 'layer'],
  group: 'regions',
  slow: false,
  signed: false,
  parameters: {
    layer: LAYER_PARAMETER,
    target: {
      kind: 'choice',
      default: 'logit',
      choices: {
        logit: 'The class’s logit, before the final activation.',
        probability: 'The score after it; its gradient vanishes where the model is sure.',
      },
      about: 'What the gradient is taken of.',
    },
    guided: {
      kind: 'boolean',
      default: false,
      about: 'Count gradients only where both they and the activation are positive, before averaging.',
    },
    relu: {
      kind: 'boolean',
      default: true,
      about: 'Cut off evidence against the class. Off: the map is signed.',
    },
  },
  ...camOf(({ layer, target, guided, relu }: Settings) => ({
    key: guided ? 'gradCam guided' : 'gradCam',
    layer,
    explained: target === 'probability' ? 'probability' : 'logit',
    relu,
    sum: guided ? guidedSum : plainSum,
  })),
});

interface Settings {
  readonly layer: string;
  readonly target: string;
  readonly guided: boolean;
  readonly relu: boolean;
}

const plainSum: Cam['sum'] = (e, nodes) => ({ sum: weightedSum(e, nodes.means, nodes), weights: nodes.means });

const guidedSum: Cam['sum'] = (e, nodes) => {
  const { activations, gradients } = nodes;
  const gated = e.mul(e.op('Relu', [gradients]), e.greater(activations, 0));
  const weights = e.op('ReduceMean', [gated, e.ints([2])], { keepdims: 0 });
  return { sum: weightedSum(e, weights, nodes), weights };
};
