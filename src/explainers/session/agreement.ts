import { unionMask } from '../annotations/rasterize.ts';
import { toImageGrid } from '../images/geometry.ts';
import type { AgreementInput } from '../metrics/metric.ts';
import { metrics } from '../metrics/metrics.ts';
import type { Agreement, AgreementOptions, Heatmap, ImageAnnotation, MetricInfo } from '../results.ts';

/** How well each map agrees with what is drawn for its class, in the pixels of the original image. Maps of classes with nothing drawn are left out. */
export function agreementOf(
  maps: readonly Heatmap[],
  annotations: readonly ImageAnnotation[],
  options: AgreementOptions = {},
  only?: readonly string[],
): readonly Agreement[] {
  return maps.flatMap((map) => {
    const shapes = annotations.flatMap((each) => (each.index === map.index && each.shape ? [each.shape] : []));
    if (shapes.length === 0) return [];
    const size = map.geometry.image;
    const input: AgreementInput = {
      map: { dtype: 'float32', shape: size, data: toImageGrid(map.values, map.geometry) },
      mask: unionMask(shapes, size),
    };
    const wanted = only ? metrics.filter(({ id }) => only.includes(id)) : metrics;
    return wanted.map((metric) => {
      const { value, reason } = metric.compute(input, options);
      return {
        method: map.method,
        index: map.index,
        metric: metric.id,
        value,
        ...(reason !== undefined && { reason }),
        baselines: { wholeImage: metric.wholeImage(input, options), random: metric.random(input, options) },
      };
    });
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
