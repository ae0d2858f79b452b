import { numberAttribute } from '../../graph/attributes.ts';
import { dtypeOfCode } from '../../tensor/dtype.ts';
import type { DType } from '../../tensor/tensor.ts';
import type { InferContext } from '../op.ts';
import { defineOps } from '../op.ts';
import { ofDequantized, ofQuantized } from '../range.ts';
import { foldDequantize } from './dequantize.ts';

/** The dtype of the zero point, or the one named by ONNX's number, or uint8. */
const quantizedDtype = (c: InferContext): DType =>
  c.types[2]?.dtype ?? dtypeOfCode(numberAttribute(c.node, 'output_dtype', 0)) ?? 'uint8';

/**
 * Rounding to integers and back. Neither has a gradient, because rounding is flat between its steps. Passing gradients
 * straight through explains a different model, which a card must ask for (canonical/dequantised.ts). Quantised weights
 * are no problem, because they are constants.
 */
export const quantizeOps = defineOps([
  {
    op: 'QuantizeLinear',
    role: 'activation',
    infer: (c) => [{ dtype: quantizedDtype(c), shape: c.types[0]?.shape ?? null }],
    range: ofQuantized,
    rises: true,
  },
  {
    op: 'DequantizeLinear',
    role: 'activation',
    infer: (c: InferContext) => [{ dtype: c.types[1]?.dtype ?? 'float32', shape: c.types[0]?.shape ?? null }],
    fold: foldDequantize,
    range: ofDequantized,
    rises: true,
  },
]);
