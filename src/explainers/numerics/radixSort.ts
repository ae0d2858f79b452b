// Sorting by digits: three passes over 5 million pixels take a fifth of the time of a comparison sort.

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** Integers in the order of the floats; −0 and 0 are equal, NaN is left out. */
export function orderedKeys(values: Float32Array): Uint32Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const keys = new Uint32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) keys[count++] = orderedKey(words[i]!);
  }
  return keys.subarray(0, count);
}

/** The key of a float's bits. */
export function orderedKey(word: number): number {
  if (word === 0x8000_0000) return word;
  return word & 0x8000_0000 ? ~word >>> 0 : (word | 0x8000_0000) >>> 0;
}

export function keyOfFloat(value: number): number {
  float[0] = value;
  return orderedKey(bits[0]!);
}

export function floatOfKey(key: number): number {
  bits[0] = key & 0x8000_0000 ? key ^ 0x8000_0000 : ~key;
  return float[0]!;
}

const DIGITS = [0, 11, 22] as const;
const SIZE = 2048;

/** Ascending, into the given array or one of its size. */
export function radixSort(keys: Uint32Array): Uint32Array {
  const counts = DIGITS.map(() => new Uint32Array(SIZE));
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    counts[0]![key & 2047]!++;
    counts[1]![(key >>> 11) & 2047]!++;
    counts[2]![key >>> 22]!++;
  }
  let from: Uint32Array = keys;
  let to: Uint32Array = new Uint32Array(keys.length);
  for (const [digit, shift] of DIGITS.entries()) {
    const places = counts[digit]!;
    // All keys have the same digit, so there is nothing to do.
    if (keys.length > 0 && places[(keys[0]! >>> shift) & 2047] === keys.length) continue;
    toPlaces(places);
    for (let i = 0; i < from.length; i++) {
      const key = from[i]!;
      to[places[(key >>> shift) & 2047]!++] = key;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** The indices of non-negative numbers from small to large, equal ones in their order. */
export function ascending(values: Float64Array): Int32Array {
  // The bits of non-negative doubles order as integers do; little endian.
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  let order = Int32Array.from({ length: values.length }, (_, i) => i);
  let next = new Int32Array(values.length);
  for (const word of [0, 1]) {
    for (const shift of DIGITS) {
      const places = new Uint32Array(SIZE);
      for (let i = word; i < words.length; i += 2) places[(words[i]! >>> shift) & 2047]!++;
      toPlaces(places);
      for (let i = 0; i < order.length; i++) {
        const index = order[i]!;
        next[places[(words[2 * index + word]! >>> shift) & 2047]!++] = index;
      }
      [order, next] = [next, order];
    }
  }
  return order;
}

/** How many there are of each digit → the place of the first. */
function toPlaces(counts: Uint32Array): void {
  let place = 0;
  for (let value = 0; value < SIZE; value++) {
    const next = place + counts[value]!;
    counts[value] = place;
    place = next;
  }
}
