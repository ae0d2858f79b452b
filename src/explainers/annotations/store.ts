import { readFile, stat } from 'node:fs/promises';
import { ExplainError, errorReport, throwIfCancelled } from '../errors.ts';
import type { AnnotationSource } from '../models/card.ts';
import type { ImageAnnotations } from '../results.ts';
import type { AnnotationFile, FormatInput } from './annotation.ts';
import { BesideFiles } from './besideFiles.ts';
import { type Candidate, expandSources, lookAround } from './find.ts';
import { formatById, formatOf, formats } from './formats.ts';
import { type MatchRequest, matchImage, mentions } from './match.ts';

/** A larger annotation file is refused: it would not be read in seconds. */
const MAX_BYTES = 256 * 2 ** 20;
/** Bytes of files whose contents are kept for the next image. */
const MAX_KEPT = 512 * 2 ** 20;

export interface FindRequest extends MatchRequest {
  /** Files, folders and globs; null or none: the image's surroundings are searched. */
  readonly sources: readonly AnnotationSource[] | null;
}

interface Kept {
  /** Changes when the file, or one beside it that it was read with, does. */
  readonly stamp: string;
  readonly bytes: number;
  /** Null: no format claims the file. */
  readonly file: AnnotationFile | null;
}

/** Annotation files, each read once until it changes on disk. */
export class AnnotationStore {
  readonly #kept = new Map<string, Kept>();

  /** What the sources, or the files around it, say of one image. Files that cannot be read are listed in `problems`. */
  async annotationsOf(request: FindRequest, signal?: AbortSignal): Promise<ImageAnnotations> {
    const found = request.sources?.length ? await expandSources(request.sources) : await lookAround(request.path);
    const problems = [...found.problems];
    const files: AnnotationFile[] = [];
    const beside = new BesideFiles();
    for (const candidate of found.candidates) {
      throwIfCancelled(signal);
      try {
        const file = await this.open(candidate, beside);
        // What was found by looking around and does not know the image is not this image's business.
        if (file && (candidate.named || mentions(file, request))) files.push(file);
        else if (!file && candidate.named)
          problems.push(`${candidate.path} is in no annotation format that is known (${known()})`);
      } catch (error) {
        const { kind, message, subject, next } = errorReport(error);
        if (kind === 'internal') throw error;
        problems.push([`${subject ?? candidate.path}: ${message}`, next].filter(Boolean).join(' '));
      }
    }
    const matched = matchImage(request, files);
    return { ...matched, problems: [...problems, ...matched.problems] };
  }

  /** The file's contents; null where no format claims it. Throws `annotation` for one that is too large or broken. */
  async open({ path, format }: Omit<Candidate, 'named'>, others = new BesideFiles()): Promise<AnnotationFile | null> {
    const info = await stat(path).catch(() => null);
    if (!info?.isFile()) {
      throw new ExplainError({
        kind: 'annotation',
        message: 'There is no such file.',
        subject: path,
        next: 'Check the path.',
      });
    }
    const key = `${format ?? ''}:${path}`;
    const { beside, stamp: besideStamp } = await others.of(path, format);
    const stamp = `${info.mtimeMs} ${info.size} ${besideStamp}`;
    const kept = this.#kept.get(key);
    if (kept && kept.stamp === stamp) {
      // The most recently used ones are last, and are the last to go.
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.file;
    }
    if (info.size > MAX_BYTES) throw tooLarge(path, info.size);
    const file = parse({ path, bytes: await readFile(path), beside }, format);
    this.#keep(key, { stamp, bytes: info.size, file });
    return file;
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    let total = [...this.#kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [old, { bytes }] of this.#kept) {
      if (total <= MAX_KEPT) return;
      this.#kept.delete(old);
      total -= bytes;
    }
  }
}

function known(): string {
  return formats.map(({ id }) => id).join(', ');
}

function parse(file: FormatInput, id: string | undefined): AnnotationFile | null {
  if (id === undefined) return formatOf(file)?.parse(file) ?? null;
  const format = formatById(id);
  if (format) return format.parse(file);
  throw new ExplainError({
    kind: 'annotation',
    message: `There is no annotation format "${id}".`,
    subject: file.path,
    next: `Use one of ${known()}, or leave "format" out.`,
  });
}

function tooLarge(path: string, bytes: number): ExplainError {
  return new ExplainError({
    kind: 'annotation',
    message: `The file has ${Math.round(bytes / 2 ** 20)} MB, and files above ${MAX_BYTES / 2 ** 20} MB are not read.`,
    subject: path,
    next: 'Split the annotation file, for example by patient or by folder.',
  });
}
