import { INSIDE } from './marchingFront.ts';

/** Known pixels up to this distance determine a hidden pixel: the usual radius of shap and OpenCV. */
export const RADIUS = 3;

/** A picture with a border of one pixel all round, so that every pixel has neighbours. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** [h, w, channels] of the picture with its border. */
  readonly pixels: Uint8Array;
  readonly states: Uint8Array;
  readonly distances: Float32Array;
}

/** Computes the value of a pixel on the front in every channel. */
export type Paint = (canvas: Canvas, at: number) => void;

/**
 * How the picture changes at a known pixel near a hidden one. At the picture's rim OpenCV reads one pixel further in,
 * differently for `near` and `far` rims. We do the same, to get the same numbers.
 */
interface Reading {
  /** Positions of the pixel itself, of one step back and of one step ahead; and of the pixel itself for the far rim. */
  here: number;
  previous: number;
  next: number;
  far: number;
  forth: boolean;
  back: boolean;
}

const reading = (): Reading => ({ here: 0, previous: 0, next: 0, far: 0, forth: false, back: false });
const [across, down] = [reading(), reading()];

/** Fills in the readings of the pixel in row y, column x. */
function look({ states, width, height }: Canvas, y: number, x: number): void {
  const at = y * width + x;
  const [row, column] = [y === 1 ? 2 : y, x === 1 ? 2 : x];
  const [lastRow, lastColumn] = [y === height - 2 ? y - 1 : y, x === width - 2 ? x - 1 : x];
  across.here = down.here = row * width + column;
  across.far = row * width + lastColumn;
  across.next = across.far + 1;
  across.previous = across.here - 1;
  across.forth = states[at + 1] !== INSIDE;
  across.back = states[at - 1] !== INSIDE;
  down.far = lastRow * width + column;
  down.next = down.far + width;
  down.previous = down.here - width;
  down.forth = states[at + width] !== INSIDE;
  down.back = states[at - width] !== INSIDE;
}

/**
 * Calls back for each known pixel within the radius, except those of the border, with its position relative to the
 * hidden one.
 */
function forKnown(canvas: Canvas, at: number, call: (near: number, dy: number, dx: number) => void): void {
  const { states, width, height } = canvas;
  const [y, x] = [Math.floor(at / width), at % width];
  for (let v = Math.max(1, y - RADIUS); v <= Math.min(height - 2, y + RADIUS); v++) {
    for (let u = Math.max(1, x - RADIUS); u <= Math.min(width - 2, x + RADIUS); u++) {
      const [dy, dx] = [v - y, u - x];
      if (states[v * width + u] === INSIDE || dy * dy + dx * dx > RADIUS * RADIUS) continue;
      look(canvas, v, u);
      call(v * width + u, dy, dx);
    }
  }
}

/** The change of the distance along one axis: over both neighbours if both are reached, else over the one that is. */
function slope({ distances, states }: Canvas, at: number, step: number): number {
  const [forth, back] = [states[at + step] !== INSIDE, states[at - step] !== INSIDE];
  if (forth && back) return (distances[at + step]! - distances[at - step]!) * 0.5;
  if (forth) return distances[at + step]! - distances[at]!;
  return back ? distances[at]! - distances[at - step]! : 0;
}

export function telea(canvas: Canvas, at: number): void {
  const { pixels, distances, width, channels } = canvas;
  const [downwards, sideways] = [slope(canvas, at, width), slope(canvas, at, 1)];
  let weights = 1e-20;
  const sums = new Float64Array(channels);
  const changes = new Float64Array(2 * channels);
  forKnown(canvas, at, (near, dy, dx) => {
    const length = dy * dy + dx * dx;
    const level = 1 / (1 + Math.abs(distances[near]! - distances[at]!));
    const along = dy * downwards + dx * sideways;
    const weight = Math.abs((1 / (length * Math.sqrt(length))) * level * (Math.abs(along) <= 0.01 ? 1e-6 : along));
    weights += weight;
    for (let c = 0; c < channels; c++) {
      sums[c]! += weight * pixels[near * channels + c]!;
      changes[2 * c]! += weight * directed(pixels, channels, c, across) * dx;
      changes[2 * c + 1]! += weight * directed(pixels, channels, c, down) * dy;
    }
  });
  for (let c = 0; c < channels; c++) {
    const [x, y] = [changes[2 * c]!, changes[2 * c + 1]!];
    // OpenCV adds this half before rounding.
    pixels[at * channels + c] = byte(sums[c]! / weights + (x + y) / (Math.sqrt(x * x + y * y) + 1e-20) + 0.5);
  }
}

/** Over two pixels OpenCV doubles the change instead of halving it; only the direction of the sum counts. */
function directed(pixels: Uint8Array, channels: number, c: number, r: Reading): number {
  const value = (place: number) => pixels[place * channels + c]!;
  if (r.forth && r.back) return 2 * (value(r.next) - value(r.previous));
  if (r.forth) return value(r.next) - value(r.here);
  return r.back ? value(r.far) - value(r.previous) : 0;
}

export function navierStokes(canvas: Canvas, at: number): void {
  const { pixels, channels } = canvas;
  const sums = new Float64Array(channels);
  const weights = new Float64Array(channels).fill(1e-20);
  forKnown(canvas, at, (near, dy, dx) => {
    const length = dy * dy + dx * dx;
    for (let c = 0; c < channels; c++) {
      // Along the isophote, across the gradient.
      const y = steepness(pixels, channels, c, across, across.here);
      const x = -steepness(pixels, channels, c, down, down.far);
      const along = dy * y + dx * x;
      const share = Math.abs(along) <= 0.01 ? 1e-6 : Math.abs(along / Math.sqrt(length * (x * x + y * y)));
      const weight = Math.fround(Math.fround(1 / (length * length + 1)) * Math.fround(share));
      sums[c] = Math.fround(sums[c]! + Math.fround(weight * pixels[near * channels + c]!));
      weights[c] = Math.fround(weights[c]! + weight);
    }
  });
  for (let c = 0; c < channels; c++) pixels[at * channels + c] = byte(sums[c]! / weights[c]!);
}

function steepness(pixels: Uint8Array, channels: number, c: number, r: Reading, here: number): number {
  const middle = pixels[here * channels + c]!;
  const next = Math.abs(pixels[r.next * channels + c]! - middle);
  const previous = Math.abs(middle - pixels[r.previous * channels + c]!);
  if (r.forth && r.back) return next + previous;
  return r.forth ? 2 * next : r.back ? 2 * previous : 0;
}

/** Rounds to the nearest, halves to even. */
function byte(value: number): number {
  const low = Math.floor(value);
  const rounded = value - low === 0.5 ? low + (low % 2) : Math.round(value);
  return Math.min(255, Math.max(0, rounded));
}
