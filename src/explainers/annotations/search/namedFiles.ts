import type { AnnotationSource } from '../../contracts/card.ts';
import type { Reach } from '../../files/reach.ts';
import { type ImageName, namesOf } from '../match/names.ts';
import { stemsOfFile } from '../match/renamedPair.ts';
import { problemOf } from '../problems.ts';
import { type BesideFiles, isBesideName } from './besideFiles.ts';
import type { Candidate } from './candidate.ts';
import { expandSources } from './find.ts';
import { freshUntil } from './fresh.ts';
import { knownFormats, type OpenFile } from './openFile.ts';

type Open = (candidate: Candidate, beside: BesideFiles) => Promise<OpenFile | null>;

/**
 * The files that sources name, by the images that they mention: if a folder has a file for each image, only an image's
 * own is read. Only names are kept in memory.
 */
export class NamedFiles {
  /** Sources that name nothing, and files that are broken or in no known format. */
  readonly problems: readonly string[];
  /** Files of many images, any of which may be the one. */
  readonly #shared: readonly Candidate[];
  /** Files of one image, by all its names. */
  readonly #single: ReadonlyMap<string, readonly Candidate[]>;
  readonly #until: number;

  private constructor(
    problems: readonly string[],
    shared: readonly Candidate[],
    single: ReadonlyMap<string, readonly Candidate[]>,
    until: number,
  ) {
    this.problems = problems;
    this.#shared = shared;
    this.#single = single;
    this.#until = until;
  }

  static async of(
    sources: readonly AnnotationSource[],
    open: Open,
    beside: BesideFiles,
    reach: Reach,
  ): Promise<NamedFiles> {
    const start = performance.now();
    const { candidates, problems: unfound } = await expandSources(sources, reach);
    const problems = [...unfound];
    const shared: Candidate[] = [];
    const single = new Map<string, Candidate[]>();
    for (const candidate of candidates) {
      try {
        const file = (await open(candidate, beside))?.index;
        if (file === undefined) {
          // A list of names among the files that need it is not an annotation file.
          if (isBesideName(candidate.path)) continue;
          problems.push(`${candidate.path} is in no annotation format that we know (${knownFormats()})`);
        } else if (file.names.length > 1) shared.push(candidate);
        else for (const stem of stemsOfFile(file)) add(single, stem, candidate);
      } catch (error) {
        problems.push(problemOf(error, candidate.path));
      }
    }
    return new NamedFiles(problems, shared, single, freshUntil(start));
  }

  get fresh(): boolean {
    return performance.now() < this.#until;
  }

  /** Those that may mention the image. */
  candidates(image: ImageName): readonly Candidate[] {
    const single = namesOf(image).flatMap((name) => this.#single.get(name) ?? []);
    return [...new Set([...this.#shared, ...single])];
  }
}

function add(map: Map<string, Candidate[]>, key: string, value: Candidate): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
