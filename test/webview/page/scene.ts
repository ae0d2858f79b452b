// A made-up world for the page: a model, images, heatmaps whose place is known. Runs in the browser and in Node alike.
import type { Catalogue } from '../../../src/explainers/contracts/catalogue.ts';
import type { Geometry, Size } from '../../../src/explainers/contracts/geometry.ts';
import type {
  Agreement,
  AgreementRequest,
  Explanation,
  Heatmap,
  ImageAnnotations,
  MethodInfo,
  ModelDescription,
  Prediction,
  PresetInfo,
} from '../../../src/explainers/contracts/results.ts';
import type { SuperpixelValues } from '../../../src/explainers/contracts/superpixelValues.ts';
import type { PanelContents } from '../../../src/explainers/protocol/messages.ts';
import { CATALOGUE } from '../../../src/extension/generated/catalogue.ts';

export interface Scene {
  readonly contents: PanelContents & { readonly catalogue: Catalogue };
  readonly size: Size;
  readonly description: ModelDescription;
  predict(image: string): Prediction;
  annotations(image: string): ImageAnnotations;
  explain(method: string, classes: readonly number[]): Explanation;
  agreement(request: Pick<AgreementRequest, 'maps' | 'options' | 'metrics'>): readonly Agreement[];
}

const FINDINGS = [
  'Atelectasis',
  'Cardiomegaly',
  'Effusion',
  'Infiltration',
  'Mass',
  'Nodule',
  'Pneumonia',
  'Pneumothorax',
  'Consolidation',
  'Edema',
  'Emphysema',
  'Fibrosis',
  'Pleural_Thickening',
  'Hernia',
];
const CHEST_SCORES = [0.21, 0.08, 0.34, 0.42, 0.97, 0.71, 0.06, 0.12, 0.27, 0.02, 0.09, 0.18, 0.22, 0.004];

/** Where the heatmap of a class is hottest, in the model's input. */
export const PEAK = { x: 150, y: 90 } as const;
/** The box drawn for Mass, in pixels of the image. */
export const MASS_BOX = { x: 300, y: 180, width: 180, height: 140 } as const;

/** Made up, but each method, class, metric and threshold has its own. */
function agreementOf(id: string, index: number, threshold: number): readonly Agreement[] {
  const own = { gradCam: [0, 0.1234, 0.087], other: [1, 0.31, null] }[id === 'gradCam' ? 'gradCam' : 'other'];
  return CATALOGUE.metrics.map(({ id: name }, i): Agreement => {
    const value = own[i] === undefined ? ((id.length * 7 + i * 13 + index * 5) % 89) / 100 : own[i];
    const moved = value === null || i < 2 || i === 8 ? value : Math.max(0, value - threshold / 20);
    const baselines = { wholeImage: i === 8 ? 0.5 : 0.0525, random: i === 8 ? 0.5 : 0.05 };
    const found = { method: id, index, metric: name, value: moved, baselines };
    return value === null ? { ...found, reason: 'the map has the same value everywhere' } : found;
  });
}

function method(id: string, title: string, signed: boolean, extra: Partial<MethodInfo> = {}): MethodInfo {
  return {
    id,
    title,
    signed,
    group: 'pixels',
    slow: false,
    summary: `What ${title} shows.`,
    caution: `When ${title} misleads.`,
    parameters: {},
    defaults: {},
    ...extra,
  };
}

const METHODS: readonly MethodInfo[] = [
  method('gradCam', 'Grad-CAM', false, {
    parameters: {
      layer: {
        kind: 'text',
        default: 'auto',
        suggestions: 'layers',
        about: 'The layer that is looked at; auto: the last one with a spatial grid.',
      },
    },
    defaults: { layer: 'auto' },
  }),
  method('gradient', 'Gradient', true),
  method('inputXGradient', 'Input × Gradient', true, {
    parameters: {
      samples: { kind: 'integer', default: 10, min: 1, max: 100, about: 'How many noisy copies are averaged.' },
      baseline: {
        kind: 'choice',
        default: 'zero',
        choices: { zero: 'Zero', mean: 'Mean colour' },
        about: 'What absence looks like.',
      },
      absolute: { kind: 'boolean', default: false, about: 'Drop the sign.' },
    },
    defaults: { samples: 10, baseline: 'zero', absolute: false },
  }),
  method('lrp', 'LRP', true, {
    unavailable: {
      kind: 'unsupported',
      message: "LRP has no rule for GridSample (node 'head/12').",
      subject: "node 'head/12'",
      next: 'Choose another method.',
    },
  }),
];

