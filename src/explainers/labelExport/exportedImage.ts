import { bounds } from '../annotations/shapes/shapes.ts';
import type { Size } from '../contracts/geometry.ts';
import type { Finding, ImageAnnotation } from '../contracts/results.ts';

/** An image with findings, and everything that its annotation files say about it. */
export interface ExportedImage {
  readonly path: string;
  readonly size: Size;
  readonly annotations: readonly ImageAnnotation[];
  readonly findings: readonly Finding[];
}

/** One label of an image, and the finding about it. */
export interface ExportedLabel {
  readonly label: string;
  /** Left, top, width and height in pixels; null: of the whole image. */
  readonly box: readonly [number, number, number, number] | null;
  readonly finding: Finding | null;
}

/** The labels of an image, each region and each class once, however many files say it. */
export function labelsOf({ annotations, findings }: ExportedImage): readonly ExportedLabel[] {
  const labels = new Map<string, ExportedLabel>();
  for (const annotation of annotations) {
    const { label, shape, index } = annotation;
    const finding = findings.find(
      (each) => each.kind !== 'unlabelled' && each.index === index && isAbout(each, annotation),
    );
    const [left, top, right, bottom] = shape ? bounds(shape) : [0, 0, 0, 0];
    const box = shape ? ([left, top, right - left, bottom - top] as const) : null;
    const key = JSON.stringify([index ?? label, box?.map((value) => Math.round(value))]);
    const known = labels.get(key);
    if (!known || (!known.finding && finding)) labels.set(key, { label, box, finding: finding ?? null });
  }
  return [...labels.values()];
}

/** The labels of an image, then those that the model misses: they have no annotation yet, so no box. */
export function withMissing(image: ExportedImage): readonly ExportedLabel[] {
  const missing = image.findings.filter((finding) => isMissing({ finding }));
  return [...labelsOf(image), ...missing.map((finding) => ({ label: finding.label, box: null, finding }))];
}

export function isMissing({ finding }: Pick<ExportedLabel, 'finding'>): boolean {
  return finding?.kind === 'unlabelled';
}

function isAbout({ places }: Finding, { file, id, line }: ImageAnnotation): boolean {
  return places.some(
    (place) =>
      place.file === file && (place.annotationId === (id ?? null) || (place.line !== null && place.line === line)),
  );
}
