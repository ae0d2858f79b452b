/**
 * Kernels as ONNX Runtime's layout optimiser stores them for vector instructions of `block` numbers, and back. Shapes
 * are [filters, channels, …taps], filters filled up to whole blocks.
 */
export function fromBlocked(data: Float32Array, shape: readonly number[], block: number): Float32Array {
  const [filters, channels, ...taps] = shape as [number, number, ...number[]];
  const places = taps.reduce((a, b) => a * b, 1);
  // Channels are in blocks too, unless there are too few of them: the image's own, or the one of a depthwise kernel.
  const inner = channels % block === 0 ? block : channels;
  const out = new Float32Array(data.length);
  let from = 0;
  for (let filter = 0; filter < filters; filter += block) {
    for (let channel = 0; channel < channels; channel += inner) {
      if (inner === block) {
        // [places][channels of the block][filters of the block]
        for (let place = 0; place < places; place++)
          for (let i = 0; i < block; i++)
            for (let o = 0; o < block; o++)
              out[((filter + o) * channels + channel + i) * places + place] = data[from++]!;
      } else {
        // [channels][places][filters of the block]
        for (let i = 0; i < channels; i++)
          for (let place = 0; place < places; place++)
            for (let o = 0; o < block; o++) out[((filter + o) * channels + i) * places + place] = data[from++]!;
      }
    }
  }
  return out;
}

/**
 * How much the logarithm of a filter's energy varies between filters, if the kernel is stored in blocks of this size.
 * With another size, parts of several filters are taken for one, and they vary less.
 */
export function variationBetweenFilters(data: Float32Array, shape: readonly number[], block: number): number {
  const [filters, channels, ...taps] = shape as [number, number, ...number[]];
  const size = channels * taps.reduce((a, b) => a * b, 1);
  const kernel = fromBlocked(data, shape, block);
  const energies = Array.from({ length: filters }, (_, filter) => {
    let sum = 0;
    for (let i = filter * size; i < (filter + 1) * size; i++) sum += kernel[i]! ** 2;
    return sum;
  }).filter((energy) => energy > 0);
  const logs = energies.map(Math.log);
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  return logs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
