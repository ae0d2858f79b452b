/**
 * Whether a progressive JPEG holds every scan: each coefficient of each component down to its last bit. One that was
 * cut off between two scans decodes without a complaint, only coarser. ISO/IEC 10918-1 annex G.
 */
export function hasEveryScan(bytes: Uint8Array): boolean {
  /** By component: the lowest bit that is known of each of the 64 coefficients; −1: none. */
  const known = new Map<number, Int8Array>();
  for (const { marker, at, length } of segments(bytes)) {
    if (marker === SOF2) {
      for (let i = 0; i < bytes[at + 5]!; i++) known.set(bytes[at + 6 + 3 * i]!, new Int8Array(64).fill(-1));
    }
    if (marker !== SOS || length < 4) continue;
    const components = bytes[at]!;
    const [from, to, bits] = [1, 2, 3].map((i) => bytes[at + 2 * components + i]!) as [number, number, number];
    for (let i = 0; i < components; i++) known.get(bytes[at + 1 + 2 * i]!)?.fill(bits & 15, from, to + 1);
  }
  return known.size > 0 && [...known.values()].every((levels) => levels.every((level) => level === 0));
}

const SOF2 = 0xc2;
const SOS = 0xda;

/** The segments that have a length, with the place of their content; what is between them is the data of scans. */
function* segments(bytes: Uint8Array): Generator<{ marker: number; at: number; length: number }> {
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1]!;
    // In a scan's data, 0xFF is followed by 0 or by the number of a restart; several may stand in a row.
    if (bytes[at] !== 0xff || marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9) || marker === 0xff) {
      at++;
      continue;
    }
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    yield { marker, at: at + 4, length: length - 2 };
    at += 2 + Math.max(2, length);
  }
}
