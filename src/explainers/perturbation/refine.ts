import type { ExplainContext, ExplanationMap } from '../method/method.ts';
import type { MaskedModel } from './maskedModel.ts';
import { looksAt, STABLE, stableNote } from './stability.ts';

/** A run over many masks whose result improves with each. */
export interface Refinement {
  /** Masks in all. */
  readonly count: number;
  /** Masks `start` … `end` − 1, row by row. */
  masks(start: number, end: number): Float32Array;
  /** The maps after the first `count` values; `stable` is Spearman's correlation of two halves, per class, if known. */
  maps(values: Float32Array, count: number): Estimate;
  /** Whether to end when the map is stable. */
  readonly stopWhenStable: boolean;
}

export interface Estimate {
  readonly maps: readonly ExplanationMap[];
  /** Rank correlation between the maps of two halves of the samples, the lowest of all classes; null: unknown. */
  readonly stability: number | null;
}

export interface Refined {
  readonly maps: readonly ExplanationMap[];
  /** Masks behind the maps. */
  readonly used: number;
}

/**
 * Runs masks batch by batch, and shows the map after each tenth of them and once before. Ends early if the map is
 * stable (if requested) or the user stops. The looks at the map do not depend on the size of a batch.
 * @throws ExplainError `cancelled`
 */
export async function refine(context: ExplainContext, model: MaskedModel, run: Refinement): Promise<Refined> {
  const { count } = run;
  const k = context.targets.length;
  const values = new Float32Array(count * k);
  const looks = looksAt(count);
  let done = 0;
  let look = 0;
  for await (const part of model.batches(count, run.masks)) {
    values.set(part, done * k);
    done += part.length / k;
    if (context.stop?.aborted) {
      const { maps } = run.maps(values.subarray(0, done * k), done);
      return { maps: maps.map((map) => ({ ...map, notes: [...map.notes, stopped(done, count)] })), used: done };
    }
    let shown: readonly ExplanationMap[] | undefined;
    // A look that falls within this batch is taken at its own position, so that it sees the same samples in any batch.
    for (; done < count && look < looks.length && looks[look]! <= done; look++) {
      const used = looks[look]!;
      const estimate = run.maps(values.subarray(0, used * k), used);
      shown = estimate.maps;
      if (run.stopWhenStable && estimate.stability !== null && estimate.stability >= STABLE) {
        const note = stableNote(used, count, estimate.stability);
        return { maps: shown.map((map) => ({ ...map, notes: [...map.notes, note] })), used };
      }
    }
    context.progress(done / count, shown);
  }
  return { maps: run.maps(values, count).maps, used: count };
}

const stopped = (done: number, count: number) =>
  `Stopped by you after ${done} of ${count} samples; this is a first estimate.`;
