/** The frame header of a JPEG, JPEG lossless or JPEG-LS stream (SOFn, SOF55). */
export interface JpegFrame {
  /** The second byte of the SOF marker: 0xC0 baseline, 0xC1 extended, 0xC2 progressive, 0xC3 lossless, 0xF7 JPEG-LS. */
  readonly marker: number;
  readonly precision: number;
  readonly height: number;
  readonly width: number;
  readonly components: number;
  /** Whether an Adobe APP14 or a JFIF APP0 segment fixes the colour transform. */
  readonly colourDeclared: boolean;
}

const NO_FRAME = new Set([0xc4, 0xc8, 0xcc]); // DHT, JPG and DAC are numbered among the SOF markers

/** Walks the marker segments up to the first frame header; null if there is none. ISO/IEC 10918-1 annex B. */
export function jpegFrame(bytes: Uint8Array): JpegFrame | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  let at = 2;
  let colourDeclared = false;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) {
      at++; // libjpeg skips junk between segments too
      continue;
    }
    const marker = bytes[at + 1]!;
    if (marker === 0xff || marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) return null;
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    if ((marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker)) || marker === 0xf7) {
      if (at + 10 > bytes.length) return null;
      return {
        marker,
        precision: bytes[at + 4]!,
        height: (bytes[at + 5]! << 8) | bytes[at + 6]!,
        width: (bytes[at + 7]! << 8) | bytes[at + 8]!,
        components: bytes[at + 9]!,
        colourDeclared,
      };
    }
    if (marker === 0xee && startsWith(bytes, at + 4, 'Adobe')) colourDeclared = true;
    if (marker === 0xe0 && startsWith(bytes, at + 4, 'JFIF')) colourDeclared = true;
    at += 2 + Math.max(2, length);
  }
  return null;
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  return [...text].every((character, i) => bytes[at + i] === character.charCodeAt(0));
}
