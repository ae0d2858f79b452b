import { stat } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import { errorReport } from '../../errors.ts';
import { stampOfStats } from '../../files/fileStamp.ts';
import type { AnnotationIndex } from '../annotationIndex.ts';
import { type ImageName, imageStem, namesOf, stemsOfEntry } from '../match/names.ts';
import { stemsOfFile } from '../match/renamedPair.ts';
import { quoted } from '../problems.ts';
import { Turns } from '../turns.ts';
import { mayAnnotate } from './find.ts';
import type { OpenFile } from './openFile.ts';
import { isReached, WALK_LIMITS, walkFolders } from './workspaceWalk.ts';

export interface WorkspaceOptions {
  readonly folders: readonly string[];
  /** Reads a file; `small`: reading it again is fast, so it need not be kept. Throws `annotation`. */
  readonly open: (path: string, small: boolean) => Promise<OpenFile | null>;
  /** Called when files are found that annotate an image which was requested before. */
  readonly found?: (image: string) => void;
  /** How long after the first request the search begins, because a panel's first content is more urgent. */
  readonly delayMilliseconds?: number;
}

const DELAY_MILLISECONDS = 1500;
/** After this time the next request walks the folders again; only files that have changed are read again. */
const FRESH_MILLISECONDS = 60_000;
const SMALL_BYTES = 256 * 2 ** 10;
/** The limit for one image. */
const MAX_CANDIDATES = 32;
/** The number of images whose requesters are notified of new files. */
const MAX_ASKED = 1000;
const MAX_BROKEN = 20;

interface Known {
  readonly stamp: string;
  /** The names of the images it annotates; none: it is in no known format. */
  readonly stems: readonly string[];
}

/**
 * The annotation files of a workspace by the images that they name: found in the background, read once, and again when
 * they change. Only names are kept in memory; an image's annotations are read from the files that mention it.
 */
export class AnnotationWorkspace {
  readonly #options: WorkspaceOptions;
  readonly #cancel = new AbortController();
  readonly #files = new Map<string, Known>();
  /** Stem → the files that name it, and the images of that name. */
  #byStem = new Map<string, Set<string>>();
  #images = new Map<string, Set<string>>();
  readonly #broken = new Map<string, string>();
  /** With the last answer, as one text; null: the files around the image were used. */
  readonly #asked = new Map<string, { readonly image: ImageName; readonly answer: string | null }>();
  #more = false;
  /** Per file, until the images are searched again. */
  #missing = new WeakMap<AnnotationIndex, string | null>();
  #walked = Number.NEGATIVE_INFINITY;
  #walking: Promise<void> | null = null;

  constructor(options: WorkspaceOptions) {
    this.#options = options;
  }

  /** The files found so far that name the image, nearest first; `found` is called for those that turn up later. */
  candidates(image: ImageName): readonly string[] {
    const files = this.#find(image);
    this.#remember(image, files.join('\n'));
    return files;
  }

  /** For an image that needs no files of the workspace, so that {@link changed} knows of it. */
  answered(image: ImageName): void {
    this.#remember(image, null);
  }

