/** Height, width. */
export type Size = readonly [height: number, width: number];

/**
 * How image pixels lie in the model's input, in continuous coordinates (a pixel's edges are integers, its centre is at ½):
 * input = image · scale + offset, per axis. Squash has offset 0, a centre crop a negative offset, a letterbox a positive one.
 */
export interface Geometry {
  readonly image: Size;
  readonly input: Size;
  readonly scale: readonly [y: number, x: number];
  readonly offset: readonly [y: number, x: number];
}

/** The rectangle of the image that the model sees, in image pixels: [top, left, bottom, right], clipped to the image. */
export function visibleRect(g: Geometry): readonly [number, number, number, number] {
  const edge = (axis: 0 | 1, input: number) =>
    Math.min(g.image[axis], Math.max(0, (input - g.offset[axis]) / g.scale[axis]));
  return [edge(0, 0), edge(1, 0), edge(0, g.input[0]), edge(1, g.input[1])];
}
