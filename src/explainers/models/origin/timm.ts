import type { Preprocessing } from '../../contracts/card.ts';
import { channelsIn, fieldOf, isSide, namesIn, numberIn, type Origin, textIn } from './origin.ts';

const INTERPOLATIONS: ReadonlyMap<unknown, Preprocessing['interpolation']> = new Map([
  ['nearest', 'nearest'],
  ['bilinear', 'bilinear'],
  ['bicubic', 'bicubic'],
  ['lanczos', 'lanczos'],
]);

/** timm's default; see `timm/data/constants.py`. */
const CROP = 0.875;

/**
 * The `pretrained_cfg` of a timm model, as its evaluation reads it.
 * @param labels class names that stand elsewhere, in timm's own tables or in a config.json around it
 * @see https://github.com/huggingface/pytorch-image-models `timm/data/transforms_factory.py`
 */
export function timmOrigin(cfg: unknown, labels = timmLabels(cfg)): Origin {
  const input = fieldOf(cfg, 'input_size');
  const [, height, width] = Array.isArray(input) ? input : [];
  const interpolation = INTERPOLATIONS.get(fieldOf(cfg, 'interpolation'));
  const mean = channelsIn(cfg, 'mean');
  const std = channelsIn(cfg, 'std', 0);
  return {
    ...(labels && { labels }),
    ...(isSide(height) && isSide(width) && { size: [height, width] as const }),
    input: {
      ...fitOf(cfg, mean ?? [0.5]),
      ...(interpolation && { interpolation }),
      ...(mean && std && { scale: 255, mean, std }),
    },
  };
}

type Fit = Partial<Pick<Preprocessing, 'resize' | 'cropFraction' | 'fill'>>;

function fitOf(cfg: unknown, mean: readonly number[]): Fit {
  const part = numberIn(cfg, 'crop_pct') ?? CROP;
  const mode = textIn(cfg, 'crop_mode') ?? 'center';
  if (part === 1 && mode === 'squash') return { resize: 'squash' };
  if (part === 1 && mode === 'border') {
    const grey = mean.reduce((sum, each) => sum + each, 0) / mean.length;
    return { resize: 'letterbox', fill: Math.min(255, Math.max(0, Math.round(255 * grey))) };
  }
  return part > 0 && part <= 1 ? { resize: 'crop', cropFraction: part } : {};
}

/** Class names of a `pretrained_cfg` or of the config.json around it: descriptions, where labels are WordNet's ids. */
export function timmLabels(config: unknown): readonly string[] | undefined {
  const names = namesIn(config, 'label_names');
  const described = fieldOf(config, 'label_descriptions');
  return names?.map((name) => textIn(described, name) ?? name);
}
