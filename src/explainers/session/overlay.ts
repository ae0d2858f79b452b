import type { Heatmap, ImageAnnotation } from '../contracts/results.ts';
import { encodePng } from '../images/encode.ts';
import type { Image } from '../images/image.ts';
import { defaultColormap } from '../overlay/colormap.ts';
import { compose, type Layers, shapeColor } from '../overlay/compose.ts';
import { valueRange } from '../overlay/normalize.ts';
import { onGrid } from '../overlay/paint.ts';
import { superpixelPicture } from '../overlay/superpixels.ts';

const OPACITY = 0.7;

/**
 * The original image as a PNG with the map over it, and the outlines of the drawn regions of its class.
 * @param relative the map is displayed from its smallest value on
 */
export async function overlayPng(
  image: Image,
  map: Heatmap,
  relative: boolean,
  annotations: readonly ImageAnnotation[],
): Promise<Uint8Array> {
  const shapes = annotations.flatMap(({ index, shape }) =>
    index === map.index && shape ? [{ shape, color: shapeColor(index) }] : [],
  );
  return encodePng(withHeatmap(image, map, relative, { shapes }), image.size);
}

/**
 * The image, or a smaller copy of it, as interleaved 8-bit RGB with the map over it.
 * @param relative the map is displayed from its smallest value on
 */
export function withHeatmap(
  image: Image,
  map: Heatmap,
  relative: boolean,
  lines: Pick<Layers, 'shapes' | 'lines'> = {},
): Uint8Array {
  const options = {
    colorMap: defaultColormap(map.signed),
    // From the map itself, because the range must not depend on the size of the image.
    range: valueRange(map.values, map.signed, undefined, relative),
    opacity: OPACITY,
    alpha: 'magnitude',
  } as const;
  return compose(image, { heatmap: { values: onGrid(map.values, map.geometry, image.size), options }, ...lines });
}

/**
 * The original image as a PNG in which only the map's best superpixels are bright; null if the map has no superpixels.
 */
export async function bestPng(image: Image, { superpixels, geometry }: Heatmap): Promise<Uint8Array | null> {
  if (!superpixels) return null;
  const { labels, top } = superpixels;
  return encodePng(superpixelPicture(image, { labels, geometry }, new Set(top)), image.size);
}
