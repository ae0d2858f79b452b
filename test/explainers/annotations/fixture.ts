import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { AnnotationFormat, FormatInput } from '../../../src/explainers/annotations/format.ts';
import { type MatchRequest, matchImage } from '../../../src/explainers/annotations/match/match.ts';
import { ImageIndex } from '../../../src/explainers/annotations/match/names.ts';
import type { ReadSegments } from '../../../src/explainers/annotations/segments.ts';
import { rasterize } from '../../../src/explainers/annotations/shapes/rasterize.ts';
import { decodeRuns, runsFromText } from '../../../src/explainers/annotations/shapes/runs.ts';
import { bounds, scaleShape } from '../../../src/explainers/annotations/shapes/shapes.ts';
import type { Size } from '../../../src/explainers/contracts/geometry.ts';
import type { AnnotationFile } from '../../../src/explainers/contracts/labels/annotation.ts';
import type { ImageAnnotations } from '../../../src/explainers/contracts/results.ts';
import { type ErrorReport, errorReport } from '../../../src/explainers/errors.ts';

const ROOT = fileURLToPath(new URL('../../fixtures/annotations/', import.meta.url));

/**
 * A file of test/fixtures/annotations, `coco/files/instances.json`, under that name, with its companions.
 */
export function fixture(name: string): FormatInput {
  if (statSync(ROOT + name).isDirectory()) return listed(name, filesBelow(ROOT + name));
  const folder = `${ROOT}${name.split('/')[0]}/beside`;
  const beside = existsSync(folder) ? readdirSync(folder) : [];
  return {
    path: name,
    bytes: readFileSync(ROOT + name),
    beside: new Map(beside.map((file) => [file, readFileSync(`${folder}/${file}`)])),
  };
}

/** The files below a folder, by their paths with `/`. */
export function filesBelow(folder: string): string[] {
  const below = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  return below.filter((name) => statSync(`${folder}/${name}`).isFile()).sort();
}

/** A folder with such files, as the format of class folders gets it. */
export function listed(path: string, files: readonly string[]): FormatInput {
  return { path, bytes: new TextEncoder().encode(`${files.join('\n')}\n`), folder: true };
}

export function fixtureJson<T>(name: string): T {
  return JSON.parse(readFileSync(ROOT + name, 'utf8')) as T;
}

/** Every file that a format's own tools wrote: `FORMAT/files/NAME`. */
export function fixtures(): string[] {
  return readdirSync(ROOT).flatMap((format) =>
    readdirSync(`${ROOT}${format}/files`).map((name) => `${format}/files/${name}`),
  );
}

export function text(path: string, content: string): FormatInput {
  return { path, bytes: new TextEncoder().encode(content) };
}

/** What the call throws, as data; fails if it throws nothing. */
export function thrown(call: () => unknown): ErrorReport {
  try {
    call();
  } catch (error) {
    return errorReport(error);
  }
  throw new Error('nothing was thrown');
}

/** The share that two masks have in common. */
export function iou(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] && b[i]) both++;
    if (a[i] || b[i]) either++;
  }
  return both / either;
}

interface ExpectedImage {
  readonly image: string;
  readonly size: Size;
  /** `mask`: COCO's compressed run lengths; neither box nor mask: present, not drawn. */
  readonly annotations: readonly {
    readonly label: string;
    readonly reader?: string;
    readonly box?: readonly number[];
    readonly mask?: string;
  }[];
}

/**
 * Parses every fixture that FORMAT/expected.json tells of: the same images and labels, masks with IoU ≥ 0.999, boxes to
 * 1e-3 pixels.
 */
export function expectAsTheTools(format: AnnotationFormat): void {
  for (const [name, images] of Object.entries(
    fixtureJson<Record<string, ExpectedImage[]>>(`${format.id}/expected.json`),
  )) {
    const parsed = format.parse(fixture(`${format.id}/files/${name}`));
    expect(parsed.images.map(({ image }) => image)).toEqual(images.map(({ image }) => image));
    for (const [i, { size, annotations }] of images.entries()) {
      const found = parsed.images[i]!;
      const plain = (list: readonly { label: string; reader?: string }[]) =>
        list.map(({ label, reader }) => (reader === undefined ? [label] : [label, reader]));
      expect([name, found.image, plain(found.annotations)]).toEqual([name, found.image, plain(annotations)]);
      for (const [k, { box, mask, label }] of annotations.entries()) {
        const shape = found.annotations[k]!.shape;
        expect([name, k, label, shape === null]).toEqual([name, k, label, !box && !mask]);
        if (!shape) continue;
        const scaled = scaleShape(shape, found.size ?? size, size);
        if (box) {
          const [left, top, right, bottom] = bounds(scaled);
          for (const [n, v] of [left, top, right - left, bottom - top].entries())
            expect(Math.abs(v - box[n]!)).toBeLessThan(1e-3);
        }
        if (mask)
          expect(iou(rasterize(scaled, size), decodeRuns(runsFromText(mask)!, size))).toBeGreaterThanOrEqual(0.999);
      }
    }
  }
}

/** The error that a file of that format gives; the file is claimed by the format all the same. */
export function expectError(format: AnnotationFormat, file: FormatInput, subject: string, message: string): void {
  const report = thrown(() => format.parse(file));
  expect(report).toMatchObject({ kind: 'annotation', message, subject });
  expect(report.next).toBeTruthy();
}

/** What the files say of an image, as the store has it. */
export function matched(request: MatchRequest, files: readonly AnnotationFile[]): ImageAnnotations {
  const mentions = files.map((file) => {
    const { places, ambiguous } = new ImageIndex(file.images.map(({ image }) => image)).find(request);
    return { ...file, count: file.images.length, images: places.map((place) => file.images[place]!), ambiguous };
  });
  return matchImage(request, mentions);
}

/** No picture of segments is read. */
export const noSegments: ReadSegments = async () => null;
