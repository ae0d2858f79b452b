import { defineMethod } from '../../method/method.ts';
import { camOf, channelSum, LAYER_PARAMETER, strongestGradient } from './camMaps.ts';

export const layerCam = defineMethod({
  id: 'layerCam',
  title: 'LayerCAM',
  summary:
    'Activation times positive gradient at each place. It also works at early layers, where it shows finer detail.',
  caution:
    'Negative gradients are dropped before the channels are added, so evidence against the class is never subtracted.',
  formula: 'ReLU( Σ_k ReLU( ∂ logit / ∂ A^k ) · A^k )',
  cite: {
    authors: 'P.-T. Jiang, C.-B. Zhang, Q. Hou, M.-M. Cheng, Y. Wei',
    title: 'LayerCAM: Exploring Hierarchical Class Activation Maps for Localization',
    venue: 'IEEE Transactions on Image Processing 30',
    year: 2021,
    url: 'https://doi.org/10.1109/TIP.2021.3089943',
    reference: 'pytorch-grad-cam 1.5.7 LayerCAM, before its min-max',
  },
  needs: ['gradient', 'layer'],
  group: 'regions',
  slow: false,
  signed: false,
  parameters: { layer: LAYER_PARAMETER },
  ...camOf(({ layer }: { readonly layer: string }) => ({
    key: 'layerCam',
    layer,
    sum: (e, nodes) => ({
      sum: channelSum(e, e.mul(e.op('Relu', [nodes.gradients]), nodes.activations)),
      weights: strongestGradient(e, nodes),
    }),
  })),
});
