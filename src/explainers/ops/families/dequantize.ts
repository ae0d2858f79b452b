import { numberAttribute } from '../../graph/attributes.ts';
import type { Node } from '../../graph/graph.ts';
import { fromNumbers, numbersOf } from '../../tensor/dtype.ts';
import { sizeOf, type Tensor } from '../../tensor/tensor.ts';
import { isNumeric } from '../elements.ts';
import { fromFront } from '../types.ts';

/** The numbers that quantised weights represent: (x − zero point) · scale, per tensor, per axis or per block. */
export function foldDequantize(inputs: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  const [x, scale, zeroPoint] = inputs;
  if (!isNumeric(x) || !isNumeric(scale) || (zeroPoint && !isNumeric(zeroPoint))) return null;
  const axis = fromFront(numberAttribute(node, 'axis', 1), x.shape.length);
  const block = numberAttribute(node, 'block_size', 0);
  const place = scale.data.length === 1 && block === 0 ? () => 0 : placeOf(x.shape, scale.shape, axis, block);
  const [values, scales] = [numbersOf(x), numbersOf(scale)];
  const zeros = zeroPoint ? numbersOf(zeroPoint as typeof x) : undefined;
  const result = new Float64Array(values.length);
  for (let k = 0; k < values.length; k++) {
    const at = place(k);
    result[k] = (values[k]! - (zeros?.[at] ?? 0)) * scales[at]!;
  }
  return [fromNumbers(scale.dtype, x.shape, result)];
}

/** The position of the scale of element k: its place along the axis, or the place of its block among all blocks. */
function placeOf(
  shape: readonly number[],
  scales: readonly number[],
  axis: number,
  block: number,
): (k: number) => number {
  const inner = sizeOf(shape.slice(axis + 1));
  const size = shape[axis] ?? 1;
  if (block === 0) return (k) => Math.floor(k / inner) % size;
  const blocks = scales[axis] ?? 1;
  return (k) => {
    const outer = Math.floor(k / (inner * size));
    const along = Math.floor((Math.floor(k / inner) % size) / block);
    return (outer * blocks + along) * inner + (k % inner);
  };
}