const NO_GRADIENT = {
  kind: 'unsupported',
  message: "The model cannot be differentiated: no gradient of NonMaxSuppression (node 'head/nms').",
  subject: "node 'head/nms'",
  next: 'Methods that only hide parts of the image work on any model.',
} as const;

const SAMPLES = {
  kind: 'integer',
  default: 1000,
  min: 10,
  max: 100_000,
  about: 'How many masked images the model sees.',
} as const;
const SEGMENTS = {
  kind: 'text',
  default: 'quickshift',
  suggestions: ['quickshift', 'slic', 'grid:7x7'],
  about: 'Superpixels: quickshift, slic, grid, or a segment file.',
} as const;

/** As many as there are, so that the list has its door: two cannot run. */
const SURVEY: readonly MethodInfo[] = [
  ...METHODS.map((info) => (info.id === 'gradCam' ? { ...info, group: 'regions' as const } : info)),
  ...(
    [
      ['gradCamPlusPlus', 'Grad-CAM++'],
      ['hiResCam', 'HiResCAM'],
      ['layerCam', 'LayerCAM'],
      ['eigenCam', 'Eigen-CAM'],
    ] as const
  ).map(([id, title]) => method(id, title, false, { group: 'regions' })),
  method('scoreCam', 'Score-CAM', false, { group: 'regions', slow: true, unavailable: NO_GRADIENT }),
  method('integratedGradients', 'Integrated gradients', true, { slow: true }),
  method('smoothGrad', 'SmoothGrad', true, { slow: true }),
  method('guidedBackprop', 'Guided backpropagation', true),
  method('lime', 'LIME', true, {
    group: 'superpixels',
    slow: true,
    parameters: {
      samples: SAMPLES,
      segments: SEGMENTS,
      kernelWidth: {
        kind: 'number',
        default: 0.25,
        min: 1e-6,
        about: 'σ: how close to the whole image a mask must be to count.',
      },
      output: {
        kind: 'choice',
        default: 'logit',
        choices: { logit: 'the logit, before the activation', score: 'the score, after the activation' },
        about: 'Which value of the class is explained.',
      },
      stopWhenStable: { kind: 'boolean', default: false, about: 'Ends early, when two halves of the samples agree.' },
    },
    defaults: { samples: 1000, segments: 'quickshift', kernelWidth: 0.25, output: 'logit', stopWhenStable: false },
  }),
  method('kernelShap', 'KernelSHAP', true, {
    group: 'superpixels',
    slow: true,
    parameters: { samples: SAMPLES, segments: SEGMENTS },
    defaults: { samples: 1000, segments: 'quickshift' },
  }),
  method('occlusion', 'Occlusion', true, { group: 'hiding', slow: true }),
  method('rise', 'RISE', false, { group: 'hiding', slow: true }),
];

const SUPERPIXELS = ['lime', 'kernelShap'];

const PRESETS: readonly PresetInfo[] = [
  {
    id: 'shamsul',
    title: 'SHAMSUL, as published',
    about: 'The SHAMSUL study as its code has it. LIME: superpixels cut on normalised numbers, hidden ones become 0.',
    methods: { lime: { samples: 1000, segments: 'quickshift:of=input', output: 'score' }, gradCam: { layer: 'auto' } },
  },
  { id: 'lime', title: 'lime', about: 'The defaults of lime 0.2.0.1.', methods: { lime: { output: 'score' } } },
];

