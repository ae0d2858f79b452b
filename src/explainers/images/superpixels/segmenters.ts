import { felzenszwalb } from './felzenszwalb.ts';
import { grid } from './grid.ts';
import { quickshift } from './quickshift.ts';
import type { Segmenter } from './segmenter.ts';
import { slic } from './slic.ts';
import { watershed } from './watershed.ts';

/** Every way to make superpixels, by id. */
export const segmenters: ReadonlyMap<string, Segmenter> = new Map(
  [quickshift, slic, felzenszwalb, watershed, grid].map((segmenter) => [segmenter.id, segmenter]),
);
