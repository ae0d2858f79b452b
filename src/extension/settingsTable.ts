import { KIND_IDS, KINDS } from './findings/kinds.ts';

/**
 * Every setting, with its JSON schema for VS Code's settings page. `contributes.configuration` is generated from this.
 */
export const SETTINGS = {
  methods: {
    type: 'array',
    uniqueItems: true,
    default: ['gradCam'],
    description: 'The explainers whose heatmaps are switched on when a panel opens.',
  },
  opacity: {
    type: 'number',
    minimum: 0,
    maximum: 1,
    default: 0.6,
    description: 'How strongly heatmaps cover the image, from 0 to 1.',
  },
  colorMap: {
    type: 'string',
    default: 'auto',
    markdownDescription:
      'The colour map of heatmaps, by id. `auto` uses a diverging one for methods whose maps have signs, and a sequential one otherwise.',
  },
  reusePanel: {
    type: 'boolean',
    default: true,
    description:
      'Explain Image shows the next image in the panel of the last one, unless that is pinned, or you have changed parameters, compared models or measured something in it. Off: each image gets a panel of its own.',
  },
  hover: {
    type: 'boolean',
    default: true,
    markdownDescription:
      'The path of an image in a Python, JSON, YAML, CSV or Markdown file shows the image under the pointer; and the best classes with a heatmap, once *Explain Image* has used a model for the images of its folder.',
  },
  device: {
    type: 'string',
    enum: ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'],
    enumDescriptions: [
      "The fastest device that is known to give the CPU's numbers.",
      'The processor.',
      'The graphics card, through WebGPU.',
      'An NVIDIA graphics card (Linux; needs the CUDA libraries of ONNX Runtime).',
      'The graphics card, through DirectML (Windows).',
      "Apple's neural engine and graphics card (macOS).",
    ],
    default: 'auto',
    scope: 'machine-overridable',
    description: 'Where models run.',
  },
  threads: {
    type: 'integer',
    minimum: 0,
    maximum: 256,
    default: 0,
    scope: 'machine-overridable',
    description: 'How many processor threads a model may use; 0: as many as there are physical cores.',
  },
  batchMemory: {
    type: 'integer',
    minimum: 0,
    maximum: 1_048_576,
    default: 0,
    scope: 'machine-overridable',
    markdownDescription:
      'How many megabytes the masked or noisy images of methods with many runs (LIME, SHAP, RISE, integrated gradients …) may take in the model at the same time. `0`: 1024 minus the memory for the weights, and never more than a quarter of the free memory. A lower number means smaller batches, and fewer at the same time; the maps stay the same.',
  },
  memory: {
    type: 'integer',
    minimum: 0,
    maximum: 1_048_576,
    default: 0,
    scope: 'machine-overridable',
    markdownDescription:
      'How many megabytes one run of a model may take for the values between its operators, estimated from their shapes. A model that would take more is refused before it runs. `0`: 5120, and never more than three quarters of the free memory.',
  },
  'checkLabels.kinds': {
    type: 'array',
    uniqueItems: true,
    items: {
      type: 'string',
      enum: KIND_IDS,
      enumDescriptions: KIND_IDS.map((id) => `${KINDS[id].title}: ${KINDS[id].summary}`),
    },
    default: KIND_IDS as readonly string[],
    description: 'Which kinds of findings Check Labels looks for, starting with its next run.',
  },
  'checkLabels.minimumScore': {
    type: 'number',
    minimum: 0,
    maximum: 1,
    default: 0,
    description:
      'Label findings with a lower score are not shown. A score is from 0 to 1, and higher is more suspicious.',
  },
  'checkLabels.showUnlikely': {
    type: 'boolean',
    default: false,
    description:
      'Also shows label findings whose score is far below those of their kind: less than a twentieth of what one in ten has. The first 20 of each kind are always shown.',
  },
  'checkLabels.warningScore': {
    type: 'number',
    minimum: 0,
    maximum: 1,
    default: 0.5,
    description: 'Label findings with at least this score are warnings in the Problems panel; others are information.',
  },
  'checkLabels.followProblems': {
    type: 'boolean',
    default: true,
    description:
      'A click on a label finding in the Problems panel shows its image and class next to the annotation file. Off: only the file.',
  },
  'import.python': {
    type: 'string',
    default: '',
    scope: 'machine',
    markdownDescription:
      'The Python interpreter of *Import Model from Python…*, if the Python extension does not say which one is chosen. Empty: the one on the PATH. A workspace cannot set it.',
  },
  'import.seconds': {
    type: 'integer',
    minimum: 1,
    maximum: 86_400,
    default: 600,
    scope: 'machine-overridable',
    description: 'How many seconds Python may take to import a model.',
  },
  idleMinutes: {
    type: 'number',
    minimum: 0,
    maximum: 10_080, // a week, because a timer of more than 24 days would fire at once
    default: 15,
    description:
      'The explainer process ends after this many minutes without work, which frees its memory; the next request starts it again. 0: never.',
  },
} as const;

export type SettingKey = keyof typeof SETTINGS;

type Widened<T> = T extends number
  ? number
  : T extends string
    ? string
    : T extends boolean
      ? boolean
      : T extends readonly (infer E)[]
        ? readonly Widened<E>[]
        : T;

export type SettingValue<K extends SettingKey> = Widened<(typeof SETTINGS)[K]['default']>;
