import { greatest, least, mapped } from '../../lists.ts';
import { sizeOfInput } from '../../method/forward.ts';
import { chooseLayer } from '../../method/layers.ts';
import { defineMethod } from '../../method/method.ts';
import { principalScores } from '../../numerics/principalAxis.ts';
import { asMap, LAYER_PARAMETER } from './camMaps.ts';
import { layerValues } from './layerValues.ts';

export const eigenCam = defineMethod({
  id: 'eigenCam',
  title: 'Eigen-CAM',
  summary: 'Where a layer’s activations vary most together, that is, what the network looks at, whatever the class.',
  caution:
    'The map is the same for every class. The sign of a principal component has no meaning, so the side with the largest value is taken as what the network looks at.',
  formula: 'ReLU( ± (A − mean A) · v₁ ), v₁ the first right singular vector of the centred (h·w) × channels matrix',
  cite: {
    authors: 'M. B. Muhammad, M. Yeasin',
    title: 'Eigen-CAM: Class Activation Map using Principal Components',
    venue: 'IJCNN',
    year: 2020,
    url: 'https://arxiv.org/abs/2008.00299',
    reference: 'pytorch-grad-cam 1.5.7 EigenCAM with the sign of its SegEigenCAM, before its min-max',
  },
  needs: ['layer'],
  group: 'regions',
  slow: false,
  signed: false,
  classless: true,
  parameters: { layer: LAYER_PARAMETER },
  async explain(context, { layer: name }) {
    const { layer, note } = chooseLayer(context.model.layers, name);
    const [channels, height, width] = layer.shape;
    const { activations } = await layerValues(context, layer);
    const scores = principalScores(activations, channels, height * width);
    const flipped = Math.abs(least(scores)) > Math.abs(greatest(scores));
    const sum = mapped(Float32Array, scores, (score) => (flipped ? -score : score));
    const { data } = asMap(sum, layer, sizeOfInput(context.model));
    const notes = [note, CLASSLESS, data.some((value) => value > 0) ? SIGN : BLANK];
    context.progress(1);
    return context.targets.map((target) => ({
      target,
      values: { dtype: 'float32', shape: sizeOfInput(context.model), data: data.slice() },
      notes,
      figures: {},
    }));
  },
});

const CLASSLESS = 'Eigen-CAM does not use the class, so every class gets this map.';
const SIGN = 'A principal component has no sign of its own, so its side with the largest value is shown.';
const BLANK = 'The map is blank: the layer’s activations are the same everywhere in this image.';
