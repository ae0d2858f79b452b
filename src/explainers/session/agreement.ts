import type {
  Agreement,
  AgreementOptions,
  ClassScore,
  Heatmap,
  ImageAnnotation,
  ImageAnnotations,
} from '../contracts/results.ts';
import { ExplainError } from '../errors.ts';
import { metrics } from '../metrics/metrics.ts';
import { didYouMean } from '../suggest.ts';
import { checkOptions, optionsOf } from './agreementOptions.ts';
import type { ComparedMaps } from './maps/comparedMaps.ts';

/** What maps are compared with. */
export interface Compared {
  /** Identifies these annotations; others have another id. */
  readonly id: number;
  readonly annotations: readonly ImageAnnotation[];
  readonly states: ImageAnnotations['states'];
  /** If a cut-off needs them. */
  readonly scores?: readonly ClassScore[];
}

/** How maps are compared: with each of the options in turn, by some metrics or all. */
export interface Comparison {
  readonly options: readonly AgreementOptions[];
  readonly metrics?: readonly string[] | undefined;
}

/**
 * How well each map agrees with the drawn regions of its class, in the pixels of the original image; one list per
 * options. Maps of classes without drawn regions are left out, unless the regime counts those that the annotations call
 * absent.
 * @throws ExplainError `usage` for invalid options or unknown metrics
 */
export function agreementOf(
  maps: readonly Heatmap[],
  compared: Compared,
  { options, metrics: ids }: Comparison,
  onImage: ComparedMaps,
): readonly (readonly Agreement[])[] {
  const wanted = ids ? ids.map(metricOf) : metrics;
  options.forEach(checkOptions);
  const lists = options.map((): Agreement[] => []);
  // Map by map, because each one on the image's pixels is large.
  for (const map of maps) {
    options.forEach((all, i) => {
      const own = optionsOf(map.index, all);
      if (!isCompared(map, compared, own)) return;
      const score = compared.scores?.find(({ index }) => index === map.index)?.score;
      const silent = score !== undefined && score < (own.cutoff ?? 0);
      for (const [input, reader] of onImage.of(
        map,
        compared.id,
        compared.annotations,
        own.readers ?? 'union',
        silent,
      )) {
        for (const metric of wanted) {
          const { value, reason } = metric.compute(input, own);
          lists[i]!.push({
            method: map.method,
            index: map.index,
            metric: metric.id,
            value,
            ...reader,
            ...(reason !== undefined && { reason }),
            baselines: { wholeImage: metric.wholeImage(input, own), random: metric.random(input, own) },
          });
        }
      }
    });
  }
  return lists;
}

function isCompared({ index }: Heatmap, { states }: Compared, { regime }: AgreementOptions): boolean {
  return states[index] === 'drawn' || (regime === 'all' && states[index] === 'absent');
}

function metricOf(id: string) {
  const metric = metrics.find((each) => each.id === id);
  if (metric) return metric;
  const known = metrics.map((each) => each.id);
  throw new ExplainError({
    kind: 'usage',
    message: `There is no metric of agreement '${id}'.${didYouMean(id, known)}`,
    subject: 'metric',
    next: `Metrics: ${known.join(', ')}.`,
  });
}
