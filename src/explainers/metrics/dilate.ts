/** The pixels within `radius` (Euclidean, centre to centre) of a pixel of the mask, 1 each. */
export function dilate(mask: Uint8Array, width: number, radius: number): Uint8Array {
  const height = mask.length / width;
  // Per row: where a run of near pixels begins (+1) and where it has ended (−1).
  const edges = new Int32Array(height * (width + 1));
  const reach = Math.min(height - 1, Math.floor(radius));
  const spans = Array.from({ length: reach + 1 }, (_, dy) => Math.floor(Math.sqrt(radius ** 2 - dy ** 2)));
  const mark = (y: number, from: number, to: number) => {
    for (let dy = -reach; dy <= reach; dy++) {
      const row = y + dy;
      if (row < 0 || row >= height) continue;
      const span = spans[Math.abs(dy)]!;
      edges[row * (width + 1) + Math.max(0, from - span)]!++;
      edges[row * (width + 1) + Math.min(width, to + span)]!--;
    }
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!mask[y * width + x]) continue;
      const from = x;
      while (x < width && mask[y * width + x]) x++;
      mark(y, from, x);
    }
  }
  const near = new Uint8Array(mask.length);
  for (let y = 0; y < height; y++) {
    let open = 0;
    for (let x = 0; x < width; x++) {
      open += edges[y * (width + 1) + x]!;
      near[y * width + x] = open > 0 ? 1 : 0;
    }
  }
  return near;
}
