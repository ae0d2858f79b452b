import { combinedReaders, readerMasks } from '../annotations/match/readers.ts';
import { unionMask } from '../annotations/shapes/rasterize.ts';
import { toImageGrid } from '../contracts/geometry.ts';
import type {
  Agreement,
  AgreementOptions,
  ClassScore,
  Heatmap,
  ImageAnnotation,
  ImageAnnotations,
  MetricInfo,
} from '../contracts/results.ts';
import { ExplainError } from '../errors.ts';
import type { AgreementInput } from '../metrics/metric.ts';
import { metrics } from '../metrics/metrics.ts';
import { didYouMean } from '../suggest.ts';
import { checkOptions, optionsOf } from './agreementOptions.ts';

/** What maps are compared with. */
export interface Compared {
  readonly annotations: readonly ImageAnnotation[];
  readonly states: ImageAnnotations['states'];
  /** Where a cut-off wants them. */
  readonly scores?: readonly ClassScore[];
}

/** How maps are compared: each of the options in turn, by some metrics or all. */
export interface Comparison {
  readonly options: readonly AgreementOptions[];
  readonly metrics?: readonly string[] | undefined;
}

/**
 * How well each map agrees with what is drawn for its class, in the pixels of the original image; one list per options. Maps of classes
 * with nothing drawn are left out, unless the regime counts those that the annotations call absent.
 *
 * @throws ExplainError `usage` for options or metrics that there are none of
 */
export function agreementOf(
  maps: readonly Heatmap[],
  compared: Compared,
  { options, metrics: ids }: Comparison,
): readonly (readonly Agreement[])[] {
  const wanted = ids ? ids.map(metricOf) : metrics;
  options.forEach(checkOptions);
  const lists = options.map((): Agreement[] => []);
  // Map by map, as each one on the image's pixels is large.
  for (const map of maps) {
    const size = map.geometry.image;
    let values: AgreementInput['map'] | undefined;
    const onImage = () => {
      values ??= { dtype: 'float32', shape: size, data: toImageGrid(map.values, map.geometry) };
      return values;
    };
    const shared = new Map<string, readonly (readonly [AgreementInput, Pick<Agreement, 'reader'>])[]>();
    options.forEach((all, i) => {
      const own = optionsOf(map.index, all);
      if (!isCompared(map, compared, own)) return;
      const score = compared.scores?.find(({ index }) => index === map.index)?.score;
      const silent = score !== undefined && score < (own.cutoff ?? 0);
      const readers = own.readers ?? 'union';
      const key = `${readers} ${silent}`;
      const inputs =
        shared.get(key) ??
        drawnBy(readers, compared.annotations, map).map(
          ({ mask, ...reader }) => [{ map: onImage(), mask, silent }, reader] as const,
        );
      shared.set(key, inputs);
      for (const [input, reader] of inputs) {
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

interface Drawn extends Pick<Agreement, 'reader'> {
  readonly mask: AgreementInput['mask'];
}

/** The masks that a map is compared with: one of all readers, or those of the readers who drew the class. */
function drawnBy(
  readers: NonNullable<AgreementOptions['readers']>,
  annotations: readonly ImageAnnotation[],
  { index, geometry }: Heatmap,
): readonly Drawn[] {
  const size = geometry.image;
  const tensor = (data: Uint8Array): AgreementInput['mask'] => ({ dtype: 'uint8', shape: [size[0], size[1]], data });
  const ofClass = annotations.filter((each) => each.index === index && each.shape);
  // What is drawn in nobody's name is everybody's.
  const named = ofClass.length > 0 && ofClass.every(({ reader }) => reader !== undefined);
  if (readers === 'each' && named) {
    return readerMasks(annotations, index, size)
      .filter(({ mask }) => mask.includes(1))
      .map(({ reader, mask }) => ({ reader, mask: tensor(mask) }));
  }
  const combined =
    named && readers !== 'each' && readers !== 'union' ? combinedReaders(annotations, index, size, readers) : null;
  const shapes = ofClass.flatMap(({ shape }) => shape ?? []);
  return [{ mask: combined ? tensor(combined) : unionMask(shapes, size) }];
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

export function metricInfos(): readonly MetricInfo[] {
  return metrics.map(({ id, title, summary, group, better, range, uses }) => ({
    id,
    title,
    summary,
    group,
    better,
    range,
    uses,
  }));
}
