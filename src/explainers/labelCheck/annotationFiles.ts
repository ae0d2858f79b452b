import type { AnnotationIndex } from '../annotations/annotationIndex.ts';
import { namesOf } from '../annotations/match/names.ts';
import { stemsOfFile } from '../annotations/match/renamedPair.ts';
import type { BesideFiles } from '../annotations/search/besideFiles.ts';
import type { AnnotationStore, FindRequest } from '../annotations/store.ts';
import type { AnnotationSource } from '../contracts/card.ts';
import type { ImageAnnotations } from '../contracts/results.ts';
import { errorReport, throwIfCancelled } from '../errors.ts';
import { greatest } from '../lists.ts';
import type { NamedImages } from './findImages.ts';

/** Images of a file that are read at once. */
const AT_ONCE = 256;

/** The annotation files of a check: opened once, then each image is matched with those that may name it. */
export class AnnotationFiles {
  /** Null: no files are named, so each image's surroundings are searched. */
  readonly named: readonly NamedImages[] | null;
  /** Every label of each file that is named. */
  readonly mentioned: ReadonlyMap<string, readonly string[]>;
  /** Files that cannot be read. */
  readonly problems: readonly string[];
  /** Some annotation has a region. */
  readonly draws: boolean;
  readonly #store: AnnotationStore;
  /** Files of many images, any of which may be the one. */
  readonly #shared: readonly AnnotationSource[];
  /** Files of one image, by its name. */
  readonly #single: ReadonlyMap<string, readonly AnnotationSource[]>;

  readonly #beside: BesideFiles;

  private constructor(store: AnnotationStore, beside: BesideFiles, read: Read | null) {
    this.#store = store;
    this.#beside = beside;
    this.named = read?.named ?? null;
    this.mentioned = read?.mentioned ?? new Map();
    this.problems = read?.problems ?? [];
    this.draws = read?.draws ?? true;
    this.#shared = read?.shared ?? [];
    this.#single = read?.single ?? new Map();
  }

  static async open(
    store: AnnotationStore,
    sources: readonly AnnotationSource[] | null,
    signal?: AbortSignal,
  ): Promise<AnnotationFiles> {
    const beside = store.besideFiles();
    const named = sources && sources.length > 0;
    return new AnnotationFiles(store, beside, named ? await readFiles(store, beside, sources, signal) : null);
  }

  /** What the files say about an image. */
  async of(request: Omit<FindRequest, 'sources'>, signal?: AbortSignal): Promise<ImageAnnotations> {
    if (!this.named) return this.#store.annotationsOf({ ...request, sources: null }, signal);
    const single = nearest(
      [...new Set(namesOf(request).flatMap((stem) => this.#single.get(stem) ?? []))],
      request.path,
    );
    const sources = [...this.#shared, ...single];
    // Without a source, the image's surroundings would be searched.
    if (sources.length === 0) return nothing(request.path);
    return this.#store.annotationsOf({ ...request, sources, beside: this.#beside }, signal);
  }
}

interface Read {
  readonly named: readonly NamedImages[];
  readonly mentioned: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly string[];
  readonly draws: boolean;
  readonly shared: readonly AnnotationSource[];
  readonly single: ReadonlyMap<string, readonly AnnotationSource[]>;
}

async function readFiles(
  store: AnnotationStore,
  beside: BesideFiles,
  sources: readonly AnnotationSource[],
  signal?: AbortSignal,
): Promise<Read> {
  const { candidates, problems: expanding } = await store.expand(sources);
  const problems = [...expanding];
  const named: NamedImages[] = [];
  const mentioned = new Map<string, readonly string[]>();
  const shared: AnnotationSource[] = [];
  const single = new Map<string, AnnotationSource[]>();
  let draws = false;
  for (const { path, format, uncertain } of candidates) {
    throwIfCancelled(signal);
    const source = { path, ...(format !== undefined && { format }), ...(uncertain !== undefined && { uncertain }) };
    try {
      const file = (await store.index(source, beside, signal))?.index;
      if (!file) problems.push(`${path} is in no annotation format that we know.`);
      if (!file) continue;
      named.push({ path, names: file.names, folder: file.folder });
      mentioned.set(path, file.mentioned);
      draws ||= await hasShape(file, signal);
      if (file.names.length > 1) shared.push(source);
      else for (const stem of stemsOfFile(file)) add(single, stem, source);
    } catch (thrown) {
      const { kind, message, subject, next } = errorReport(thrown);
      if (kind === 'internal') throw thrown;
      problems.push([`${subject ?? path}: ${message}`, next].filter(Boolean).join(' '));
    }
  }
  return { named, mentioned, problems, draws, shared, single };
}

/** Some annotation of the file has a region; usually one of the first images shows this. */
async function hasShape({ names, read }: AnnotationIndex, signal?: AbortSignal): Promise<boolean> {
  for (let from = 0; from < names.length; from += AT_ONCE) {
    throwIfCancelled(signal);
    const places = Array.from({ length: Math.min(AT_ONCE, names.length - from) }, (_, i) => from + i);
    const { images } = await read(places);
    if (images.some(({ annotations }) => annotations.some(({ shape }) => shape !== null))) return true;
  }
  return false;
}

function add(map: Map<string, AnnotationSource[]>, key: string, source: AnnotationSource): void {
  const known = map.get(key);
  if (known) known.push(source);
  else map.set(key, [source]);
}

/**
 * Among files of the same name, those whose folders match the image's best: `labels/train/1.txt` belongs to
 * `images/train/1.png`.
 */
function nearest(sources: readonly AnnotationSource[], image: string): readonly AnnotationSource[] {
  if (sources.length < 2) return sources;
  const folders = (file: string) => new Set(file.split(/[/\\]+/).slice(0, -1));
  const own = folders(image);
  const shared = sources.map(({ path }) => [...folders(path)].filter((folder) => own.has(folder)).length);
  const most = greatest(shared);
  return sources.filter((_, i) => shared[i] === most);
}

function nothing(image: string): ImageAnnotations {
  return { image, annotations: [], states: {}, files: [], problems: [] };
}
