import { float32, type TensorOf } from '../../tensor/tensor.ts';
import type { Draft } from './draft.ts';
import { combined, constantValue } from './elementwise.ts';
import { permuted, reshaped } from './permuted.ts';
import type { Size, Value } from './value.ts';

type Weights = TensorOf<'float32'>;

/**
 * A weighted sum over the last axis.
 * @param kernel [inputs, units]
 */
export function dense(d: Draft, x: Value, kernel: Weights, bias: Weights | undefined): Value {
  const [inputs, units] = kernel.shape as [number, number];
  const shape = [...x.shape.slice(0, -1), units];
  if (x.order === 'channelsFirst') {
    const weights = d.constant(asConvolution(kernel), 'kernel');
    const name = d.node('Conv', [x.name, weights, ...(bias ? [d.constant(bias, 'bias')] : [])], {
      kernel_shape: [1, 1],
    });
    return { name, shape, order: 'channelsFirst' };
  }
  const [own, from] =
    typeof x.order === 'object' ? [withRowsOf(kernel, x.order.flat.shape), x.name] : [kernel, d.plain(x)];
  const weights = d.constant(own, 'kernel');
  if (x.shape.length === 2) {
    const zeros = bias ?? noBias(kernel, units);
    return { name: d.node('Gemm', [from, weights, d.constant(zeros, 'bias')]), shape, order: 'plain' };
  }
  const product: Value = { name: d.node('MatMul', [from, weights]), shape, order: 'plain' };
  return bias && inputs > 0 ? combined(d, 'Add', product, constantValue(d, bias, 'bias')) : product;
}

const convolutions = new WeakMap<Weights, Weights>();

function asConvolution(kernel: Weights): Weights {
  const known = convolutions.get(kernel);
  if (known) return known;
  const turned = permuted(kernel, [1, 0]);
  const made = reshaped(turned, [...turned.shape, 1, 1]);
  convolutions.set(kernel, made);
  return made;
}

const turnedRows = new WeakMap<Weights, Weights>();

/** The kernel for an image that was flattened with the channels first. */
function withRowsOf(kernel: Weights, [, height, width, channels]: readonly Size[]): Weights {
  const known = turnedRows.get(kernel);
  if (known) return known;
  const [inputs, units] = kernel.shape as [number, number];
  const rows = reshaped(kernel, [height!, width!, channels!, units]);
  const made = reshaped(permuted(rows, [2, 0, 1, 3]), [inputs, units]);
  turnedRows.set(kernel, made);
  return made;
}

const zeroBiases = new WeakMap<Weights, Weights>();

function noBias(kernel: Weights, units: number): Weights {
  const made = zeroBiases.get(kernel) ?? float32([units]);
  zeroBiases.set(kernel, made);
  return made;
}
