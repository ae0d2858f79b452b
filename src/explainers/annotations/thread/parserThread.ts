import { basename } from 'node:path';
import type { AnnotationFile } from '../../contracts/labels/annotation.ts';
import { ExplainError } from '../../errors.ts';
import { WorkThreads } from '../../images/thread/workThreads.ts';
import { pngSize } from '../files/png.ts';
import type { AnnotationFormat, FormatInput } from '../format.ts';
import { PROGRAM } from '../generated/parserProgram.ts';
import type { ReadSegments, SegmentRuns } from '../segments.ts';
import { Joined } from './parts.ts';
import type { ParseAnswer, ParsePart } from './tasks.ts';

/** The time limit, in milliseconds: for any file, for each MiB of it, and for each million pixels of a PNG. */
const BASE = 20_000;
const PER_MIB = 2000;
const PER_MEGAPIXEL = 1000;

/** Smaller files without masks are parsed at once, in some milliseconds. */
const SMALL = 2 ** 17;

/** Files that are parsed at once; a file that takes long leaves one thread for the others. */
const MOST = 2;

const threads = new WorkThreads(PROGRAM, MOST);

function limitOf(bytes: Uint8Array): number {
  const [height, width] = pngSize(bytes) ?? [0, 0];
  return BASE + (PER_MIB * bytes.length) / 2 ** 20 + (PER_MEGAPIXEL * height * width) / 1e6;
}

/** A file as its format reads it, on a separate thread where that may take long. */
export async function parsed(format: AnnotationFormat, file: FormatInput): Promise<AnnotationFile> {
  return format.masks || file.bytes.length >= SMALL ? parsedOnThread(format, file) : format.parse(file);
}

/** @throws ExplainError `annotation` if it takes longer than the limit, and what the format throws */
export async function parsedOnThread(
  format: AnnotationFormat,
  file: FormatInput,
  limit = limitOf(file.bytes),
): Promise<AnnotationFile> {
  const joined = new Joined();
  const answer = (await threads.run({
    name: 'parse',
    request: { format: format.id, file },
    limit,
    tooSlow: () => tooSlow(file.path, limit),
    part: (part) => joined.add(part as ParsePart),
  })) as ParseAnswer;
  return { ...answer, images: joined.images };
}

/** The segments of a PNG, on a separate thread. Throws `annotation` if that takes too long. */
export const segmentsOf: ReadSegments = async (path, request) => {
  const limit = limitOf(request.bytes);
  const task = { name: 'segments', request, limit, tooSlow: () => tooSlow(path, limit) };
  return (await threads.run(task)) as SegmentRuns | null;
};

function tooSlow(path: string, limit: number): ExplainError {
  return new ExplainError({
    kind: 'annotation',
    message: `${basename(path)} could not be read within ${Math.round(limit / 100) / 10} s, which is the limit for its size.`,
    subject: path,
    next: 'The file is probably damaged. If other programs open it, export it again from there.',
  });
}
