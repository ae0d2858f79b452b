import type { Preprocessing } from '../../contracts/card.ts';
import type { Size } from '../../contracts/geometry.ts';
import { labelsOf } from '../card/labelFile.ts';
import { channelsIn, fieldOf, isSide, numberIn, type Origin, textIn } from './origin.ts';

/** Pillow's numbers of its filters. */
const FILTERS: ReadonlyMap<unknown, Preprocessing['interpolation']> = new Map([
  [0, 'nearest'],
  [1, 'lanczos'],
  [2, 'bilinear'],
  [3, 'bicubic'],
]);

/** Names that transformers gives to classes that nobody named. */
const UNNAMED = /^LABEL_\d+$/;

/** Below this side, ConvNeXt's images are resized to side / crop_pct, and cropped. */
const CONVNEXT_CROPS_BELOW = 384;

/**
 * A Hugging Face model's config.json and preprocessor_config.json.
 * @see https://github.com/huggingface/transformers `image_processing_*.py` of each model
 */
export function huggingFaceOrigin(config: unknown, processor: unknown): Origin {
  const labels = labelsOf(fieldOf(config, 'id2label'));
  const problem = fieldOf(config, 'problem_type');
  const { size, ...fit } = resizeOf(config, processor);
  const interpolation = FILTERS.get(fieldOf(processor, 'resample'));
  return {
    ...(labels.length > 0 && !labels.every((label) => UNNAMED.test(label)) && { labels }),
    ...(problem === 'multi_label_classification' && { task: 'multi-label' as const }),
    ...(problem === 'single_label_classification' && { task: 'multi-class' as const }),
    ...(size && { size }),
    input: {
      ...fit,
      ...(interpolation && { interpolation }),
      ...(fieldOf(processor, 'do_flip_channel_order') === true && { channels: 'bgr' as const }),
      ...pixelsOf(processor),
    },
  };
}

type Resize = { readonly size?: Size } & Partial<Pick<Preprocessing, 'resize' | 'cropFraction'>>;

function resizeOf(config: unknown, processor: unknown): Resize {
  const kind = (textIn(processor, 'image_processor_type') ?? textIn(processor, 'feature_extractor_type') ?? '').replace(
    /(?:ImageProcessor(?:Fast|Pil)?|FeatureExtractor)$/,
    '',
  );
  const given = fieldOf(processor, 'size');
  const shortest = numberIn(given, 'shortest_edge');
  const resized = sizeOf(given) ?? (shortest === undefined ? undefined : square(shortest));
  const cropped = fieldOf(processor, 'do_center_crop') === true ? sizeOf(fieldOf(processor, 'crop_size')) : undefined;
  const own = sizeOf(fieldOf(config, 'image_size'));
  if (fieldOf(processor, 'do_resize') === false || !resized) return own ? { size: own } : {};
  const share = numberIn(processor, 'crop_pct');
  if (shortest !== undefined && (kind === 'ConvNext' || share !== undefined)) {
    const part = share !== undefined && share > 0 && share <= 1 ? share : 224 / 256;
    return shortest < CONVNEXT_CROPS_BELOW
      ? { size: resized, resize: 'crop', cropFraction: part }
      : { size: resized, resize: 'squash' };
  }
  if (kind === 'Levit' && shortest !== undefined) {
    return { size: cropped ?? resized, resize: 'crop', cropFraction: 224 / 256 };
  }
  if (cropped) return { size: cropped, resize: 'crop', cropFraction: Math.min(1, cropped[0] / resized[0]) };
  return shortest === undefined
    ? { size: resized, resize: 'squash' }
    : { size: resized, resize: 'crop', cropFraction: 1 };
}

const square = (side: number): Size | undefined => (isSide(side) ? [side, side] : undefined);

/** A side, [height, width], or { height, width }. */
function sizeOf(value: unknown): Size | undefined {
  const [height, width] =
    typeof value === 'number'
      ? [value, value]
      : Array.isArray(value)
        ? value
        : [fieldOf(value, 'height'), fieldOf(value, 'width')];
  return isSide(height) && isSide(width) ? [height, width] : undefined;
}

/** (pixel · factor − mean) / std, each step only if the processor takes it. */
function pixelsOf(processor: unknown): Partial<Pick<Preprocessing, 'scale' | 'mean' | 'std'>> {
  const mean = channelsIn(processor, 'image_mean');
  const std = channelsIn(processor, 'image_std', 0);
  const normalises = fieldOf(processor, 'do_normalize') !== false && mean !== undefined && std !== undefined;
  const rescales = fieldOf(processor, 'do_rescale') !== false;
  if (!normalises && fieldOf(processor, 'do_rescale') === undefined) return {};
  const factor = numberIn(processor, 'rescale_factor') ?? 1 / 255;
  const scale = rescales && factor > 0 ? whole(1 / factor) : 1;
  // EfficientNet's: pixels from −1 to 1, and divided by the deviation twice.
  const offset = rescales && fieldOf(processor, 'rescale_offset') === true ? 1 : 0;
  const twice = fieldOf(processor, 'include_top') === true;
  if (!normalises) return { scale, mean: [offset], std: [1] };
  return { scale, mean: mean.map((each) => each + offset), std: twice ? std.map((each) => each * each) : std };
}

/** 1 / 0.00392156862745098 is meant to be 255. */
const whole = (value: number) => (Math.abs(value - Math.round(value)) < 1e-6 * value ? Math.round(value) : value);
