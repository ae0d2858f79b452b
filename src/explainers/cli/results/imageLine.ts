import type {
  Agreement,
  Assessment,
  ClassScore,
  Heatmap,
  ImageAnnotations,
  InputValue,
  MethodComparison,
} from '../../contracts/results.ts';
import type { Sources } from '../../contracts/sources.ts';
import type { InputSweep } from '../../contracts/sweep.ts';
import type { ErrorReport } from '../../errors.ts';

/** The results of one image; its files are relative to the working folder. */
export interface ImageResult {
  readonly image: string;
  readonly scores: readonly ClassScore[];
  /** The values of the model's further inputs, if it has some. */
  readonly inputs?: readonly InputValue[];
  readonly maps?: readonly {
    readonly map: Heatmap;
    readonly npy: string | null;
    readonly png: string | null;
    /** The picture of the best superpixels. */
    readonly best: string | null;
  }[];
  readonly agreement?: readonly Agreement[];
  /** How well several readers agree with each other. */
  readonly readers?: ImageAnnotations['readers'];
  /** If the run requests it. */
  readonly assessment?: readonly Assessment[];
  readonly comparison?: readonly (MethodComparison & { readonly index: number })[];
  readonly sources?: Sources;
  /** The scores for other values of further inputs. */
  readonly sweeps?: readonly InputSweep[];
  readonly error: ErrorReport | null;
}

/**
 * The JSON line of one image on stdout: the same fields in all lines of a run, whatever happened. Scripts rely on their
 * names.
 */
export function imageLine({
  image,
  scores,
  inputs,
  maps = [],
  agreement = [],
  readers = [],
  assessment,
  comparison,
  sources,
  sweeps,
  error,
}: ImageResult): string {
  const line = {
    image,
    scores: scores.map(({ index, label, logit, score, predicted }) => ({ index, label, logit, score, predicted })),
    ...(inputs && { inputs: inputs.map(({ name, text, source }) => ({ name, value: text, source })) }),
    maps: maps.map(({ map: { method, index, label, against, notes, figures }, npy, png, best }) => ({
      method,
      index,
      label,
      ...(against && { against }),
      npy,
      png,
      best,
      notes,
      figures,
    })),
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
    // Curves are in the manifest.
    ...(assessment && {
      assessment: assessment.map(({ method, index, metric, value, reason = null, moved = null, figures, notes }) => ({
        method,
        index,
        metric,
        value,
        reason,
        moved,
        ...(figures && { figures }),
        notes,
      })),
    }),
    ...(comparison && {
      comparison: comparison.map(({ index, methods, metrics }) => ({
        index,
        methods,
        metrics: metrics.map(({ metric, values, reason = null }) => ({ metric, values, reason })),
      })),
    }),
    ...(sources && sourceFields(sources)),
    ...(sweeps && { varied: sweeps }),
    error,
  };
  return `${JSON.stringify(line)}\n`;
}

/**
 * `sources`: the Shapley values; `sourceParts`: what methods give to every part; `sourceTotals`: what they add up to.
 */
export function sourceFields({ shares, baselines }: Sources) {
  const flat = (of: Sources['shares'], named: boolean) =>
    of.flatMap(({ method, index, values }) =>
      values.map(({ input, part, text, value, error }) => ({
        ...(named && { method }),
        index,
        input,
        ...(part !== undefined && { part, text }),
        value,
        ...(error !== undefined && { error }),
      })),
    );
  const shapley = shares.filter(({ method }) => method === 'shapley');
  const others = shares.filter(({ method }) => method !== 'shapley');
  return {
    sources: flat(shapley, false),
    ...(others.length > 0 && { sourceParts: flat(others, true) }),
    sourceTotals: shares.map(({ method, index, logit, baseline, gap, notes }) => ({
      method,
      index,
      logit,
      baseline,
      gap,
      notes,
    })),
    sourceBaselines: baselines,
  };
}
