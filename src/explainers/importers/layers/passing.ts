import { table } from '../../tables.ts';
import { combined, constantValue, numberValue } from '../channelsLast/elementwise.ts';
import { damaged, EXPORT_TO_ONNX, unread } from '../problem.ts';
import { channelsOf, inputOf } from './images.ts';
import { type LayerEntry, slotsOf } from './layer.ts';

/** A layer that does nothing once the model is trained. */
const PASSES: LayerEntry = { build: inputOf };

/** Layers that act only during training, and private ones of keras.applications. */
export const passingLayers = table<LayerEntry>({
  Dropout: PASSES,
  SpatialDropout1D: PASSES,
  SpatialDropout2D: PASSES,
  AlphaDropout: PASSES,
  GaussianDropout: PASSES,
  GaussianNoise: PASSES,
  ActivityRegularization: PASSES,
  Identity: PASSES,
  /** Rows that hold nothing but the value become zeros; those of zeros stay. */
  Masking: {
    build: (call) => {
      const value = call.config.number('mask_value', 0);
      if (value === 0) return inputOf(call);
      throw unread(`Layer '${call.name}' masks rows of ${value}.`, call.name, EXPORT_TO_ONNX);
    },
  },
  StochasticDepth: PASSES,
  RandomFlip: PASSES,
  RandomRotation: PASSES,
  RandomZoom: PASSES,
  RandomTranslation: PASSES,
  RandomShear: PASSES,
  RandomContrast: PASSES,
  RandomBrightness: PASSES,
  RandomHue: PASSES,
  RandomSaturation: PASSES,
  RandomSharpness: PASSES,
  RandomColorJitter: PASSES,
  RandomColorDegeneration: PASSES,
  RandomGrayscale: PASSES,
  RandomInvert: PASSES,
  RandomGaussianBlur: PASSES,
  RandomPosterization: PASSES,
  RandomPerspective: PASSES,
  RandomElasticTransform: PASSES,
  RandAugment: PASSES,
  AugMix: PASSES,
  MixUp: PASSES,
  CutMix: PASSES,
  RandomErasing: PASSES,
  FixedDropout: PASSES,
  /** InceptionResNetV2: x₀ + scale · x₁. */
  CustomScaleLayer: {
    build: ({ draft, inputs, config, name }) => {
      const [a, b] = inputs;
      if (!a || !b || inputs.length !== 2)
        throw damaged(`Layer '${name}' reads ${inputs.length} values instead of two.`, name);
      return combined(draft, 'Add', a, combined(draft, 'Mul', b, numberValue(draft, config.number('scale'))));
    },
  },
  /** ConvNeXt: a factor for each channel. */
  LayerScale: {
    slots: () => slotsOf({ name: 'gamma' }),
    build: (call) => {
      const x = inputOf(call);
      const gamma = call.weight('gamma', [channelsOf(x, call)]);
      return combined(call.draft, 'Mul', x, constantValue(call.draft, gamma, 'gamma'));
    },
  },
});
