// The position of the image on the stage. Pure: everything in CSS pixels of the stage and pixels of the image.
import type { Size } from '../../explainers/contracts/geometry.ts';

/** An image pixel (x, y) is drawn at (left + x · zoom, top + y · zoom). */
export interface Viewport {
  readonly zoom: number;
  readonly left: number;
  readonly top: number;
  /** Follows the stage's size; false once the user has zoomed or panned. */
  readonly fitted: boolean;
}

/** Width and height of the stage. */
export interface Area {
  readonly width: number;
  readonly height: number;
}

const MAX_ZOOM = 64;
const MARGIN = 16;
/** At least this much of the image stays on the stage. */
const KEEP = 48;

/** The whole image, centred. */
export function fitted(image: Size, stage: Area): Viewport {
  const [height, width] = image;
  const room = { width: Math.max(1, stage.width - 2 * MARGIN), height: Math.max(1, stage.height - 2 * MARGIN) };
  const zoom = Math.min(room.width / width, room.height / height, MAX_ZOOM);
  return { ...centred(image, stage, zoom), fitted: true };
}

/** At a given zoom, centred. */
export function centred(image: Size, stage: Area, zoom: number): Viewport {
  return {
    zoom,
    left: (stage.width - image[1] * zoom) / 2,
    top: (stage.height - image[0] * zoom) / 2,
    fitted: false,
  };
}

/** Zooms by a factor around (x, y). */
export function zoomedAt(view: Viewport, factor: number, x: number, y: number, image: Size, stage: Area): Viewport {
  const least = Math.min(fitted(image, stage).zoom / 2, 1);
  const zoom = Math.min(MAX_ZOOM, Math.max(least, view.zoom * factor));
  const ratio = zoom / view.zoom;
  return held(
    { zoom, left: x - (x - view.left) * ratio, top: y - (y - view.top) * ratio, fitted: false },
    image,
    stage,
  );
}

export function panned(view: Viewport, dx: number, dy: number, image: Size, stage: Area): Viewport {
  return held({ ...view, left: view.left + dx, top: view.top + dy, fitted: false }, image, stage);
}

/** Keeps a part of the image on the stage. */
function held(view: Viewport, image: Size, stage: Area): Viewport {
  const clamp = (position: number, length: number, room: number) =>
    Math.min(room - KEEP, Math.max(KEEP - length, position));
  return {
    ...view,
    left: clamp(view.left, image[1] * view.zoom, stage.width),
    top: clamp(view.top, image[0] * view.zoom, stage.height),
  };
}

/** The image's coordinates at a point of the stage; continuous, may be outside the image. */
export function imagePoint(view: Viewport, x: number, y: number): readonly [x: number, y: number] {
  return [(x - view.left) / view.zoom, (y - view.top) / view.zoom];
}
