import { UNCERTAIN_POLICIES } from '../../contracts/card.ts';
import { DEVICES } from '../../contracts/device.ts';
import type { ParameterSpec } from '../../contracts/parameters.ts';
import type { Method } from '../../method/method.ts';
import { furtherInputsSchema } from './furtherInputsSchema.ts';
import type { JsonSchema } from './jsonSchema.ts';

const numbers = (about: string, minimum?: number): JsonSchema => ({
  description: about,
  anyOf: [
    { type: 'number', ...(minimum !== undefined && { exclusiveMinimum: minimum }) },
    {
      type: 'array',
      items: { type: 'number', ...(minimum !== undefined && { exclusiveMinimum: minimum }) },
      minItems: 1,
      maxItems: 512,
    },
  ],
});

const bands = (about: string, maxItems: number): JsonSchema => ({
  type: 'array',
  items: { type: 'integer', minimum: 1, maximum: 512 },
  minItems: 1,
  maxItems,
  description: about,
});

/**
 * The schema of `NAME.explain.json`, including the parameters of the given methods. It validates cards here and
 * completes them in VS Code (as `media/model-card.schema.json`; a test keeps the two equal).
 */
export function modelCardSchema(methods: readonly Method[]): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Saliency Lens model card',
    description:
      'How an image becomes the input of a model, and what its outputs mean. Every field except "model" has an inferred default.',
    type: 'object',
    required: ['model'],
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      model: {
        type: 'string',
        minLength: 1,
        description: 'The model file, relative to this card: .onnx, .keras, .h5, or TensorFlow.js’ model.json',
      },
      task: {
        enum: ['multi-label', 'multi-class'],
        description:
          "multi-label: each class is present or not, independently (sigmoid). multi-class: exactly one class is right (softmax). Default: follows the model's last activation.",
      },
      labels: {
        description:
          'The class names in the order of the outputs, or the name of a file that lists them. Default: labels in the model file, or labels.txt, classes.txt, classes.json or data.yaml next to it.',
        anyOf: [
          { type: 'array', items: { type: 'string' }, minItems: 1 },
          { type: 'string', minLength: 1 },
        ],
      },
      input: inputSchema,
      output: {
        type: 'object',
        additionalProperties: false,
        description: 'Which output holds the classes, and how it becomes scores.',
        properties: {
          name: {
            type: 'string',
            minLength: 1,
            description: 'Name of the output, or of any value with one element per class.',
          },
          activation: {
            enum: ['auto', 'none', 'sigmoid', 'softmax'],
            default: 'auto',
            description:
              'auto: a final Sigmoid or Softmax of the model is recognised and the tensor before it is the logit; otherwise multi-label uses sigmoid, multi-class softmax.',
          },
          classes: {
            type: 'object',
            required: ['axis'],
            additionalProperties: false,
            description:
              'Makes one score per class of an output with further axes (a detector, a segmentation network): where the classes lie in it. Axes and elements count from 0.',
            properties: {
              axis: { type: 'integer', minimum: 1, maximum: 8, description: 'The axis of the classes.' },
              from: { type: 'integer', minimum: 0, default: 0, description: 'The first class along it.' },
              to: { type: 'integer', minimum: 1, description: 'The element behind the last class. Default: the end.' },
            },
          },
          over: {
            enum: ['max', 'mean'],
            default: 'max',
            description: 'With classes: how the other axes (boxes, pixels) are reduced to one number per class.',
          },
        },
      },
      thresholds: {
        description:
          'Score from which a class counts as predicted (multi-label): one for all, or one per label. Default 0.5.',
        anyOf: [
          { type: 'number', minimum: 0, maximum: 1 },
          { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 }, minItems: 1 },
        ],
      },
      annotations: {
        description: 'Annotation files: paths or globs relative to this card.',
        type: 'array',
        items: {
          anyOf: [
            { type: 'string', minLength: 1 },
            {
              type: 'object',
              required: ['path'],
              additionalProperties: false,
              properties: {
                path: { type: 'string', minLength: 1 },
                format: { type: 'string', description: 'Default: recognised by content.' },
                uncertain: {
                  enum: [...UNCERTAIN_POLICIES],
                  default: 'ignore',
                  description: 'What labels of -1 (CheXpert) count as: neither, absent (zeros) or present (ones).',
                },
              },
            },
          ],
        },
      },
      aliases: {
        description: 'Label in the annotation files → label of the model.',
        type: 'object',
        additionalProperties: { type: 'string' },
      },
      explain: {
        description: "Parameters per method, which override the methods' own defaults.",
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(methods.map((method) => [method.id, methodSchema(method)])),
      },
      quantised: {
        enum: ['asIs', 'dequantised'],
        default: 'asIs',
        description:
          'For models that round their values to integers (int8). dequantised: maps are those of the network without the rounding, which has gradients (straight-through); scores stay the model’s own. asIs: methods that need gradients are refused.',
      },
      device: {
        enum: DEVICES,
        default: 'auto',
        description:
          'Where the model runs, unless --device or the setting saliencyLens.device says otherwise. auto: the fastest device that gives the numbers of the CPU.',
      },
      inputs: furtherInputsSchema,
    },
  };
}

const inputSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  description: "How an image becomes the model's input: (pixel / scale - mean) / std.",
  properties: {
    size: {
      type: 'array',
      items: { type: 'integer', minimum: 1, maximum: 16384 },
      minItems: 2,
      maxItems: 2,
      description: '[height, width]. Default: the shape in the model file.',
    },
    resize: {
      enum: ['squash', 'crop', 'letterbox'],
      default: 'squash',
      description:
        'squash: the whole image, without keeping its aspect ratio. crop: the centre (see cropFraction). letterbox: the whole image with its aspect ratio, and bars.',
    },
    cropFraction: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.875,
      description: "For crop: the share of the resized image's shorter side that the crop keeps (224 of 256: 0.875).",
    },
    fill: {
      type: 'number',
      minimum: 0,
      maximum: 255,
      default: 114,
      description: 'For letterbox: grey value of the bars.',
    },
    antialias: {
      type: 'boolean',
      default: true,
      description: 'Smooth before downscaling, as PIL and torchvision do. Without it scores can change a lot.',
    },
    interpolation: { enum: ['nearest', 'bilinear', 'bicubic', 'lanczos'], default: 'bilinear' },
    channels: {
      enum: ['rgb', 'bgr', 'gray'],
      default: 'rgb',
      description: 'Order of the channels. A grey image is repeated to three for rgb; gray makes one channel.',
    },
    layout: {
      enum: ['nchw', 'nhwc'],
      description: 'Default: from the shape in the model file (channels before or after height and width).',
    },
    scale: {
      type: 'number',
      exclusiveMinimum: 0,
      default: 255,
      description: 'Pixels are 0 to 255 (16-bit and DICOM images are converted) and divided by this.',
    },
    bands: bands('For images with many channels (TIFF, NPY): which bands feed the model, in its order, from 1.', 512),
    show: bands(
      'Which three bands are shown as red, green and blue, or which one as grey. Default: the first three of "bands".',
      3,
    ),
    mean: numbers('Subtracted after the division by scale: per channel, or one for all.'),
    std: numbers('The last divisor: per channel, or one for all.', 0),
  },
};

function methodSchema(method: Method): JsonSchema {
  return {
    type: 'object',
    description: `${method.title}: ${method.summary}`,
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(method.parameters).map(([key, spec]) => [key, parameterSchema(spec)]),
    ),
  };
}

const PARAMETER_KINDS: {
  readonly [K in ParameterSpec['kind']]: (spec: Extract<ParameterSpec, { kind: K }>) => JsonSchema;
} = {
  integer: (spec) => ({ type: 'integer', ...range(spec) }),
  number: (spec) => ({ type: 'number', ...range(spec) }),
  choice: (spec) => ({ enum: Object.keys(spec.choices) }),
  boolean: () => ({ type: 'boolean' }),
  text: () => ({ type: 'string', minLength: 1 }),
};

function parameterSchema(spec: ParameterSpec): JsonSchema {
  const kind = PARAMETER_KINDS[spec.kind] as (spec: ParameterSpec) => JsonSchema;
  return { ...kind(spec), default: spec.default, description: spec.about };
}

function range(spec: { readonly min?: number; readonly max?: number }): JsonSchema {
  return { ...(spec.min !== undefined && { minimum: spec.min }), ...(spec.max !== undefined && { maximum: spec.max }) };
}
