import type { Call } from '../contracts/call.ts';
import type { AnyParameters } from '../contracts/parameters.ts';
import type { Assessment, AssessRequest, ImageAnnotations } from '../contracts/results.ts';
import { ExplainError, throwIfCancelled } from '../errors.ts';
import type { AssessedMap, AssessmentContext, Changed } from '../faithfulness/assessment.ts';
import { assessments } from '../faithfulness/assessments.ts';
import { resolveParameters } from '../method/parameterValues.ts';
import { didYouMean } from '../suggest.ts';
import { own } from '../tables.ts';
import { drawnRegions } from './drawnRegions.ts';
import { explainContext, resolveRun, summed } from './explainImage.ts';
import type { WholeMaps } from './maps/namedMaps.ts';
import type { OpenModel } from './models/openModels.ts';
import type { OpenImage, OpenImages } from './openImages.ts';

/** How faithful one method's maps are, by each of the metrics, for some classes. */
export async function assessMaps(
  open: OpenModel,
  image: OpenImage,
  images: OpenImages,
  request: AssessRequest,
  wholeMaps: WholeMaps,
  lookUp: () => Promise<ImageAnnotations>,
  call: Call,
): Promise<readonly Assessment[]> {
  const { method, parameters } = resolveRun(open, request);
  const metrics = metricsOf(request);
  if (request.classes.length === 0 || metrics.length === 0) return [];
  const { card } = open;
  open.checkMemory();
  const { input, geometry } = images.prepare(image, card.input);
  const regions = metrics.some(({ metric }) => metric.regions)
    ? drawnRegions(await lookUp(), request.classes, geometry)
    : [];
  const run = explainContext(open, request, input, call);
  const progress = (title: string, fraction: number | null) =>
    call.onProgress?.({ stage: 'assess', message: `${title} of ${method.title}`, fraction });
  // `stop` ends a map early, but a complete map is assessed.
  const maps = await wholeMaps(request, parameters, {
    ...(call.signal && { signal: call.signal }),
    onProgress: ({ message }) => call.onProgress?.({ stage: 'assess', message, fraction: 0 }),
  });
  const explain = async ({ input: changed, ...rest }: Changed): Promise<readonly AssessedMap[]> => {
    throwIfCancelled(call.signal);
    const context = explainContext(open, request, changed ?? input, call);
    const segments = (text: string) => images.segments(image, card, text, changed);
    const made = await method.explain({ ...context, ...rest, segments }, parameters);
    return made.map((map) => ({ target: map.target, ...summed(map) }));
  };
  const results: Assessment[] = [];
  for (const [i, { metric, values }] of metrics.entries()) {
    progress(metric.title, i / metrics.length);
    const context: AssessmentContext = {
      run: { ...run, segments: (text) => images.segments(image, card, text) },
      maps: maps.map((map) => ({ ...map, target: map.index })),
      regions,
      explain,
      progress: (fraction) => progress(metric.title, (i + fraction) / metrics.length),
    };
    const assessed = await metric.compute(context, values as never);
    throwIfCancelled(call.signal);
    for (const [k, { value, reason, curve, notes, moved, figures }] of assessed.entries()) {
      results.push({
        method: method.id,
        index: request.classes[k]!,
        metric: metric.id,
        value,
        ...(reason !== undefined && { reason }),
        ...(curve && { curve }),
        ...(moved !== undefined && { moved }),
        ...(figures && { figures }),
        notes,
      });
    }
  }
  return results;
}

/** The metrics of a request with the values of their parameters. */
function metricsOf(request: Pick<AssessRequest, 'metrics' | 'metricParameters'>) {
  return request.metrics.map((id) => {
    const metric = assessments.get(id);
    if (!metric) throw unknownMetric(id);
    return { metric, values: resolveParameters(metric, own(request.metricParameters, id) ?? {}) };
  });
}

/** The parameters that `assess` would run a metric with. Throws `usage`. */
export function resolveAssessment(id: string, given: AnyParameters = {}): AnyParameters {
  return metricsOf({ metrics: [id], metricParameters: { [id]: given } })[0]!.values;
}

function unknownMetric(id: string): ExplainError {
  const known = [...assessments.keys()];
  return new ExplainError({
    kind: 'usage',
    message: `No map can be assessed by '${id}'.${didYouMean(id, known)}`,
    subject: 'metric',
    next: `Metrics of assess: ${known.join(', ')}.`,
  });
}
