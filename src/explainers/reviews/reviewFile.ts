import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ReviewRequest, Verdict } from '../contracts/results.ts';
import { ExplainError } from '../errors.ts';
import { diskError } from '../files/diskError.ts';
import { openFileToAppend, readWholeFile, TooLarge } from '../files/plainFile.ts';
import { isRecord } from '../tables.ts';

/** Longer notes are cut, so that an editor can show each line of the file. */
const MAX_NOTE = 10_000;
const LINE_END = 10;
/** Lines that are read in some milliseconds. */
const TURN = 2000;
/** A longer file is not a list of verdicts. */
const MAX_BYTES = 256 * 2 ** 20;
const NEWLINE = 0x0a;
const VERDICTS = ['right', 'wrong', 'unsure', 'open'] as const satisfies readonly Verdict['verdict'][];

/** The file for the verdicts on an annotation file's labels. */
export function reviewFileOf(annotations: string): string {
  return `${annotations}.review.jsonl`;
}

/** Identifies the subject of a verdict; `image` is in the form that the review file uses. */
export function verdictKey({
  image,
  class: label,
  annotationId,
  finding,
}: Pick<Verdict, 'image' | 'class' | 'annotationId' | 'finding'>): string {
  return JSON.stringify([image, label, annotationId, finding]);
}

/** The name of the image in the review file next to an annotation file: the same on every machine that has both. */
export function reviewedImage(annotations: string, image: string): string {
  const relative = path.relative(path.dirname(annotations), image);
  return (relative === '' ? image : relative).split(path.sep).join('/');
}

/**
 * The verdicts on an annotation file's labels, the last for each key, in the order of their keys' first lines. None if
 * there is no file.
 */
export async function readVerdicts(annotations: string): Promise<ReadonlyMap<string, Verdict>> {
  const bytes = await readWholeFile(reviewFileOf(annotations), MAX_BYTES).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return Buffer.alloc(0);
    throw unusable(annotations, thrown instanceof TooLarge ? new Error('it is too large') : thrown);
  });
  const verdicts = new Map<string, Verdict>();
  for (let from = 0, lines = 1; from < bytes.length; lines++) {
    const end = bytes.indexOf(LINE_END, from);
    const to = end < 0 ? bytes.length : end;
    const verdict = parseLine(bytes.toString('utf8', from, to));
    if (verdict) verdicts.set(verdictKey(verdict), verdict);
    from = to + 1;
    // A file of many lines lets other requests have their turn.
    if (lines % TURN === 0) await setImmediate();
  }
  return verdicts;
}

/**
 * Adds a verdict at the end of the review file of each of the finding's places, and waits until it is on the disk. An
 * incomplete line left by a crash is not changed; the new line begins after it on its own line. The annotation files
 * are never written. Returns the verdict on each place.
 * @throws ExplainError `usage` for a file that cannot be written; those of the other places have the verdict
 */
export async function appendVerdicts(request: ReviewRequest, time = new Date()): Promise<readonly Verdict[]> {
  const { finding, verdict, note = '', modelSha256 = null, settings = {} } = request;
  const verdicts = finding.places.map(
    ({ file, annotationId }): Verdict => ({
      time: time.toISOString(),
      image: reviewedImage(file, finding.image),
      class: finding.label,
      annotationId,
      finding: finding.kind,
      verdict,
      note: note.slice(0, MAX_NOTE),
      modelSha256,
      settings,
    }),
  );
  const refused: unknown[] = [];
  for (const [i, { file }] of finding.places.entries()) {
    await append(reviewFileOf(file), verdicts[i]!).catch((thrown: unknown) => refused.push(thrown));
  }
  if (refused.length > 0) throw refused[0];
  return verdicts;
}

async function append(file: string, line: Verdict): Promise<void> {
  try {
    const handle = await openFileToAppend(file);
    try {
      const { size } = await handle.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await handle.read(last, 0, 1, size - 1);
      // A single write, so that two processes that append at once do not mix their lines.
      await handle.appendFile(`${size > 0 && last[0] !== NEWLINE ? '\n' : ''}${JSON.stringify(line)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    throw diskError(thrown, file, 'The review file', 'move the annotation file to a writable folder');
  }
}

/** A line's verdict; null for an empty, incomplete or foreign one. */
function parseLine(line: string): Verdict | null {
  if (!line.trim().startsWith('{')) return null;
  let value: Partial<Record<keyof Verdict, unknown>>;
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    return null;
  }
  const text = (key: keyof Verdict) => typeof value[key] === 'string';
  if (!text('image') || !text('class') || !text('finding')) return null;
  const said = VERDICTS.find((each) => each === value.verdict);
  if (said === undefined) return null;
  const id = value.annotationId;
  return {
    time: text('time') ? (value.time as string) : '',
    image: value.image as string,
    class: value.class as string,
    annotationId: typeof id === 'string' ? id : typeof id === 'number' ? String(id) : null,
    finding: value.finding as Verdict['finding'],
    verdict: said,
    note: text('note') ? (value.note as string) : '',
    modelSha256: text('modelSha256') ? (value.modelSha256 as string) : null,
    settings: isRecord(value.settings) ? value.settings : {},
  };
}

function unusable(annotations: string, thrown: Error): ExplainError {
  return new ExplainError({
    kind: 'usage',
    message: `The review file cannot be used: ${thrown.message}.`,
    subject: reviewFileOf(annotations),
    next: 'Verdicts are stored next to the annotation file, so its folder must be writable.',
  });
}
