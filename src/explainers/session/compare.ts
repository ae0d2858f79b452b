import { matricesOf, TOP_SHARE } from '../comparison/comparisons.ts';
import type { Call } from '../contracts/call.ts';
import type { CompareRequest, Heatmap, MethodComparison } from '../contracts/results.ts';
import { type ErrorReport, ExplainError, errorReport } from '../errors.ts';
import { resolveRun } from './explainImage.ts';
import type { WholeMaps } from './maps/namedMaps.ts';
import type { OpenModel } from './models/openModels.ts';

/** How similar several methods' maps of one class are, on the grid of the model's input. */
export async function compareMethods(
  open: OpenModel,
  request: CompareRequest,
  wholeMaps: WholeMaps,
  call: Call,
): Promise<MethodComparison> {
  const { index, methods, seed, topShare = TOP_SHARE } = request;
  if (!(topShare > 0 && topShare <= 1)) throw wrongShare(topShare);
  const maps: (Heatmap | null)[] = [];
  const failures: { method: string; error: ErrorReport }[] = [];
  for (const [i, { id, parameters = {} }] of methods.entries()) {
    const progress = (message: string, fraction: number) =>
      call.onProgress?.({ stage: 'compare', message, fraction: (i + fraction) / methods.length });
    const one = { ...request, method: id, parameters, classes: [index], ...(seed !== undefined && { seed }) };
    try {
      const resolved = resolveRun(open, one).parameters;
      const [map] = await wholeMaps(one, resolved, {
        ...(call.signal && { signal: call.signal }),
        onProgress: ({ message, fraction }) => progress(message, fraction ?? 0),
      });
      maps.push(map!);
    } catch (thrown) {
      const error = errorReport(thrown);
      // Invalid requests are errors; a limitation of this model or image only leaves a gap.
      if (error.kind === 'cancelled' || error.kind === 'usage' || error.kind === 'internal') throw thrown;
      maps.push(null);
      failures.push({ method: id, error });
    }
  }
  return { methods: methods.map(({ id }) => id), metrics: matricesOf(maps, { topShare }), failures };
}

const wrongShare = (share: number) =>
  new ExplainError({
    kind: 'usage',
    message: `The share of the strongest pixels must be above 0 and at most 1, not ${share}.`,
    subject: 'topShare',
    next: 'Leave it out for a twentieth of the pixels.',
  });
