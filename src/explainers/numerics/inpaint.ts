import type { Size } from '../contracts/geometry.ts';
import { table } from '../tables.ts';
import { type Canvas, navierStokes, type Paint, RADIUS, telea } from './inpaintPixel.ts';
import { FAR, FRONT, Front, INSIDE, KNOWN, march, nearestArrival } from './marchingFront.ts';

/**
 * Fills in the hidden pixels of an 8-bit picture from the pixels around them.
 * @param pixels [h, w, channels], 0 … 255
 * @param hidden [h, w], 1 where a pixel is to be filled in
 */
export type Inpaint = (pixels: Uint8Array, hidden: Uint8Array, size: Size, channels: number) => Uint8Array;

/** The two modes of shap's image masker, by shap's names. */
export const INPAINTERS = table<Inpaint>({
  /**
   * A. Telea, An Image Inpainting Technique Based on the Fast Marching Method, Journal of Graphics Tools 9(1), 2004.
   */
  inpaint_telea: (...picture) => inpaint(...picture, true, telea),
  /**
   * M. Bertalmio, A. Bertozzi, G. Sapiro, Navier-Stokes, Fluid Dynamics, and Image and Video Inpainting, CVPR 2001, in
   * the same order.
   */
  inpaint_ns: (...picture) => inpaint(...picture, false, navierStokes),
});

function inpaint(
  pixels: Uint8Array,
  hidden: Uint8Array,
  [height, width]: Size,
  channels: number,
  outwards: boolean,
  paint: Paint,
): Uint8Array {
  const canvas = canvasOf(pixels, hidden, [height, width], channels);
  const { states, distances, width: wide, height: high } = canvas;
  const front = new Front();
  const edge: number[] = [];
  for (let y = 1; y <= height; y++) {
    for (let x = 1; x <= width; x++) {
      const at = y * wide + x;
      if (states[at] === INSIDE || ![at - wide, at - 1, at + 1, at + wide].some((next) => states[next] === INSIDE))
        continue;
      edge.push(at);
    }
  }
  for (const at of edge) {
    states[at] = FRONT;
    distances[at] = 0;
    front.push(at, 0);
  }
  if (outwards) measureOutside(canvas, edge);
  for (let at = front.pop(); at !== undefined; at = front.pop()) {
    states[at] = KNOWN;
    for (const next of [at - wide, at - 1, at + wide, at + 1]) {
      const [y, x] = [Math.floor(next / wide), next % wide];
      if (y < 1 || x < 1 || y >= high - 1 || x >= wide - 1 || states[next] !== INSIDE) continue;
      distances[next] = nearestArrival(distances, states, next, wide);
      paint(canvas, next);
      states[next] = FRONT;
      front.push(next, distances[next]!);
    }
  }
  const out = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) {
    const from = ((y + 1) * wide + 1) * channels;
    out.set(canvas.pixels.subarray(from, from + width * channels), y * width * channels);
  }
  return out;
}

function canvasOf(pixels: Uint8Array, hidden: Uint8Array, [height, width]: Size, channels: number): Canvas {
  const [wide, high] = [width + 2, height + 2];
  const canvas: Canvas = {
    width: wide,
    height: high,
    channels,
    pixels: new Uint8Array(wide * high * channels),
    states: new Uint8Array(wide * high),
    distances: new Float32Array(wide * high).fill(FAR),
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y + 1) * wide + x + 1;
      if (hidden[y * width + x]) canvas.states[at] = INSIDE;
      for (let c = 0; c < channels; c++) canvas.pixels[at * channels + c] = pixels[(y * width + x) * channels + c]!;
    }
  }
  return canvas;
}

/** Known pixels near the hidden ones also get a distance to the edge, a negative one. */
function measureOutside({ states, distances, width, height }: Canvas, edge: readonly number[]): void {
  const away = new Float32Array(distances.length).fill(FAR);
  const outside = new Uint8Array(states.length);
  for (let at = 0; at < states.length; at++) {
    if (states[at] === KNOWN && nearHidden(states, at, width, height)) outside[at] = INSIDE;
  }
  const front = new Front();
  for (const at of edge) {
    outside[at] = FRONT;
    away[at] = 0;
    front.push(at, 0);
  }
  const reached = outside.map((state) => (state === INSIDE ? 1 : 0));
  march(away, outside, width, height, front);
  for (let at = 0; at < reached.length; at++) if (reached[at] && away[at]! < FAR) distances[at] = -away[at]!;
}

function nearHidden(states: Uint8Array, at: number, width: number, height: number): boolean {
  const [y, x] = [Math.floor(at / width), at % width];
  for (let v = Math.max(0, y - RADIUS); v <= Math.min(height - 1, y + RADIUS); v++) {
    for (let u = Math.max(0, x - RADIUS); u <= Math.min(width - 1, x + RADIUS); u++) {
      if (states[v * width + u] === INSIDE) return true;
    }
  }
  return false;
}
