import { readFile, stat } from 'node:fs/promises';
import { ExplainError, errorReport, throwIfCancelled } from '../errors.ts';
import type { AnnotationSource } from '../models/card.ts';
import type { ImageAnnotations } from '../results.ts';
import type { AnnotationFile, AnnotationFormat, FormatInput } from './annotation.ts';
import { type AnnotationIndex, wholeIndex } from './annotationIndex.ts';
import { BesideFiles } from './besideFiles.ts';
import { type Candidate, expandSources, lookAround } from './find.ts';
import { formatById, formatOf, formats } from './formats.ts';
import { jsonWalk } from './jsonWalk.ts';
import { type MatchRequest, type Mention, matchImage } from './match.ts';
import { ImageIndex } from './names.ts';
import { Turns } from './steps.ts';

/** A larger annotation file is refused: it would not be read in seconds. The second is for formats of which a table is held. */
const MAX_BYTES = 256 * 2 ** 20;
const MAX_INDEXED_BYTES = 2 ** 30;
/** Bytes of memory for what was read and is kept for the next image. */
const MAX_KEPT = 512 * 2 ** 20;

export interface FindRequest extends MatchRequest {
  /** Files, folders and globs; null or none: the image's surroundings are searched. */
  readonly sources: readonly AnnotationSource[] | null;
}

interface Kept {
  /** Changes when the file, or one beside it that it was read with, does. */
  readonly stamp: string;
  /** Null: no format claims the file. */
  readonly file: OpenFile | null;
}

/** A file's contents, and its images by their names. */
export interface OpenFile {
  readonly index: AnnotationIndex;
  readonly images: ImageIndex;
}

/** Annotation files, each read once until it changes on disk. */
export class AnnotationStore {
  readonly #kept = new Map<string, Kept>();
  readonly #opening = new Map<string, Promise<OpenFile | null>>();

  /** What the sources, or the files around it, say of one image. Files that cannot be read are listed in `problems`. */
  async annotationsOf(request: FindRequest, signal?: AbortSignal): Promise<ImageAnnotations> {
    const found = request.sources?.length ? await expandSources(request.sources) : await lookAround(request.path);
    const problems = [...found.problems];
    const mentions: Mention[] = [];
    const beside = new BesideFiles();
    for (const candidate of found.candidates) {
      throwIfCancelled(signal);
      try {
        const file = await this.index(candidate, beside, signal);
        const mention = file && (await mentionIn(file, request, candidate.named));
        if (mention) mentions.push(mention);
        else if (!file && candidate.named)
          problems.push(`${candidate.path} is in no annotation format that is known (${known()})`);
      } catch (error) {
        problems.push(problemOf(error, candidate.path));
      }
    }
    const matched = matchImage(request, mentions);
    return { ...matched, problems: [...problems, ...matched.problems] };
  }

  /** All that a file says; null where no format claims it. Throws `annotation` for one that is too large or broken. */
  async open(candidate: Omit<Candidate, 'named'>): Promise<AnnotationFile | null> {
    const file = await this.index(candidate);
    if (!file) return null;
    const { path, format, labels, names, problems, read } = file.index;
    const { images, problems: more } = await read([...names.keys()]);
    return { path, format, labels, images, problems: [...problems, ...more] };
  }

  /** The file, to be asked image by image; null where no format claims it. Throws `annotation`. */
  async index(
    { path, format }: Omit<Candidate, 'named'>,
    others = new BesideFiles(),
    signal?: AbortSignal,
  ): Promise<OpenFile | null> {
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
    const indexed = format === undefined ? mayBeIndexed(path) : formatById(format)?.index;
    const limit = indexed ? MAX_INDEXED_BYTES : MAX_BYTES;
    if (info.size > limit) throw tooLarge(path, info.size, limit);
    // Several requests of one image come at once: the file is read for all of them.
    const task = `${key} ${stamp}`;
    const opening = this.#opening.get(task) ?? this.#read(key, stamp, { path, beside }, format);
    this.#opening.set(task, opening);
    const done = () => this.#opening.delete(task);
    opening.then(done, done);
    return unlessCancelled(opening, signal);
  }

