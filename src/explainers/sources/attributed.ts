import type { Joint, Point } from './joint.ts';
import type { Evidence } from './players.ts';

/** What a method gives to each source: the whole image, and every element of each further input. */
export interface Attributed {
  readonly image: number;
  /** By input, in the order of the evidence: one per element. */
  readonly inputs: readonly Float64Array[];
}

/** A method's values at the places where sources have a gradient, added up for the image and for each element. */
export function attributed({ inputs }: Evidence, { image, signals }: Joint, values: Point): Attributed {
  const sum = (data: ArrayLike<number>, from = 0, to = data.length) => {
    let all = 0;
    for (let i = from; i < to; i++) all += data[i]!;
    return all;
  };
  return {
    image: sum(values.get(image)!.data),
    inputs: inputs.map(({ tensor }, i) => {
      const found = new Float64Array(tensor.data.length);
      for (const { value, width } of signals[i]!) {
        const { data } = values.get(value)!;
        for (let at = 0; at < found.length; at++) found[at]! += sum(data, at * width, (at + 1) * width);
      }
      return found;
    }),
  };
}

/** Two points combined number by number. */
export function combined(a: Point, b: Point, each: (x: number, y: number) => number): Point {
  return new Map(
    [...a].map(([name, { dtype, shape, data }]) => {
      const other = b.get(name)!.data;
      return [name, { dtype, shape, data: data.map((x, i) => each(x, other[i]!)) }];
    }),
  );
}