  /** Possible reasons why an image has no annotation: broken files, files that were not searched. */
  problems(): readonly string[] {
    const { entries, annotationFiles } = WALK_LIMITS;
    const more = `the workspace is too large to be searched completely (${entries} files, ${annotationFiles} that may hold annotations); name the annotation files in the model card`;
    return [...this.#broken.values(), ...(this.#more ? [more] : [])];
  }

  /** Reports which images of a file are nowhere in the workspace; null: none, or it is unknown. */
  missing(index: AnnotationIndex): string | null {
    if (this.#images.size === 0 || this.#more || !isReached(this.#options.folders, index.path)) return null;
    const known = this.#missing.get(index);
    if (known !== undefined) return known;
    const names = index.names.filter((name) => !stemsOfEntry(name).some((stem) => this.#images.has(stem)));
    const list = names.slice(0, 3).map(quoted).join(', ') + (names.length > 3 ? ', …' : '');
    const count = `${names.length} of its ${index.names.length} images`;
    const said = names.length > 0 ? `${basename(index.path)}: ${count} are nowhere in the workspace: ${list}` : null;
    this.#missing.set(index, said);
    return said;
  }

  /** Walks the folders; resolves when every file is known. */
  refresh(delay = DELAY_MILLISECONDS): Promise<void> {
    this.#walking ??= this.#walk(delay)
      .catch(() => {}) // stopped
      .finally(() => {
        this.#walking = null;
      });
    return this.#walking;
  }

  /** Called when a file was written, created or removed: does it, or did it, annotate a requested image? */
  async changed(path: string): Promise<boolean> {
    if (!mayAnnotate(path) || !isReached(this.#options.folders, path)) return false;
    const before = this.#files.get(path)?.stems ?? [];
    await this.#update(path).catch(() => {});
    const stems = new Set([...before, ...(this.#files.get(path)?.stems ?? [])]);
    return [...this.#asked.values()].some(({ image }) => namesOf(image).some((name) => stems.has(name)));
  }

  dispose(): void {
    this.#cancel.abort();
  }

  async #walk(delay: number): Promise<void> {
    const { signal } = this.#cancel;
    await new Promise<void>((resolve) => setTimeout(resolve, delay).unref());
    const { annotationFiles, images, more } = await walkFolders(this.#options.folders, signal);
    this.#more = more;
    this.#images = new Map();
    this.#missing = new WeakMap();
    for (const image of images) add(this.#images, imageStem(image), image);
    const found = new Set(annotationFiles);
    for (const path of [...this.#files.keys()]) if (!found.has(path)) this.#forget(path);
    const turns = new Turns(signal);
    for (const path of annotationFiles) {
      await this.#update(path);
      await turns.rest();
    }
    this.#walked = performance.now();
    for (const { image, answer } of [...this.#asked.values()])
      if (answer !== null && answer !== this.#find(image).join('\n')) this.#options.found?.(image.path);
  }

  #remember(image: ImageName, answer: string | null): void {
    this.#asked.delete(image.path);
    if (this.#asked.size >= MAX_ASKED) this.#asked.delete(this.#asked.keys().next().value!);
    this.#asked.set(image.path, { image: { path: image.path, ids: image.ids }, answer });
    if (performance.now() - this.#walked > FRESH_MILLISECONDS) void this.refresh(this.#options.delayMilliseconds);
  }

  /** Reads a file again if it has changed. */
  async #update(path: string): Promise<void> {
    const info = await stat(path, { bigint: true }).catch(() => null);
    const stamp = info?.isFile() ? stampOfStats(info) : null;
    if (stamp === null) return this.#forget(path);
    if (this.#files.get(path)?.stamp === stamp) return;
    this.#forget(path);
    let stems: string[] = [];
    try {
      const file = await this.#options.open(path, info!.size <= SMALL_BYTES);
      stems = file ? [...new Set(stemsOfFile(file.index))] : [];
    } catch (error) {
      const { kind, message, subject } = errorReport(error);
      if (kind === 'annotation' && this.#broken.size < MAX_BROKEN)
        this.#broken.set(path, `${subject ?? path}: ${message}`);
    }
    this.#files.set(path, { stamp, stems });
    for (const stem of stems) add(this.#byStem, stem, path);
  }

  #forget(path: string): void {
    for (const stem of this.#files.get(path)?.stems ?? []) {
      const files = this.#byStem.get(stem);
      files?.delete(path);
      if (files?.size === 0) this.#byStem.delete(stem);
    }
    this.#files.delete(path);
    this.#broken.delete(path);
  }

  /** A file that is nearer to another image of the same name belongs to that image. */
  #find(image: ImageName): readonly string[] {
    const files = new Set(namesOf(image).flatMap((name) => [...(this.#byStem.get(name) ?? [])]));
    const namesakes = this.#images.get(imageStem(image.path)) ?? [];
    const distance = (from: string, to: string) => stepsBetween(dirname(from), dirname(to));
    return [...files]
      .map((path) => ({ path, steps: distance(image.path, path) }))
      .filter(({ path, steps }) => ![...namesakes].some((other) => nearer(other, path, steps)))
      .sort((a, b) => a.steps - b.steps || (a.path < b.path ? -1 : 1))
      .slice(0, MAX_CANDIDATES)
      .map(({ path }) => path);

    function nearer(other: string, path: string, steps: number): boolean {
      return other !== image.path && distance(other, path) < steps;
    }
  }
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known) known.add(value);
  else map.set(key, new Set([value]));
}

/** The number of folders up and down from one to the other. */
function stepsBetween(from: string, to: string): number {
  return relative(from, to)
    .split(sep)
    .filter((step) => step !== '').length;
}
