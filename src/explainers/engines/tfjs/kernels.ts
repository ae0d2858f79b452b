import type { Kernel } from './kernel.ts';
import { convolutions } from './kernels/conv.ts';
import { elementwise } from './kernels/elementwise.ts';
import { linear } from './kernels/linear.ts';
import { pools } from './kernels/pool.ts';
import { resizes } from './kernels/resize.ts';
import { shapes } from './kernels/shape.ts';

/** Operator of ai.onnx → its kernel in TensorFlow.js. */
export const KERNELS: ReadonlyMap<string, Kernel> = new Map([
  ...elementwise,
  ...shapes,
  ...convolutions,
  ...pools,
  ...linear,
  ...resizes,
]);
