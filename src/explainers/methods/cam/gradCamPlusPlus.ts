import { defineMethod } from '../../method/method.ts';
import { camOf, LAYER_PARAMETER, spatialSum, strongestGradient, weightedSum } from './camMaps.ts';

/** pytorch-grad-cam's, in the denominator of α. */
const EPSILON = 1e-6;

export const gradCamPlusPlus = defineMethod({
  id: 'gradCamPlusPlus',
  title: 'Grad-CAM++',
  summary:
    'Grad-CAM with weights that count every place where a channel supports the class equally, so that several objects show.',
  caution:
    'Its weights are never negative, so evidence against the class is not subtracted, and maps of different classes look alike.',
  formula: 'ReLU( Σ_k w_k · A^k ), w_k = Σ_{i,j} α · ReLU(g), α = g² / (2 g² + Σ_{a,b} A^k_{ab} · g³)',
  cite: {
    authors: 'A. Chattopadhay, A. Sarkar, P. Howlader, V. N. Balasubramanian',
    title: 'Grad-CAM++: Generalized Gradient-Based Visual Explanations for Deep Convolutional Networks',
    venue: 'WACV',
    year: 2018,
    url: 'https://arxiv.org/abs/1710.11063',
    reference: 'pytorch-grad-cam 1.5.7 GradCAMPlusPlus, before its min-max',
  },
  needs: ['gradient', 'layer'],
  group: 'regions',
  slow: false,
  signed: false,
  parameters: { layer: LAYER_PARAMETER },
  ...camOf(({ layer }: { readonly layer: string }) => ({
    key: 'gradCamPlusPlus',
    layer,
    sum(e, nodes) {
      const { activations, gradients } = nodes;
      const square = e.square(gradients);
      const total = e.op('ReduceSum', [activations, e.ints([1])], { keepdims: 1 });
      const denominator = e.add(e.add(e.mul(2, square), e.mul(total, e.mul(square, gradients))), EPSILON);
      // Where the gradient is 0, so is α.
      const alpha = e.div(square, denominator);
      const weights = spatialSum(e, e.mul(e.op('Relu', [gradients]), alpha));
      return { sum: weightedSum(e, weights, nodes), weights: strongestGradient(e, nodes) };
    },
  })),
});
