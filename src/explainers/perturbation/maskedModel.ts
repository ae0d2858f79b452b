import type { Executable } from '../engines/engine.ts';
import { errorReport, throwIfCancelled } from '../errors.ts';
import { inOrder } from '../inOrder.ts';
import { forwardScores } from '../method/forward.ts';
import type { ExplainContext } from '../method/method.ts';
import { float32, int64, type Tensor, type TensorOf } from '../tensor/tensor.ts';
import { alike, trialPlaces } from './batchTrial.ts';
import { type Explained, FILL, MASKS, type MaskShape, maskedGraph, TARGETS } from './maskedGraph.ts';
import { type MaskedSize, maskedRuns } from './memory.ts';
import { runsAhead } from './runsAhead.ts';

export interface MaskedRun extends MaskedSize {
  readonly masks: MaskShape;
  /** Inputs of the mask's shape that are the same in every run, such as the segment map. */
  readonly feeds: ReadonlyMap<string, Tensor>;
  /** The fill of hidden pixels, in the model's input. */
  readonly fill: TensorOf<'float32'>;
  readonly explained: Explained;
  /** Numbers per mask. */
  readonly width: number;
  /** The mask that keeps the whole image; absent: ones. */
  readonly whole?: Float32Array;
}

/** The classes' values for masked versions of one image: one value per mask and target, mask by mask. */
export interface MaskedModel {
  /**
   * Values of the masks 0 … `count` − 1, batch by batch in their order, several batches at the same time. An incomplete
   * batch is padded, so that a run's shape, and with it the engine's arithmetic, is always the same.
   * @param masks returns the masks `start` … `end` − 1, row by row `width` numbers each; called in order
   * @throws ExplainError `cancelled` between two batches
   */
  batches(count: number, masks: (start: number, end: number) => Float32Array): AsyncGenerator<Float32Array>;
  /** The same for existing masks, in one call. */
  run(masks: Float32Array): Promise<Float32Array>;
}

/** Whether the batched graph of an executable was seen to give the model's values. */
const trusted = new WeakSet<Executable>();

/**
 * Compiles the model for masked images, as many at a time as the memory limit allows; one by one if an operator cannot
 * take several.
 */
export async function openMasked(context: ExplainContext, run: MaskedRun): Promise<MaskedModel> {
  const { model, engine } = context;
  const { batch, lanes } = maskedRuns(model, run, engine.lanes, context.batchMemory);
  if (batch > 1) {
    try {
      const masked = await open(context, run, batch, lanes);
      if (await agrees(context, run, masked)) return masked.model;
    } catch (thrown) {
      // Whatever the obstacle to a batch, one image at a time may work.
      if (errorReport(thrown).kind === 'cancelled') throw thrown;
    }
  }
  return (await open(context, run, 1, 1)).model;
}

async function open(context: ExplainContext, run: MaskedRun, batch: number, lanes: number) {
  const { model, targets, signal } = context;
  const { masks, explained, width } = run;
  const executable = await context.compiled(
    `masked ${masks.key} ${explained} ${batch} ${lanes}`,
    () => maskedGraph(model, masks, explained, batch),
    { lanes },
  );
  const fixed: readonly (readonly [string, Tensor])[] = [
    [model.input, context.input],
    [FILL, run.fill],
    [TARGETS, int64(targets)],
    ...run.feeds,
  ];
  const once = async (rows: Float32Array, unwanted: AbortSignal): Promise<Float32Array> => {
    throwIfCancelled(unwanted);
    const filled = new Float32Array(batch * width);
    filled.set(rows);
    const results = await executable.run(new Map([...fixed, [MASKS, float32([batch, width], filled)]]), {
      signal: unwanted,
    });
    return [...results.values()][0]!.data as Float32Array;
  };
  const masked: MaskedModel = {
    batches: (count, masks) =>
      inOrder(
        Math.ceil(count / batch),
        runsAhead(executable),
        async (i, unwanted) => {
          const [start, end] = [i * batch, Math.min(count, (i + 1) * batch)];
          return (await once(masks(start, end), unwanted)).subarray(0, (end - start) * targets.length);
        },
        signal,
      ),
    async run(rows) {
      const count = rows.length / width;
      const values = new Float32Array(count * targets.length);
      let filled = 0;
      for await (const part of masked.batches(count, (start, end) => rows.subarray(start * width, end * width))) {
        values.set(part, filled);
        filled += part.length;
      }
      return values;
    },
  };
  return { model: masked, executable, batch };
}

/**
 * Whether the first and the last image of a batch get the same values as the image alone; checked once per compiled
 * graph, with completely masked images between the two.
 */
async function agrees(
  context: ExplainContext,
  run: MaskedRun,
  { model: masked, executable, batch }: Awaited<ReturnType<typeof open>>,
): Promise<boolean> {
  if (trusted.has(executable)) return true;
  const { targets } = context;
  const whole = run.whole ?? new Float32Array(run.width).fill(1);
  const { logits, scores } = await forwardScores(context);
  const all = run.explained === 'logit' ? logits : scores;
  const alone = targets.map((target) => all[target]!);
  let same = true;
  for (const places of trialPlaces(batch)) {
    const rows = new Float32Array(batch * run.width);
    for (const place of places) rows.set(whole, place * run.width);
    const together = await masked.run(rows);
    same &&= places.every((place) => alike(alone, together.subarray(place * targets.length)));
  }
  if (same) trusted.add(executable);
  return same;
}
