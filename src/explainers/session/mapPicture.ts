import type { AgreementOptions } from '../contracts/agreement.ts';
import type { Call } from '../contracts/call.ts';
import type { Size } from '../contracts/geometry.ts';
import type { MapPicture, MapPictureRequest } from '../contracts/mapPicture.ts';
import type { Heatmap, ImageAnnotation } from '../contracts/results.ts';
import type { Image } from '../images/image.ts';
import { encodeJpeg, reduced } from '../images/thumbnail.ts';
import { methods } from '../methods/methods.ts';
import { strongMask } from '../metrics/mask/strongMask.ts';
import { compose, shapeColor } from '../overlay/compose.ts';
import { fillMask, nextTo } from '../overlay/fillMask.ts';
import type { Color } from '../overlay/lines.ts';
import { shapeOutline } from '../overlay/outline.ts';
import { optionsOf } from './agreementOptions.ts';
import { ComparedMaps } from './maps/comparedMaps.ts';
import type { ReadAnnotations } from './maps/lastAnnotations.ts';
import type { SessionMaps } from './maps/sessionMaps.ts';
import type { OpenModel } from './models/openModels.ts';
import { type OpenImage, type OpenImages, shownImage } from './openImages.ts';
import { withHeatmap } from './overlay.ts';
import { predictImage } from './predictImage.ts';

/** A picture as large as a page shows it is smaller than this. */
const MOST_BYTES = 120_000;
const LONGEST = 2048;
const BLUE: Color = [40, 90, 255];
const RED: Color = [255, 40, 40];
const OPACITY = 0.5;
const GAP = 6;

/** Where a session finds what a picture is made of. */
interface Places {
  readonly maps: SessionMaps;
  readonly images: OpenImages;
  readonly lookUp: () => Promise<ReadAnnotations>;
}

export async function mapPicture(
  open: OpenModel,
  image: OpenImage,
  request: MapPictureRequest,
  { maps, images, lookUp }: Places,
  call: Call,
): Promise<MapPicture> {
  const { index, kind, side, agreement = {} } = request;
  const made = await maps.explained(open, image, { ...request, classes: [index] }, call);
  const [map] = made.maps;
  if (!map) throw made.failures[0]!.error;
  const { annotations } = (await lookUp()).annotations;
  const { cutoff = 0 } = optionsOf(index, agreement);
  const { scores } = cutoff > 0 ? await predictImage(open, image, images, call) : { scores: [] };
  const silent = (scores.find((each) => each.index === index)?.score ?? cutoff) < cutoff;
  const shown = shownImage(image, open.card.input.show);
  const small = await reduced(shown, Math.max(1, Math.min(LONGEST, Math.round(side))));
  const { rgb, size } =
    kind === 'masks' ? masks(small, map, annotations, silent, agreement) : overlay(small, map, annotations);
  return { mime: 'image/jpeg', bytes: await encodeJpeg(rgb, size, MOST_BYTES), size };
}

interface Drawn {
  readonly rgb: Uint8Array;
  readonly size: Size;
}

function overlay(small: Image, map: Heatmap, annotations: readonly ImageAnnotation[]): Drawn {
  const relative = methods.get(map.method)?.relative ?? false;
  const [height, width] = map.geometry.image;
  const scale = [small.size[1] / width, small.size[0] / height] as const;
  const lines = annotations.flatMap(({ index, shape }) => {
    if (index !== map.index || !shape) return [];
    const own = shapeOutline(shape).map((line) => ({
      ...line,
      points: line.points.map((at, i) => at * scale[i % 2]!),
    }));
    return [{ lines: own, color: shapeColor(index) }];
  });
  return { rgb: withHeatmap(small, map, relative, { lines }), size: small.size };
}

/** As SHAMSUL's figures show them: what the expert drew in blue, and what the method marks in red. */
function masks(
  small: Image,
  map: Heatmap,
  annotations: readonly ImageAnnotation[],
  silent: boolean,
  agreement: AgreementOptions,
): Drawn {
  const options = optionsOf(map.index, agreement);
  const readers = options.readers === 'each' ? 'union' : (options.readers ?? 'union');
  const [compared] = new ComparedMaps(1).of(map, 0, annotations, readers, silent);
  const [input] = compared!;
  const strong = strongMask(input, options);
  const [expert, method] = [compose(small, {}), compose(small, {})];
  const of = map.geometry.image;
  fillMask(expert, small.size, input.mask.data, of, BLUE, OPACITY);
  if ('mask' in strong) fillMask(method, small.size, strong.mask, of, RED, OPACITY);
  return nextTo(expert, method, small.size, GAP);
}
