import type { ImageSource } from '../image.ts';
import { damaged } from '../limits.ts';
import type { PixelLayout, StoredSamples } from './pixelModule.ts';

/**
 * RLE Lossless (PS3.5 annex G): one PackBits segment for each byte of each sample, most significant byte first. The
 * output has interleaved channels. Throws `image` if a segment ends early.
 */
export function decodeRle(source: ImageSource, bytes: Uint8Array, layout: PixelLayout): StoredSamples {
  const pixels = layout.rows * layout.columns;
  const width = layout.allocated / 8;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const segments = bytes.length >= 64 ? view.getUint32(0, true) : 0;
  if (segments !== layout.samples * width) {
    throw damaged(source, 'DICOM', `its run lengths have ${segments} segments instead of ${layout.samples * width}`);
  }
  const stored = new { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[width as 1 | 2 | 4](pixels * layout.samples);
  const plane = new Uint8Array(pixels);
  for (let s = 0; s < segments; s++) {
    const start = view.getUint32(4 + 4 * s, true);
    const end = s + 1 < segments ? view.getUint32(8 + 4 * s, true) : bytes.length;
    if (start < 64 || end > bytes.length || end < start || !unpackBits(bytes.subarray(start, end), plane)) {
      throw damaged(source, 'DICOM', 'its run lengths are cut off');
    }
    const sample = Math.floor(s / width);
    const factor = 256 ** (width - 1 - (s % width));
    for (let i = 0; i < pixels; i++) stored[i * layout.samples + sample]! += plane[i]! * factor;
  }
  return stored;
}

/** Fills `out`; false if the runs end before it is full. */
function unpackBits(bytes: Uint8Array, out: Uint8Array): boolean {
  let at = 0;
  let to = 0;
  while (to < out.length && at < bytes.length) {
    const count = bytes[at++]!;
    if (count < 128) {
      const literal = bytes.subarray(at, at + count + 1).subarray(0, out.length - to);
      out.set(literal, to);
      to += literal.length;
      at += count + 1;
    } else if (count > 128) {
      const run = Math.min(257 - count, out.length - to);
      out.fill(bytes[at++] ?? 0, to, to + run);
      to += run;
    }
  }
  return to === out.length;
}
