import type { ErrorReport } from '../errors.ts';
import type { Agreement, ClassScore, Heatmap, ImageAnnotations } from '../results.ts';

/** What came of one image; its files as one would name them from the working folder. */
export interface ImageResult {
  readonly image: string;
  readonly scores: readonly ClassScore[];
  readonly maps?: readonly { readonly map: Heatmap; readonly npy: string | null; readonly png: string | null }[];
  readonly agreement?: readonly Agreement[];
  /** How well several readers agree with each other. */
  readonly readers?: ImageAnnotations['readers'];
  readonly error: ErrorReport | null;
}

/** The JSON line of one image on stdout: the same fields whatever happened. Scripts rely on their names. */
export function imageLine({ image, scores, maps = [], agreement = [], readers = [], error }: ImageResult): string {
  const line = {
    image,
    scores: scores.map(({ index, label, logit, score, predicted }) => ({ index, label, logit, score, predicted })),
    maps: maps.map(({ map: { method, index, label, notes }, npy, png }) => ({ method, index, label, npy, png, notes })),
    agreement: agreement.map(({ method, index, metric, value, reader, reason = null, baselines = null }) => ({
      method,
      index,
      metric,
      value,
      ...(reader !== undefined && { reader }),
      reason,
      baselines,
    })),
    ...(readers.length > 0 && { readers }),
    error,
  };
  return `${JSON.stringify(line)}\n`;
}
