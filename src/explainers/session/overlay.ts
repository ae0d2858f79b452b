import { encodePng } from '../images/encode.ts';
import { defaultColormap } from '../overlay/colormap.ts';
import { compose, shapeColor } from '../overlay/compose.ts';
import { valueRange } from '../overlay/normalize.ts';
import { onGrid } from '../overlay/paint.ts';
import type { Heatmap, ImageAnnotation } from '../results.ts';
import type { OpenImage } from './openImages.ts';

const OPACITY = 0.7;

/** The original image as a PNG with the map over it, and the outlines of what is drawn for its class. */
export async function overlayPng(
  { image }: OpenImage,
  map: Heatmap,
  { signed, relative }: { readonly signed: boolean; readonly relative?: boolean },
  annotations: readonly ImageAnnotation[],
): Promise<Uint8Array> {
  const shapes = annotations.flatMap(({ index, shape }) =>
    index === map.index && shape ? [{ shape, color: shapeColor(index) }] : [],
  );
  const options = {
    colorMap: defaultColormap(signed),
    // Of the map itself: the range must not depend on how large the image is.
    range: valueRange(map.values, signed, undefined, relative),
    opacity: OPACITY,
    alpha: 'magnitude',
  } as const;
  return encodePng(
    compose(image, { heatmap: { values: onGrid(map.values, map.geometry), options }, shapes }),
    image.size,
  );
}
