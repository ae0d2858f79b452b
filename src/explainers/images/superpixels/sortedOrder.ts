/** The indices of non-negative numbers from small to large, equal ones in their order: a radix sort over the bits. */
export function ascending(values: Float64Array): Int32Array {
  // The bits of non-negative doubles order as integers do.
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  let order = Int32Array.from({ length: values.length }, (_, i) => i);
  let next = new Int32Array(values.length);
  for (const { word, shift } of DIGITS) {
    const starts = new Int32Array(2049);
    for (let i = 0; i < values.length; i++) starts[((words[2 * i + word]! >>> shift) & 2047) + 1]!++;
    for (let digit = 0; digit < 2048; digit++) starts[digit + 1]! += starts[digit]!;
    for (let i = 0; i < order.length; i++) {
      const index = order[i]!;
      next[starts[(words[2 * index + word]! >>> shift) & 2047]!++] = index;
    }
    [order, next] = [next, order];
  }
  return order;
}

/** Digits of 11 bits, lowest first; little endian. */
const DIGITS = [0, 1].flatMap((word) => [0, 11, 22].map((shift) => ({ word, shift })));
