import { createHash } from 'node:crypto';
import type { Image, ImageSource } from '../images/image.ts';

/** Columns and rows of the grey thumbnail that images are compared by. */
const WIDTH = 17;
const HEIGHT = 16;
/** Samples per cell and axis. */
const SAMPLES = 8;

/** What an image looks like, for finding it again among others. */
export interface Look {
  /** Of the file: equal files have equal ones. */
  readonly file: string;
  /** {@link WIDTH} × {@link HEIGHT} grey values, 0 … 255. */
  readonly thumbnail: Uint8Array;
}

export function lookOf({ bytes }: ImageSource, { size, channels, data, max }: Image): Look {
  const [height, width] = size;
  const thumbnail = new Uint8Array(WIDTH * HEIGHT);
  for (let row = 0; row < HEIGHT; row++) {
    for (let column = 0; column < WIDTH; column++) {
      let sum = 0;
      for (let s = 0; s < SAMPLES * SAMPLES; s++) {
        const y = Math.floor(((row + (Math.floor(s / SAMPLES) + 0.5) / SAMPLES) / HEIGHT) * height);
        const x = Math.floor(((column + ((s % SAMPLES) + 0.5) / SAMPLES) / WIDTH) * width);
        const at = (y * width + x) * channels;
        sum += channels === 1 ? data[at]! : 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
      }
      thumbnail[row * WIDTH + column] = Math.round((255 * sum) / (SAMPLES * SAMPLES) / max);
    }
  }
  return { file: createHash('sha256').update(bytes).digest('base64').slice(0, 24), thumbnail };
}

/** The difference hash: whether each cell is brighter than the next in its row, 256 bits in 16 words of 16. */
export function hashOf(thumbnail: Uint8Array): Uint16Array {
  const words = new Uint16Array(HEIGHT);
  for (let row = 0; row < HEIGHT; row++)
    for (let column = 0; column < WIDTH - 1; column++)
      if (thumbnail[row * WIDTH + column]! > thumbnail[row * WIDTH + column + 1]!) words[row]! |= 1 << column;
  return words;
}

/** Null for anything else than a thumbnail and a name. */
export function loadLook(file: unknown, thumbnail: unknown): Look | null {
  if (typeof file !== 'string' || typeof thumbnail !== 'string') return null;
  const bytes = Uint8Array.from(Buffer.from(thumbnail, 'base64'));
  return bytes.length === WIDTH * HEIGHT ? { file, thumbnail: bytes } : null;
}
