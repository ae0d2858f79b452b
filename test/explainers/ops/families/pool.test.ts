import { expect, test } from 'vitest';
import { backward } from '../../../../src/explainers/autodiff/backward.ts';
import { GraphBuilder } from '../../../../src/explainers/graph/build.ts';
import { inferTypes } from '../../../../src/explainers/ops/infer.ts';
import { sizeOf } from '../../../../src/explainers/tensor/tensor.ts';

// Hugging Face's EfficientNet ends in AvgPool2d(hidden size, ceil_mode): 640 × 640 on some pixels.
test.each(['AveragePool', 'MaxPool', 'LpPool'])('the gradient of a %s makes nothing of the kernel’s size', (op) => {
  for (const [kernel, strides, pads] of [
    [640, 640, 0],
    [640, 1, 320],
  ] as const) {
    const b = new GraphBuilder('pool');
    const x = b.input('x', { dtype: 'float32', shape: [1, 2, 4, 4] });
    const attributes = {
      kernel_shape: [kernel, kernel],
      strides: [strides, strides],
      pads: [pads, pads, pads, pads],
      ceil_mode: 1,
    };
    b.setOutputs([b.node(op, [x], attributes)]);
    const graph = inferTypes(b.build());
    const [y] = graph.outputs as [string];
    const grown = new GraphBuilder(graph);
    const shape = graph.types.get(y)!.shape as number[];
    const seed = grown.input('seed', { dtype: 'float32', shape: [3, ...shape] });
    grown.setOutputs([...backward(grown, graph, { seeds: new Map([[y, seed]]), wrt: [x] }).values()]);
    const { nodes, types, outputs } = inferTypes(grown.build());
    expect(types.get(outputs[0]!)!.shape).toEqual([3, 1, 2, 4, 4]);
    for (const name of nodes.flatMap((node) => node.outputs)) {
      expect(sizeOf(types.get(name)!.shape as number[])).toBeLessThanOrEqual(3 * Math.max(32, 2 * sizeOf(shape)));
    }
  }
});
