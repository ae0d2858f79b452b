import type { Transformer } from '../../method/attentions.ts';
import { sizeOfInput } from '../../method/forward.ts';
import type { ExplainableModel } from '../../method/method.ts';
import type { TensorOf } from '../../tensor/tensor.ts';
import { asMap } from '../cam/camMaps.ts';

/** One number per token as a map of the picture: its own tokens on their grid, resampled to the model's input. */
export function tokenMap(
  model: ExplainableModel,
  { before, layer }: Transformer,
  perToken: ArrayLike<number>,
): TensorOf<'float32'> {
  const places = layer.shape[1] * layer.shape[2];
  const own = Float32Array.from({ length: places }, (_, i) => perToken[before + i]!);
  return asMap(own, layer, sizeOfInput(model));
}

/** What people must know: how many blocks, and which tokens are left out. */
export function tokenNote({ attentions, tokens, before, layer: { shape } }: Transformer, used: number): string {
  const all = used === attentions.length ? `All ${used} blocks` : `The last ${used} of ${attentions.length} blocks`;
  const front = before === 0 ? '' : `; ${before === 1 ? 'the class token is' : `the ${before} tokens in front are`} left out`; // biome-ignore format: one line
  return `${all}; ${tokens} tokens, of which ${shape[1]} × ${shape[2]} have a place${front}.`;
}
