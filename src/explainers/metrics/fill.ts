/**
 * The regions of a mask with holes filled and single pixels dropped, like the drawing of CheXlocalize: OpenCV's
 * `findContours` (8-connected), each contour of more than one point as a PIL polygon with its outline. Equivalently,
 * without contours: a pixel stays empty if and only if steps up, down, left and right connect it to the image's border
 * through pixels outside all regions of at least two pixels.
 */
export function fillContours(mask: Uint8Array, width: number): Uint8Array {
  const height = mask.length / width;
  const filled = new Uint8Array(mask.length).fill(1);
  const wall = (x: number, y: number) => mask[y * width + x] === 1 && !isolated(mask, width, height, x, y);
  const stack: number[] = [];
  /** Empties the row's run around a pixel that is connected to the outside, and visits the adjacent rows. */
  const flood = (at: number) => {
    const y = Math.floor(at / width);
    let from = at % width;
    let to = from;
    while (from > 0 && open(from - 1, y)) from--;
    while (to + 1 < width && open(to + 1, y)) to++;
    filled.fill(0, y * width + from, y * width + to + 1);
    for (const row of [y - 1, y + 1]) {
      if (row < 0 || row >= height) continue;
      for (let x = from; x <= to; x++) {
        if (open(x, row) && (x === from || !open(x - 1, row))) stack.push(row * width + x);
      }
    }
  };
  const open = (x: number, y: number) => filled[y * width + x] === 1 && !wall(x, y);
  const start = (x: number, y: number) => {
    if (open(x, y)) stack.push(y * width + x);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) if (filled[at]) flood(at);
  };
  for (let x = 0; x < width; x++) {
    start(x, 0);
    start(x, height - 1);
  }
  for (let y = 0; y < height; y++) {
    start(0, y);
    start(width - 1, y);
  }
  return filled;
}

/** None of its eight neighbours is in the mask. */
function isolated(mask: Uint8Array, width: number, height: number, x: number, y: number): boolean {
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
      if ((row !== y || column !== x) && mask[row * width + column]) return false;
    }
  }
  return true;
}
