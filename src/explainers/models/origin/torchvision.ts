import { channelsIn, fieldOf, isSide, type Origin } from './origin.ts';

/**
 * The transforms of torchvision's weights (`weights.transforms()`): the shorter side to `resize_size`, the middle of
 * `crop_size`.
 */
export function torchvisionOrigin(transforms: unknown, labels: readonly string[] | undefined): Origin {
  const side = (name: string): number | undefined => {
    const found = fieldOf(transforms, name);
    const first = Array.isArray(found) ? found[0] : found;
    return isSide(first) ? first : undefined;
  };
  const crop = side('crop_size');
  const resized = side('resize_size');
  const mean = channelsIn(transforms, 'mean');
  const std = channelsIn(transforms, 'std', 0);
  const interpolation = (['nearest', 'bilinear', 'bicubic', 'lanczos'] as const).find(
    (each) => each === fieldOf(transforms, 'interpolation'),
  );
  return {
    ...(labels && labels.length > 0 && { labels }),
    ...(crop !== undefined && { size: [crop, crop] as const }),
    input: {
      ...(crop !== undefined && resized !== undefined && { resize: 'crop', cropFraction: Math.min(1, crop / resized) }),
      ...(interpolation && { interpolation }),
      ...(mean && std && { scale: 255, mean, std }),
    },
  };
}
