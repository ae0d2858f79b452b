import { liveBytes } from '../../graph/liveBytes.ts';
import { prune } from '../../graph/rewrite.ts';
import { lanesFor } from '../../perturbation/lanes.ts';
import type { OpenModel } from '../models/openModels.ts';

/** More images at the same time would take memory for little. */
const MOST = 4;

/**
 * A model for the scores of many images: several runs at the same time, on threads of their own with their part of the
 * cores each. One run after the other would hold up the thread that prepares the next images. Null: there is one core,
 * or no memory for further copies of the weights.
 */
export function inLanes(open: OpenModel): { readonly model: OpenModel; readonly lanes: number } | null {
  const { engine, model } = open;
  const run = liveBytes(prune({ ...model.graph, outputs: [model.logits, model.scores] }))(new Map()).bytes;
  const bound = open.batchMemory() ?? 0;
  const [runs, work] = [MOST, Number.POSITIVE_INFINITY];
  const lanes = lanesFor(model.graph, { most: engine.lanes, runs, work, run, bound });
  if (lanes === 1) return null;
  const compiled: OpenModel['compiled'] = (key, make, options) =>
    open.compiled(`${key}, in lanes`, make, { ...options, lanes });
  return { model: { ...open, compiled }, lanes };
}
