import { foldDequantize } from './dequantize.ts';
import type { InferContext } from './op.ts';
import { defineOps } from './op.ts';

/**
 * Rounding to integers and back. Neither has a gradient: rounding is flat between its steps, and passing gradients straight through it
 * would explain another model than the one that runs. Quantised weights do not matter: they are constants.
 */
export const quantizeOps = defineOps([
  {
    op: 'QuantizeLinear',
    role: 'activation',
    infer: (c: InferContext) => [{ dtype: c.types[2]?.dtype ?? 'uint8', shape: c.types[0]?.shape ?? null }],
  },
  {
    op: 'DequantizeLinear',
    role: 'activation',
    infer: (c: InferContext) => [{ dtype: c.types[1]?.dtype ?? 'float32', shape: c.types[0]?.shape ?? null }],
    fold: foldDequantize,
  },
]);
