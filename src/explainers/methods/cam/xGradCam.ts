import { defineMethod } from '../../method/method.ts';
import { camOf, LAYER_PARAMETER, spatialSum, weightedSum } from './camMaps.ts';

/** pytorch-grad-cam's, added to a channel's sum. */
const EPSILON = 1e-7;

export const xGradCam = defineMethod({
  id: 'xGradCam',
  title: 'XGrad-CAM',
  summary:
    'Grad-CAM with gradients averaged in proportion to the activation at each place, so that a channel’s actual contribution counts, not its possible one.',
  caution:
    'Meant for layers without negative activations. Elsewhere a channel’s sum can be near 0, and its weight is then huge.',
  formula: 'ReLU( Σ_k w_k · A^k ), w_k = Σ_{i,j} g · A^k / Σ_{i,j} A^k',
  cite: {
    authors: 'R. Fu, Q. Hu, X. Dong, Y. Guo, Y. Gao, B. Li',
    title: 'Axiom-based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs',
    venue: 'BMVC',
    year: 2020,
    url: 'https://arxiv.org/abs/2008.02312',
    reference: 'pytorch-grad-cam 1.5.7 XGradCAM, before its min-max',
  },
  needs: ['gradient', 'layer'],
  group: 'regions',
  slow: false,
  signed: false,
  parameters: { layer: LAYER_PARAMETER },
  ...camOf(({ layer }: { readonly layer: string }) => ({
    key: 'xGradCam',
    layer,
    sum(e, nodes) {
      const { activations, gradients } = nodes;
      const total = e.op('ReduceSum', [activations, e.ints([1])], { keepdims: 0 });
      const weights = e.div(spatialSum(e, e.mul(gradients, activations)), e.add(total, EPSILON));
      return { sum: weightedSum(e, weights, nodes), weights };
    },
  })),
});