  async #read(
    key: string,
    stamp: string,
    { path, beside }: Omit<FormatInput, 'bytes'>,
    format: string | undefined,
  ): Promise<OpenFile | null> {
    const file = await read({ path, bytes: await readFile(path), ...(beside && { beside }) }, format);
    this.#keep(key, { stamp, file });
    return file;
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    let total = [...this.#kept.values()].reduce((sum, each) => sum + weightOf(each), 0);
    for (const [old, each] of this.#kept) {
      // The newest one stays however large: it is asked for the next image too.
      if (total <= MAX_KEPT || old === key) return;
      this.#kept.delete(old);
      total -= weightOf(each);
    }
  }
}

/** What the file says of the image; null: it was found by looking around, and does not know the image. */
async function mentionIn({ index, images }: OpenFile, request: MatchRequest, named: boolean): Promise<Mention | null> {
  const { places, ambiguous } = images.find(request);
  if (!named && places.length + ambiguous.length === 0) return null;
  const { path, format, labels, names, problems } = index;
  const read = await index.read(places);
  return {
    path,
    format,
    labels,
    count: names.length,
    images: read.images,
    ambiguous,
    problems: [...problems, ...read.problems],
  };
}

/** Throws what is no fault of the file. */
function problemOf(error: unknown, path: string): string {
  const { kind, message, subject, next } = errorReport(error);
  if (kind === 'internal' || kind === 'cancelled') throw error;
  return [`${subject ?? path}: ${message}`, next].filter(Boolean).join(' ');
}

/** The names are held twice, as they are and as they are compared. */
const NAME_BYTES = 250;

function weightOf({ file }: Kept): number {
  return file ? file.index.weight + NAME_BYTES * file.index.names.length : 0;
}

function known(): string {
  return formats.map(({ id }) => id).join(', ');
}

/** May this be a file of a format of which a table is held? */
function mayBeIndexed(path: string): boolean {
  const lower = path.toLowerCase();
  return formats.some(({ index, extensions }) => index && extensions.some((ending) => lower.endsWith(ending)));
}

async function read(file: FormatInput, id: string | undefined): Promise<OpenFile | null> {
  const turns = new Turns();
  const walk = jsonWalk(file.bytes);
  while (!walk.step()) await turns.rest();
  const format = id === undefined ? formatOf(file) : named(id, file.path);
  if (!format) return null;
  if (!format.index && file.bytes.length > MAX_BYTES) throw tooLarge(file.path, file.bytes.length, MAX_BYTES);
  const index = format.index ? await turns.all(format.index(file)) : wholeIndex(format.parse(file), file.bytes.length);
  return { index, images: new ImageIndex(index.names) };
}

function named(id: string, path: string): AnnotationFormat {
  const format = formatById(id);
  if (format) return format;
  throw new ExplainError({
    kind: 'annotation',
    message: `There is no annotation format "${id}".`,
    subject: path,
    next: `Use one of ${known()}, or leave "format" out.`,
  });
}

function tooLarge(path: string, bytes: number, limit: number): ExplainError {
  return new ExplainError({
    kind: 'annotation',
    message: `The file has ${Math.round(bytes / 2 ** 20)} MB, and files above ${limit / 2 ** 20} MB are not read.`,
    subject: path,
    next: 'Split the annotation file, for example by patient or by folder.',
  });
}

/** The promise's value, or `cancelled` as soon as the signal fires; the work itself goes on for whoever asks next. */
async function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  throwIfCancelled(signal);
  if (!signal) return work;
  let cancel = () => {};
  const cancelled = new Promise<never>((_, reject) => {
    cancel = () => reject(new ExplainError({ kind: 'cancelled', message: 'Stopped.' }));
  });
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
