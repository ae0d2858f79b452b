import { defineMethod } from '../../method/method.ts';
import { camOf, channelSum, LAYER_PARAMETER, strongestGradient } from './camMaps.ts';

export const hiResCam = defineMethod({
  id: 'hiResCam',
  title: 'HiResCAM',
  summary:
    'Activation times gradient at each place of a layer. If only a linear layer follows, this is exactly what each place adds to the logit.',
  caution:
    'That guarantee holds only for the last layer before a single dense layer. The map is as coarse as the layer, and evidence against the class is cut off.',
  formula: 'ReLU( Σ_k ∂ logit / ∂ A^k · A^k )',
  cite: {
    authors: 'R. L. Draelos, L. Carin',
    title: 'Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks',
    venue: 'arXiv',
    year: 2020,
    url: 'https://arxiv.org/abs/2011.08891',
    reference: 'pytorch-grad-cam 1.5.7 HiResCAM, before its min-max',
  },
  needs: ['gradient', 'layer'],
  group: 'regions',
  slow: false,
  signed: false,
  parameters: { layer: LAYER_PARAMETER },
  ...camOf(({ layer }: { readonly layer: string }) => ({
    key: 'hiResCam',
    layer,
    sum: (e, nodes) => ({
      sum: channelSum(e, e.mul(nodes.gradients, nodes.activations)),
      weights: strongestGradient(e, nodes),
    }),
  })),
});
