import { throwIfCancelled } from '../errors.ts';
import { compileForward } from '../method/forward.ts';
import type { ExplainContext } from '../method/method.ts';
import { INPAINTERS } from '../numerics/inpaint.ts';
import { DefaultRng } from '../numerics/randomPcg64.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import { fillOf, fillParameter, pixelsOf } from './fill.ts';
import { inpainted } from './inpainted.ts';

/** A region on the grid of the model's input: [h · w], 1 inside. */
export type Region = Uint8Array;

const INPAINT = 'inpaint';

/** The parameter that says what a hidden region becomes. */
export function hideParameter(fallback: string) {
  const fill = fillParameter(fallback, false);
  return {
    ...fill,
    suggestions: [INPAINT, ...(fill.suggestions as readonly string[])],
    about: fill.about.replace(
      /^What hidden pixels become:/,
      `What hidden pixels become: ${INPAINT} (filled in from the pixels around them, by Telea’s method),`,
    ),
  } as const;
}

/**
 * What makes an image without some of its pixels.
 * @throws ExplainError `usage` for an unknown name
 */
export function hiding(
  context: Pick<ExplainContext, 'model' | 'input' | 'pixelRange'>,
  name: string,
  subject: string,
): (hidden: Region) => TensorOf<'float32'> {
  const { input } = context;
  const { channels, at } = pixelsOf(context);
  const each = (hidden: Region, put: (element: number, isHidden: boolean) => void) => {
    for (let i = 0; i < hidden.length; i++) for (let c = 0; c < channels; c++) put(at(c, i), hidden[i] === 1);
  };
  if (name.trim() === INPAINT) {
    return (hidden) => {
      const kept = new Float32Array(input.data.length);
      each(hidden, (element, isHidden) => {
        kept[element] = isHidden ? 0 : 1;
      });
      return { ...input, data: inpainted(context, kept, INPAINTERS['inpaint_telea']!) };
    };
  }
  const fill = fillOf(context, name, subject);
  return (hidden) => {
    const data = input.data.slice();
    each(hidden, (element, isHidden) => {
      if (isHidden) data[element] = fill.data[element]!;
    });
    return { ...input, data };
  };
}

/** Everything but a region. */
export const outside = (region: Region): Region => region.map((inside) => 1 - inside);

export const areaOf = (region: Region): number => region.reduce((sum, inside) => sum + inside, 0);

/** How much of a control may lie in the region itself, if there is room elsewhere. */
const OVERLAP = 0.25;
const TRIES = 40;

/**
 * Regions of the same size and shape at random places, wholly in the image: the region moved. Fewer or none if there is
 * hardly another place for it.
 */
export function movedRegions(
  region: Region,
  [height, width]: readonly [number, number],
  count: number,
  seed: number,
): readonly Region[] {
  const random = new DefaultRng(seed);
  let [top, left, bottom, right] = [height, width, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (region[y * width + x] !== 1) continue;
      [top, left] = [Math.min(top, y), Math.min(left, x)];
      [bottom, right] = [Math.max(bottom, y), Math.max(right, x)];
    }
  }
  if (bottom < 0) return [];
  const rooms = [height - (bottom - top), width - (right - left)] as const;
  if (rooms[0] * rooms[1] < 2) return [];
  const area = areaOf(region);
  const move = (down: number, across: number): Region => {
    const moved = new Uint8Array(region.length);
    for (let y = top; y <= bottom; y++)
      for (let x = left; x <= right; x++) moved[(y + down) * width + x + across] = region[y * width + x]!;
    return moved;
  };
  const found: Region[] = [];
  for (let k = 0; k < count; k++) {
    let best: { readonly moved: Region; readonly overlap: number } | null = null;
    for (let attempt = 0; attempt < TRIES && (best === null || best.overlap > OVERLAP); attempt++) {
      const [down, across] = [random.integer(0, rooms[0]) - top, random.integer(0, rooms[1]) - left];
      if (down === 0 && across === 0) continue;
      const moved = move(down, across);
      const overlap = moved.reduce((sum, inside, i) => sum + (inside & region[i]!), 0) / area;
      if (best === null || overlap < best.overlap) best = { moved, overlap };
    }
    if (best) found.push(best.moved);
  }
  return found;
}

/** The scores and logits of all classes for changed images, one after another. */
export async function changedScores(
  { model, compiled, signal }: Pick<ExplainContext, 'model' | 'compiled' | 'signal'>,
  images: readonly (() => TensorOf<'float32'>)[],
  progress: (fraction: number) => void = () => {},
): Promise<readonly { readonly logits: Float32Array; readonly scores: Float32Array }[]> {
  const executable = await compileForward({ model, compiled });
  const found: { logits: Float32Array; scores: Float32Array }[] = [];
  for (const [i, image] of images.entries()) {
    throwIfCancelled(signal);
    const results = await executable.run(new Map([[model.input, image()]]), { signal });
    const data = (name: string) => (results.get(name) as TensorOf<'float32'>).data.slice();
    found.push({ logits: data(model.logits), scores: data(model.scores) });
    progress((i + 1) / images.length);
  }
  return found;
}
