import { stat } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import type { AnnotationSource } from '../contracts/card.ts';
import type { AnnotationFile } from '../contracts/labels/annotation.ts';
import type { AnnotationFiles, ImageAnnotations } from '../contracts/results.ts';
import { ExplainError, throwIfCancelled } from '../errors.ts';
import { errorText } from '../errorText.ts';
import { stampOfStats } from '../files/fileStamp.ts';
import { isWithin, Reach } from '../files/reach.ts';
import type { FormatInput } from './format.ts';
import { type MatchRequest, type Mention, matchImage } from './match/match.ts';
import { ownFiles } from './match/ownFiles.ts';
import { renamedPair } from './match/renamedPair.ts';
import { problemOf } from './problems.ts';
import { BesideFiles } from './search/besideFiles.ts';
import type { Candidate } from './search/candidate.ts';
import { classFolderOf, listImages } from './search/classFolder.ts';
import { expandSources, type Found } from './search/find.ts';
import { freshUntil } from './search/fresh.ts';
import { NamedFiles } from './search/namedFiles.ts';
import { checkSize, type OpenFile, openFile, openFolder } from './search/openFile.ts';
import { Surroundings } from './search/surroundings.ts';
import { type SurveyRequest, surveyFiles } from './search/survey.ts';
import { AnnotationWorkspace } from './search/workspace.ts';

/** Bytes of memory for parsed files that are kept for the next image. */
const MAX_KEPT = 512 * 2 ** 20;

export interface FindRequest extends MatchRequest {
  /** Files, folders and globs; null or none: the image's surroundings are searched. */
  readonly sources: readonly AnnotationSource[] | null;
  /** For many images in a row: the small files next to annotation files, read once for all of them. */
  readonly beside?: BesideFiles;
}

export interface StoreOptions {
  /** Folders that are searched for annotation files automatically. */
  readonly workspace?: readonly string[];
  /** Called when files of the workspace are found that annotate an image which was requested before. */
  readonly found?: (image: string) => void;
  /** How far links are followed. */
  readonly reach?: Reach;
}

interface Kept {
  /** Changes when the file changes, or one that it was read together with. */
  readonly stamp: string;
  /** Null: no format claims the file. */
  readonly file: OpenFile | null;
}

/** Annotation files, each read once until it changes on disk. */
export class AnnotationStore {
  readonly #kept = new LRUCache<string, Kept>({ maxSize: MAX_KEPT, sizeCalculation: weightOf });
  /** Folders per class, listed a moment ago. */
  readonly #folders = new LRUCache<string, { readonly file: OpenFile | null; readonly until: number }>({ max: 8 });
  readonly #opening = new Map<string, Promise<OpenFile | null>>();
  /** For the sources of the last request. */
  #named: { readonly key: string; readonly files: Promise<NamedFiles> } | null = null;

  readonly #workspace: AnnotationWorkspace | null;
  readonly #reach: Reach;
  readonly #surroundings: Surroundings;

