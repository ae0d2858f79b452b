import path from 'node:path';
import type { Finding } from '../contracts/results.ts';
import { csvRecord } from '../csvRecord.ts';
import { type ExportedImage, isMissing, withMissing } from './exportedImage.ts';

const COLUMNS = 'image,class,instead,kind,score,probability,verdict,note,file,line,annotation,message'.split(',');

/** One row per finding and file, with names relative to the folder of the table. */
export function findingsCsv(findings: readonly Finding[], folder: string): string {
  const rows = findings.flatMap((finding) =>
    finding.places.map(({ file, line, annotationId }) => {
      const { image, label, instead, kind, score, probability, verdict, message } = finding;
      const names = [near(image, folder), label, instead?.label, kind, score, probability];
      return [...names, verdict?.verdict ?? 'open', verdict?.note, near(file, folder), line, annotationId, message];
    }),
  );
  return [COLUMNS, ...rows].map((row) => `${csvRecord(row)}\n`).join('');
}

/**
 * COCO: the images with findings and all their labels; `score` is how suspicious a label is, and `finding`, `verdict`
 * say more. A label that is missing is an annotation without a box, and `missing`.
 */
export function cocoWithScores(images: readonly ExportedImage[], folder: string): string {
  const entries = images.map(withMissing);
  const names = new Set(entries.flat().map(({ label }) => label));
  const categories = [...names].map((name, i) => ({ id: i + 1, name }));
  const idOf = new Map(categories.map(({ id, name }) => [name, id]));
  let id = 0;
  const annotations = entries.flatMap((own, i) =>
    own.map(({ label, box, finding }) => ({
      id: ++id,
      image_id: i + 1,
      category_id: idOf.get(label)!,
      ...(box && { bbox: box, area: box[2] * box[3], iscrowd: 0 }),
      ...(isMissing({ finding }) && { missing: true }),
      ...(finding
        ? { score: finding.score, finding: finding.kind, verdict: finding.verdict?.verdict ?? 'open' }
        : { score: 0 }),
    })),
  );
  const listed = images.map(({ path: file, size: [height, width] }, i) => ({
    id: i + 1,
    file_name: near(file, folder),
    width,
    height,
  }));
  return `${JSON.stringify({ images: listed, annotations, categories }, null, 1)}\n`;
}

/** With forward slashes, relative to a folder. */
export function near(file: string, folder: string): string {
  return path.relative(folder, file).split(path.sep).join('/') || file;
}
