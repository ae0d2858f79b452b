import { unionMask } from '../annotations/rasterize.ts';
import { toImageGrid } from '../images/geometry.ts';
import { metrics } from '../metrics/metrics.ts';
import type { Agreement, Heatmap, ImageAnnotation, MetricInfo } from '../results.ts';

/** How well each map agrees with what is drawn for its class, in the pixels of the original image. Maps of classes with nothing drawn are left out. */
export function agreementOf(maps: readonly Heatmap[], annotations: readonly ImageAnnotation[]): readonly Agreement[] {
  return maps.flatMap((map) => {
    const shapes = annotations.flatMap((each) => (each.index === map.index && each.shape ? [each.shape] : []));
    if (shapes.length === 0) return [];
    const size = map.geometry.image;
    const input = {
      map: { dtype: 'float32', shape: size, data: toImageGrid(map.values, map.geometry) } as const,
      mask: unionMask(shapes, size),
    };
    return metrics.map((metric) => {
      const measured = metric.compute(input);
      return {
        method: map.method,
        index: map.index,
        metric: metric.id,
        value: measured.value,
        ...(measured.value === null && { reason: measured.reason }),
        uninformed: metric.uninformed(input).value,
      };
    });
  });
}

export function metricInfos(): readonly MetricInfo[] {
  return metrics.map(({ id, title, summary, better, range }) => ({ id, title, summary, better, range }));
}