  constructor({ workspace = [], found, reach = new Reach({ workspace }) }: StoreOptions = {}) {
    this.#reach = reach;
    this.#surroundings = new Surroundings(reach);
    const open = async (path: string, small: boolean) => {
      if (!small) return this.index({ path });
      return openFile(path, undefined, (await new BesideFiles(this.#reach).of(path)).beside);
    };
    this.#workspace =
      workspace.length > 0 ? new AnnotationWorkspace({ folders: workspace, open, ...(found && { found }) }) : null;
  }

  /**
   * What files say of one image: those of the sources; where none are named, those around the image that know it; where
   * none does, those of the workspace. Files that cannot be read are listed in `problems`.
   * @param note called before each file is read that may say something of the image
   */
  async annotationsOf(
    request: FindRequest,
    signal?: AbortSignal,
    note: (file: string) => void = () => {},
  ): Promise<ImageAnnotations> {
    const { sources } = request;
    const near = sources?.length
      ? await this.#namedCandidates(sources, request, signal)
      : await this.#surroundings.of(request.path);
    let read = await this.#mentions(near.candidates, request, note, signal);
    let problems = [...near.problems, ...read.problems];
    if (!sources?.length && read.mentions.length > 0) this.#workspace?.answered(request);
    else if (!sources?.length && this.#workspace) {
      const paths = this.#workspace.candidates(request);
      read = await this.#mentions(
        paths.map((path) => ({ path, named: false })),
        request,
        note,
        signal,
      );
      problems = [
        ...new Set([...problems, ...read.problems, ...(read.mentions.length > 0 ? [] : this.#workspace.problems())]),
      ];
    }
    if (!sources?.length && read.mentions.length === 0) {
      const folder = await classFolderOf(request, this.#reach);
      if (folder) read = await this.#mentions([folder], request, note, signal);
    }
    const own = await ownFiles(request, read.mentions);
    const matched = matchImage(request, own.mentions);
    // A file that is broken as a whole was already reported when the named ones were looked through.
    return { ...matched, problems: [...new Set([...problems, ...own.problems, ...matched.problems])].map(errorText) };
  }

  /** Named files, of which those for single images were looked through before. */
  async #namedCandidates(
    sources: readonly AnnotationSource[],
    request: FindRequest,
    signal: AbortSignal | undefined,
  ): Promise<Found> {
    const key = JSON.stringify(sources);
    let files = this.#named?.key === key ? await this.#named.files : null;
    if (!files?.fresh) {
      const reading = NamedFiles.of(
        sources,
        (candidate, beside) => this.index(candidate, beside),
        new BesideFiles(this.#reach),
        this.#reach,
      );
      this.#named = { key, files: reading };
      files = await unlessCancelled(reading, signal);
    }
    return { candidates: files.candidates(request), problems: files.problems };
  }

  /** For many requests in a row. */
  besideFiles(): BesideFiles {
    return new BesideFiles(this.#reach);
  }

  /** The files that sources name. */
  expand(sources: readonly AnnotationSource[]): Promise<Found> {
    return expandSources(sources, this.#reach);
  }

  /** Called when a file was written, created or removed: may that change the annotations of an image? */
  async changed(path: string): Promise<boolean> {
    this.#named = null;
    this.#folders.clear();
    this.#surroundings.clear();
    return (await this.#workspace?.changed(path)) ?? false;
  }

  /** The content of the sources' files, and its parts that match nothing. */
  survey(request: SurveyRequest, signal = new AbortController().signal): Promise<AnnotationFiles> {
    const open = (path: string, format: string | undefined, beside: BesideFiles) =>
      this.index({ path, ...(format !== undefined && { format }) }, beside, signal);
    return surveyFiles(request, open, this.#reach, signal);
  }

  /** Resolves when every annotation file of the workspace is known. */
  async settled(): Promise<void> {
    await this.#workspace?.refresh(0);
  }

  dispose(): void {
    this.#workspace?.dispose();
  }

  async #mentions(
    candidates: readonly Candidate[],
    request: FindRequest,
    note: (file: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<{ mentions: readonly Mention[]; problems: readonly string[] }> {
    const mentions: Mention[] = [];
    const problems: string[] = [];
    const beside = request.beside ?? new BesideFiles(this.#reach, note);
    for (const candidate of candidates) {
      throwIfCancelled(signal);
      note(candidate.path);
      try {
        const file = await this.index(candidate, beside, signal);
        const mention = file && (await mentionIn(file, request, candidate));
        const missing = mention && !candidate.named && this.#workspace?.missing(file.index);
        if (missing) problems.push(missing);
        if (mention) mentions.push(mention);
      } catch (error) {
        problems.push(problemOf(error, candidate.path));
      }
    }
    return { mentions, problems };
  }

  /** The whole content of a file; null if no format claims it. Throws `annotation` if it is too large or broken. */
  async open(candidate: Omit<Candidate, 'named'>): Promise<AnnotationFile | null> {
    const file = await this.index(candidate);
    if (!file) return null;
    const { path, format, labels, names, problems, read } = file.index;
    const { images, problems: more } = await read([...names.keys()]);
    return { path, format, labels, images, problems: [...problems, ...more] };
  }

  /** The file, for reading image by image; null if no format claims it. Throws `annotation`. */
  async index(
    { path, format, listing }: Omit<Candidate, 'named'>,
    others = new BesideFiles(this.#reach),
    signal?: AbortSignal,
  ): Promise<OpenFile | null> {
    const info = await stat(path, { bigint: true }).catch(() => null);
    if (info?.isDirectory()) return this.#folder(path, format, listing);
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
    const stamp = `${stampOfStats(info)} ${besideStamp}`;
    const kept = this.#kept.get(key);
    if (kept?.stamp === stamp) return kept.file;
    checkSize(path, Number(info.size), format);
    // Several requests for one image come at once, so the file is read for all of them.
    const task = `${key} ${stamp}`;
    const opening = this.#opening.get(task) ?? this.#read(key, stamp, path, beside, format);
    this.#opening.set(task, opening);
    const done = () => this.#opening.delete(task);
    opening.then(done, done);
    return unlessCancelled(opening, signal);
  }

  /** A folder per class, whose listing is kept for a while, because the next image of it comes soon. */
  async #folder(path: string, format: string | undefined, listing?: Uint8Array): Promise<OpenFile | null> {
    if (listing) return openFolder(path, listing, format);
    const known = this.#folders.get(path);
    if (known && performance.now() < known.until) return known.file;
    const start = performance.now();
    const file = openFolder(path, await listImages(path), format);
    this.#folders.set(path, { file, until: freshUntil(start) });
    return file;
  }

  async #read(
    key: string,
    stamp: string,
    path: string,
    beside: FormatInput['beside'],
    format: string | undefined,
  ): Promise<OpenFile | null> {
    const file = await openFile(path, format, beside);
    this.#kept.set(key, { stamp, file });
    return file;
  }
}

/** What the file says about the image; null: it was found by searching, and does not mention the image. */
async function mentionIn(
  { index, images }: OpenFile,
  request: MatchRequest,
  { named, uncertain }: Candidate,
): Promise<Mention | null> {
  if (index.contains && !isWithin(request.path, index.path)) return null;
  const found = images.find(request);
  const { ambiguous } = found;
  const unnamed = found.places.length + ambiguous.length === 0;
  const renamed = unnamed ? await renamedPair(index, request.path) : null;
  if (!named && unnamed && renamed === null) return null;
  const { path, format, labels, names, problems } = index;
  const read = await index.read(renamed === null ? found.places : [0]);
  return {
    path,
    format,
    labels,
    count: names.length,
    images: read.images,
    ambiguous,
    uncertain,
    problems: [...problems, ...read.problems, ...(renamed === null ? [] : [renamed])],
  };
}

/** The names are stored twice, unchanged and in the form for comparison. */
const NAME_BYTES = 250;

/** The overhead of each entry: its key, its stamp. */
const KEPT_BYTES = 500;

/** At most all: a file that is larger by itself stays alone, as it is asked for the next image too. */
function weightOf({ file }: Kept): number {
  return Math.min(MAX_KEPT, KEPT_BYTES + (file ? file.index.weight + NAME_BYTES * file.index.names.length : 0));
}

/** The promise's value, or `cancelled` as soon as the signal fires; the work itself continues for the next request. */
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
