import type { Geometry, Size } from '../contracts/geometry.ts';
import { toInputPoint } from '../contracts/geometry.ts';
import type { Image } from '../images/image.ts';
import { compose, lineWidth } from './compose.ts';
import { type Color, drawLines } from './lines.ts';

/** Outlines of superpixels: light, on a dark rim. */
export const BEST_COLOR: Color = [255, 225, 77];
/** How dark everything else becomes, as in the panel at its default opacity. */
const SHADE = 0.85;

/** A picture segmented into superpixels, and the position of the model's input in the image. */
export interface CutImage {
  /** [h · w] of the model's input, row by row. */
  readonly labels: Int32Array;
  readonly geometry: Geometry;
}

/**
 * The picture of some superpixels as interleaved 8-bit RGB of the image's size: these are unchanged, with an outline,
 * and everything else is darkened (including what the model never saw). lime's `get_image_and_mask`, on the original
 * image.
 */
export function superpixelPicture(
  image: Image,
  { labels, geometry }: CutImage,
  chosen: ReadonlySet<number>,
): Uint8Array {
  const rgb = compose(image, {});
  const [height, width] = image.size;
  const [inputHeight, inputWidth] = geometry.input;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [column, row] = toInputPoint(geometry, [x + 0.5, y + 0.5]).map(Math.floor) as [number, number];
      const seen = row >= 0 && column >= 0 && row < inputHeight && column < inputWidth;
      if (seen && chosen.has(labels[row * inputWidth + column]!)) continue;
      for (let c = 0; c < 3; c++) rgb[3 * i + c] = Math.round(rgb[3 * i + c]! * (1 - SHADE));
    }
  }
  const { scale, offset } = geometry;
  const lines = borders(labels, geometry.input, (label) => (chosen.has(label) ? label : -1)).map(
    ([x0, y0, x1, y1]) => ({
      points: [
        (x0 - offset[1]) / scale[1],
        (y0 - offset[0]) / scale[0],
        (x1 - offset[1]) / scale[1],
        (y1 - offset[0]) / scale[0],
      ],
      closed: false,
    }),
  );
  const line = lineWidth(image.size);
  drawLines(rgb, image.size, lines, [0, 0, 0], line * 1.9, 0.5);
  drawLines(rgb, image.size, lines, BEST_COLOR, line);
  return rgb;
}

type Line = readonly [x0: number, y0: number, x1: number, y1: number];

/** Borders between groups of pixels as straight lines, each as long as possible, vertical ones first. */
export function borders(labels: Int32Array, [height, width]: Size, group: (label: number) => number): readonly Line[] {
  const at = (y: number, x: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? -1 : group(labels[y * width + x]!);
  const lines: Line[] = [];
  const trace = (
    across: number,
    along: number,
    differs: (a: number, b: number) => boolean,
    line: (a: number, from: number, to: number) => Line,
  ) => {
    for (let a = 0; a <= across; a++) {
      let from = -1;
      for (let b = 0; b <= along; b++) {
        const border = b < along && differs(a, b);
        if (border && from < 0) from = b;
        if (!border && from >= 0) {
          lines.push(line(a, from, b));
          from = -1;
        }
      }
    }
  };
  trace(
    width,
    height,
    (x, y) => at(y, x - 1) !== at(y, x),
    (x, from, to) => [x, from, x, to],
  );
  trace(
    height,
    width,
    (y, x) => at(y - 1, x) !== at(y, x),
    (y, from, to) => [from, y, to, y],
  );
  return lines;
}
