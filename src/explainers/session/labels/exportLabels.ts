import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { FormatInput } from '../../annotations/format.ts';
import type { Call } from '../../contracts/call.ts';
import type { FixRequest } from '../../contracts/labels/fix.ts';
import type { LabelExported, LabelExportRequest } from '../../contracts/labels/labelExport.ts';
import type { Finding, ImageAnnotations } from '../../contracts/results.ts';
import { csvRecord } from '../../csvRecord.ts';
import { ExplainError, errorReport, throwIfCancelled } from '../../errors.ts';
import { commonFolder } from '../../files/commonFolder.ts';
import { diskError } from '../../files/diskError.ts';
import type { Reach } from '../../files/reach.ts';
import { writeWhole } from '../../files/writeWhole.ts';
import { changeOf } from '../../labelExport/chosenChange.ts';
import type { ExportedImage } from '../../labelExport/exportedImage.ts';
import { fiftyoneLabels } from '../../labelExport/fiftyone.ts';
import { labelStudioTasks } from '../../labelExport/labelStudio.ts';
import { cocoWithScores, findingsCsv, near } from '../../labelExport/tables.ts';
import { append } from '../../lists.ts';
import type { OpenImage } from '../openImages.ts';
import { type Classes, fixIn, readForFix } from './planFix.ts';

/** What the export needs from the session. */
export interface ExportTools {
  readonly classes: Classes;
  /** Null: there are only predictions. */
  readonly modelSha256: string | null;
  readonly reach: Reach;
  image(path: string): Promise<OpenImage>;
  annotations(image: string): Promise<ImageAnnotations>;
}

/** Writes labels and findings for people and other tools. Throws `usage` for a file that cannot be written. */
export async function exportLabels(
  request: LabelExportRequest,
  tools: ExportTools,
  call: Call,
): Promise<LabelExported> {
  const { as, out, findings } = request;
  if (as === 'corrected') return corrected(request, tools, call);
  const problems: string[] = [];
  const folder = path.dirname(out);
  if (as === 'csv') return written(out, findingsCsv(findings, folder), problems);
  const images = await imagesOf(findings, tools, problems, call);
  const text = {
    coco: () => cocoWithScores(images, folder),
    labelStudio: () => labelStudioTasks(images, tools.modelSha256),
    fiftyone: () => fiftyoneLabels(images),
  }[as]();
  return written(out, text, problems);
}

async function written(file: string, text: string | Uint8Array, problems: readonly string[]): Promise<LabelExported> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeWhole(file, text);
  } catch (thrown) {
    throw diskError(thrown, file, 'The export', 'choose another folder');
  }
  return { files: [file], problems };
}

async function imagesOf(
  findings: readonly Finding[],
  tools: ExportTools,
  problems: string[],
  { signal }: Call,
): Promise<readonly ExportedImage[]> {
  const byImage = new Map<string, Finding[]>();
  for (const finding of findings) byImage.set(finding.image, [...(byImage.get(finding.image) ?? []), finding]);
  const images: ExportedImage[] = [];
  for (const [file, own] of byImage) {
    throwIfCancelled(signal);
    try {
      const { image } = await tools.image(file);
      const { annotations } = await tools.annotations(file);
      images.push({ path: file, size: image.size, annotations, findings: own });
    } catch (thrown) {
      problems.push(problemText(thrown, file));
    }
  }
  return images;
}

/** Copies of the annotation files in a folder, each with the fixes of its labels that were judged wrong. */
async function corrected(
  { findings, out }: LabelExportRequest,
  tools: ExportTools,
  { signal }: Call,
): Promise<LabelExported> {
  const problems: string[] = [];
  const byFile = new Map<
    string,
    { readonly finding: Finding; readonly line: number | null; readonly annotationId: string | null }[]
  >();
  for (const finding of findings.filter(({ verdict }) => verdict?.verdict === 'wrong'))
    for (const { file, line, annotationId } of finding.places)
      byFile.set(file, [...(byFile.get(file) ?? []), { finding, line, annotationId }]);
  const files: string[] = [];
  if (byFile.size === 0) return { files, problems };
  const root = commonFolder([...byFile.keys()]);
  for (const [file, places] of byFile) {
    let input: FormatInput = await readForFix(file, tools.reach);
    const moves: [string, string][] = [];
    let done = 0;
    // From the end: what was changed before moves no line that is still to be changed.
    for (const { finding, line, annotationId } of [...places].sort((a, b) => (b.line ?? 0) - (a.line ?? 0))) {
      throwIfCancelled(signal);
      const change = changeOf(finding);
      try {
        if (!change) throw needsPerson(finding);
        const label = change.kind === 'add' ? null : { index: finding.index, line, annotationId };
        const fix: FixRequest = { image: finding.image, file, label, change };
        const fixed = await fixIn(input, tools.classes, await tools.image(finding.image), fix);
        if ('to' in fixed) moves.push([near(fixed.from, file), near(fixed.to, file)]);
        else input = { ...input, bytes: fixed.after };
        done++;
      } catch (thrown) {
        problems.push(problemText(thrown, `${file}${line === null ? '' : `:${line}`}`));
      }
    }
    if (done === 0) continue;
    const target = path.join(out, path.relative(root, file) || path.basename(file));
    if (byFile.has(target)) throw over(target);
    if (moves.length > 0) {
      const list = [['from', 'to'], ...moves].map((row) => `${csvRecord(row)}\n`).join('');
      append(files, (await written(`${target}.moves.csv`, list, [])).files);
    } else append(files, (await written(target, input.bytes, [])).files);
  }
  return { files, problems };
}

/** The annotation files themselves are only changed by a person's confirmed fix. */
function over(file: string): ExplainError {
  const next = 'Choose another folder.';
  return new ExplainError({
    kind: 'usage',
    message: 'The copy would replace the annotation file itself.',
    subject: file,
    next,
  });
}

function needsPerson({ kind, image }: Finding): ExplainError {
  return new ExplainError({
    kind: 'annotation',
    message: `Only a person can say what is right instead of this label (${kind}).`,
    subject: image,
    next: 'Use Fix Label in VS Code.',
  });
}

function problemText(thrown: unknown, where: string): string {
  const { kind, message, next } = errorReport(thrown);
  if (kind === 'internal' || kind === 'cancelled') throw thrown;
  return [`${where}: ${message}`, next].filter(Boolean).join(' ');
}