/** Cells of an uneven grid, and what each adds to a class. */
function cut(values: Float32Array): { readonly superpixels: SuperpixelValues; readonly values: Float32Array } {
  const labels = new Int32Array(224 * 224);
  for (let i = 0; i < labels.length; i++) {
    const [y, x] = [Math.floor(i / 224), i % 224];
    const [bent, leaning] = [y + 9 * Math.sin(x / 21), x + 7 * Math.sin(y / 17)];
    const cell = (at: number) => Math.min(7, Math.max(0, Math.floor(at / 28)));
    labels[i] = 8 * cell(bent) + cell(leaning);
  }
  const sums = new Float32Array(64);
  const counts = new Float32Array(64);
  for (const [i, label] of labels.entries()) {
    sums[label]! += values[i]!;
    counts[label]!++;
  }
  const means = sums.map((sum, s) => sum / Math.max(1, counts[s]!));
  const top = [...means.keys()]
    .filter((s) => means[s]! > 0)
    .sort((a, b) => means[b]! - means[a]!)
    .slice(0, 5);
  return { superpixels: { labels, values: means, top }, values: Float32Array.from(labels, (label) => means[label]!) };
}

function describe(
  labels: readonly string[],
  task: 'multi-label' | 'multi-class',
  inferred: boolean,
  methods: readonly MethodInfo[],
): ModelDescription {
  const folder = '/workspace/examples/chest-xray';
  return {
    card: {
      model: `${folder}/densenet121.onnx`,
      path: inferred ? null : `${folder}/densenet121.explain.json`,
      task,
      labels,
      input: {
        size: [224, 224],
        resize: task === 'multi-label' ? 'squash' : 'crop',
        cropFraction: 0.875,
        fill: 114,
        antialias: true,
        interpolation: 'bilinear',
        channels: 'rgb',
        layout: 'nchw',
        scale: 255,
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
      },
      output: { name: 'logits', activation: 'auto' },
      thresholds: labels.map(() => 0.5),
      annotations: [],
      aliases: {},
      explain: {},
      quantised: 'asIs',
      device: 'auto',
      guesses: inferred ? ['task: multi-class, a guess', 'mean and std: those of ImageNet, a guess'] : [],
    },
    sha256: 'f'.repeat(64),
    notes: [],
    bytes: 28_400_000,
    inputs: [{ name: 'input', dtype: 'float32', shape: ['N', 3, 224, 224] }],
    outputs: [{ name: 'logits', dtype: 'float32', shape: ['N', labels.length] }],
    logits: 'logits',
    activation: task === 'multi-label' ? 'sigmoid' : 'softmax',
    opset: 17,
    operators: { Conv: 120, Relu: 121 },
    layers: [
      { name: 'features/denseblock3/out', op: 'Concat', shape: [1024, 14, 14], automatic: false },
      { name: 'features/norm5/relu', op: 'Relu', shape: [1024, 7, 7], automatic: true },
    ],
    methods,
    engine: { id: 'onnxruntime', title: 'ONNX Runtime', version: '1.30.0', device: 'cpu' },
  };
}

/** A class that the model denies: its maps are weak. */
export const DENIED = { index: 13, strength: 0.03 } as const;

/** A blob of heat; signed methods get a cold one next to it, and grain. */
function values(method: string, index: number): Float32Array {
  const strength = index === DENIED.index ? DENIED.strength : 1;
  const data = new Float32Array(224 * 224);
  for (let y = 0; y < 224; y++) {
    for (let x = 0; x < 224; x++) {
      const near = (cx: number, cy: number, r: number) => Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * r * r));
      const shift = (index * 37) % 60;
      const hot = near(PEAK.x - (index === 4 ? 0 : shift), PEAK.y + (index === 4 ? 0 : shift), 26);
      const grain = Math.sin(x * 12.9898 + y * 78.233 + index) * 0.5;
      const value =
        method === 'gradCam'
          ? Math.max(0, 2.4 * hot + 0.4 * near(70, 150, 30))
          : (hot - 0.8 * near(80, 140, 30)) * (0.6 + grain);
      data[y * 224 + x] = strength * value;
    }
  }
  return data;
}

function squash(size: Size): Geometry {
  return { image: size, input: [224, 224], scale: [224 / size[0], 224 / size[1]], offset: [0, 0] };
}

/** The short edge to 256, then the middle 224. */
function crop(size: Size): Geometry {
  const scale = 256 / Math.min(...size);
  const offset = (length: number) => (224 - length * scale) / 2;
  return { image: size, input: [224, 224], scale: [scale, scale], offset: [offset(size[0]), offset(size[1])] };
}

