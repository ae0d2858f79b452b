import type { Image } from './image.ts';

/** Files with values of up to this many bits are reported; an image with more bits is merely dark. */
const MAX_BITS = 14;

/**
 * A note on a 16-bit image that uses so few of its bits that it may be an image of 8, 10, 12 or 14 bits that was not
 * scaled up, in which case the model sees it nearly black. It may also just be dark; the note says both. Other images
 * get no note.
 */
export function narrowRangeNote({ data, max }: Pick<Image, 'data' | 'max'>): string | null {
  if (!(data instanceof Uint16Array) || max !== 65535) return null;
  let largest = 0;
  for (const value of data) if (value > largest) largest = value;
  return narrowNote(largest);
}

/** The same by the largest value of those that are taken as 0 … 65535. */
export function narrowNote(largest: number): string | null {
  const max = 65535;
  const bits = Math.ceil(Math.log2(largest + 1));
  if (largest <= 0 || bits > MAX_BITS) return null;
  const scale = Number(((255 * (2 ** bits - 1)) / max).toPrecision(4));
  return `its largest value is ${Number(largest.toPrecision(6))} of ${max}, which fits in ${bits} of its 16 bits: unless it is just dark, set input.scale in the model card (${scale} for ${bits} bits, where it was 255)`;
}
