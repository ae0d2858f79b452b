import type { Preprocessing } from '../contracts/card.ts';
import type { Geometry, Size } from '../contracts/geometry.ts';

/**
 * The position of the resized image on the model's input: its size, and the input coordinates of its top left corner.
 */
export interface Placement {
  readonly resized: Size;
  readonly corner: Size;
}

type Fit = (image: Size, input: Size, settings: Pick<Preprocessing, 'cropFraction'>) => Placement;

/** Python's round(): halves to even. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Whole pixels as the training libraries compute them.
 * - squash: both axes to the input's size.
 * - crop, square input (timm, torchvision): shorter side to floor(size / cropFraction), longer side int(side · long /
 *   short); centre crop at round((side − size) / 2). Other inputs: timm's ResizeKeepRatio (both sides rounded), the
 *   same crop.
 * - letterbox (Ultralytics): both sides round(side · r), top and left padding round(rest / 2 − 0.1).
 */
const FITS: Readonly<Record<Preprocessing['resize'], Fit>> = {
  squash: (_image, input) => ({ resized: input, corner: [0, 0] }),
  crop: (image, input, { cropFraction }) => {
    const resized = resizeForCrop(image, input, cropFraction);
    const corner = (axis: 0 | 1) => roundHalfEven((input[axis] - resized[axis]) / 2);
    return { resized, corner: [corner(0), corner(1)] };
  },
  letterbox: (image, input) => {
    const ratio = Math.min(input[0] / image[0], input[1] / image[1]);
    const side = (axis: 0 | 1) => Math.max(1, roundHalfEven(image[axis] * ratio));
    const resized: Size = [side(0), side(1)];
    const corner = (axis: 0 | 1) => Math.max(0, roundHalfEven((input[axis] - resized[axis]) / 2 - 0.1));
    return { resized, corner: [corner(0), corner(1)] };
  },
};

function resizeForCrop(image: Size, input: Size, fraction: number): Size {
  // A fraction written with few digits (224/232 as 0.965517) must not lose a pixel because of its last digit.
  const target = (axis: 0 | 1) => Math.floor(input[axis] / fraction + 1e-4);
  const [height, width] = image;
  if (input[0] === input[1]) {
    const short = target(0);
    const long = (a: number, b: number) => Math.trunc((short * a) / b);
    return width <= height ? [long(height, width), short] : [short, long(width, height)];
  }
  const ratio = Math.min(height / target(0), width / target(1));
  return [Math.max(1, roundHalfEven(height / ratio)), Math.max(1, roundHalfEven(width / ratio))];
}

export function placeImage(image: Size, settings: Preprocessing): Placement {
  return FITS[settings.resize](image, settings.size, settings);
}

/** The exact map from image to input pixels for a placement. */
export function geometryOf(image: Size, input: Size, placement: Placement): Geometry {
  return {
    image,
    input,
    scale: [placement.resized[0] / image[0], placement.resized[1] / image[1]],
    offset: [placement.corner[0], placement.corner[1]],
  };
}
