/** Every sample of a colour with alpha is one number. */
const CHANNELS = 4;

/**
 * The mask of Label Studio's brush: RGBA samples packed as runs of bits, whose alpha says what was painted (half or
 * more). A header has the number of samples in 32 bits, the bits of a sample minus one in 5, and four lengths of run
 * counts minus one in 4 each. Each run has one bit for whether all its samples are the same, two bits for the length of
 * its count, the count minus one, and the sample or samples (@thi.ng/rle-pack, Karsten Schmidt, Apache-2.0). Masks of
 * one grey value have it in all four channels.
 */
export function brushMask(bytes: readonly unknown[], pixels: number): { mask: Uint8Array } | { fault: string } {
  if (!bytes.every((byte) => typeof byte === 'number' && byte >= 0 && byte <= 255 && Number.isInteger(byte)))
    return { fault: 'its brush holds a value that is not a byte' };
  const input = new Bits(Uint8Array.from(bytes as number[]));
  const total = input.read(32);
  const word = input.read(5) + 1;
  const lengths = [0, 0, 0, 0].map(() => input.read(4) + 1);
  if (total !== pixels * CHANNELS)
    return { fault: `its brush has ${Math.floor(total / CHANNELS)} pixels, but the image has ${pixels}` };
  const mask = new Uint8Array(pixels);
  const half = 2 ** (word - 1);
  const set = (from: number, to: number) => {
    for (let i = from + ((CHANNELS - 1 - (from % CHANNELS) + CHANNELS) % CHANNELS); i < to; i += CHANNELS)
      mask[(i - CHANNELS + 1) / CHANNELS] = 1;
  };
  for (let at = 0; at < total; ) {
    const same = input.read(1);
    const end = at + input.read(lengths[input.read(2)]!) + 1;
    if (end > total || input.ended) return { fault: 'its brush is cut off or damaged' };
    if (same) {
      if (input.read(word) >= half) set(at, end);
      at = end;
    } else for (; at < end; at++) if (input.read(word) >= half) set(at, at + 1);
    if (input.overrun) return { fault: 'its brush is cut off or damaged' };
  }
  return { mask };
}

/** Bits of bytes, the highest first; zeros after the end. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length * 8;
  }

  get overrun(): boolean {
    return this.#at > this.#bytes.length * 8;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }
}
