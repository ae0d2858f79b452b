import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';

/** Grows a small graph: `make` gets a builder and the image input [1, 3, 8, 8], and names the outputs. */
export function graphOf(
  make: (b: GraphBuilder, image: string) => readonly string[],
  shape: readonly (number | string)[] = [1, 3, 8, 8],
): Graph {
  const b = new GraphBuilder('test');
  const image = b.input('image', { dtype: 'float32', shape });
  b.setOutputs(make(b, image));
  return b.build();
}
