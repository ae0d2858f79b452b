import type { Size } from '../../contracts/geometry.ts';

/** A picture segmented into superpixels. */
export interface Segments {
  /** [h · w], row by row: 0 … count − 1, each used. */
  readonly labels: Int32Array;
  readonly count: number;
  readonly size: Size;
}

/** Any labels as 0 … n − 1 in the order of their values. */
export function relabel(labels: ArrayLike<number>, size: Size): Segments {
  const found = new Set<number>();
  let last = Number.NaN;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label !== last) found.add(label);
    last = label;
  }
  const places = new Map([...found].sort((a, b) => a - b).map((label, place) => [label, place]));
  const out = new Int32Array(labels.length);
  for (let i = 0; i < labels.length; i++) out[i] = places.get(labels[i]!)!;
  return { labels: out, count: found.size, size };
}