export type SceneKind = 'chest' | 'photos' | 'survey' | 'many';

/** `many`: photos with 10,000 classes. */
export function makeScene(kind: SceneKind, side?: number): Scene {
  const chest = kind === 'chest' || kind === 'survey';
  const size: Size = side ? [side, side] : chest ? [600, 800] : [512, 768];
  const labels = chest
    ? FINDINGS
    : Array.from({ length: kind === 'many' ? 10_000 : 1000 }, (_, i) =>
        i === 285 ? 'Egyptian cat' : `class number ${i}`,
      );
  const description = describe(
    labels,
    chest ? 'multi-label' : 'multi-class',
    !chest,
    kind === 'survey' ? SURVEY : METHODS,
  );
  const geometry = chest ? squash(size) : crop(size);
  const drawn = (index: number) => index === 4 || index === 5;
  const images = ['RG1.png', 'RG2.png', 'RG3.png'].map(
    (name) => `/workspace/examples/${chest ? 'chest-xray' : 'photos'}/${name}`,
  );
  return {
    size,
    description,
    contents: {
      panel: 'chest-panel',
      images,
      current: 0,
      model: description.card.path ?? description.card.model,
      models: [description.card.path ?? description.card.model, '/workspace/examples/other/resnet50.onnx'],
      trusted: true,
      settings: { methods: ['gradCam'], opacity: 0.6, colorMap: 'auto' },
      workspace: '/workspace',
      findings: [],
      focus: null,
      catalogue: { ...CATALOGUE, presets: kind === 'survey' ? PRESETS : [] },
    },
    predict: (image) => ({
      image,
      geometry,
      notes: chest ? [] : ['resized to 256 on the short edge, centre 224 × 224 taken'],
      scores: labels.map((label, index) => {
        const score = chest
          ? CHEST_SCORES[index]!
          : index === 285
            ? 0.77
            : 0.23 * 0.5 ** ((index % 97) + 1 + index / 97);
        return {
          index,
          label,
          score,
          logit: Math.log(score / (1 - score)),
          threshold: 0.5,
          predicted: chest ? score >= 0.5 : index === 285,
        };
      }),
    }),
    annotations: (image) => ({
      image,
      annotations: chest
        ? [
            { index: 4, label: 'Mass', shape: { kind: 'box', ...MASS_BOX }, file: '/workspace/a.json', format: 'coco' },
            {
              index: 5,
              label: 'Nodule',
              shape: { kind: 'polygon', rings: [[520, 380, 600, 360, 640, 430, 560, 470]] },
              file: '/workspace/a.json',
              format: 'coco',
            },
          ]
        : [],
      states: (chest ? { 4: 'drawn', 5: 'drawn', 2: 'present', 13: 'absent' } : {}) as ImageAnnotations['states'],
      files: chest ? [{ path: '/workspace/a.json', format: 'coco', images: 1 }] : [],
      problems: [],
    }),
    explain: (id, classes) => ({
      maps: classes.map(
        (index): Heatmap => ({
          id: `${id}_${index}`,
          method: id,
          index,
          label: labels[index] ?? '?',
          size: [224, 224],
          ...(SUPERPIXELS.includes(id) ? cut(values(id, index)) : { values: values(id, index) }),
          signed: description.methods.find((each) => each.id === id)!.signed,
          geometry,
          parameters: {},
          notes: id === 'gradCam' ? ["Layer 'features/norm5/relu': the last one with a spatial grid (7 × 7)."] : [],
          figures: SUPERPIXELS.includes(id) ? { r2: 0.71, stability: 0.96, superpixels: 64, samples: 1000 } : {},
          milliseconds: id === 'gradCam' ? 41 : 166,
        }),
      ),
      agreement: chest ? classes.filter(drawn).flatMap((index) => agreementOf(id, index, 0)) : [],
    }),
    agreement: ({ maps, options, metrics }) => {
      const threshold = options?.threshold?.kind === 'fixed' ? options.threshold.value : 0;
      return maps
        .flatMap((map) => agreementOf(map.method, map.index, threshold))
        .filter((each) => metrics?.includes(each.metric) ?? true);
    },
  };
}
