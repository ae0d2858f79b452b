import path from 'node:path';
import type { AnnotationFiles } from '../../contracts/results.ts';
import { type ErrorReport, ExplainError } from '../../errors.ts';
import type { Session } from '../../session.ts';
import type { ImageRun } from './imageRun.ts';

/** How many of the unmatched names are listed. */
const LISTED = 5;

/**
 * Which images and annotation files of a run matched, and which did not; without this report, a mismatch would look
 * like agreement.
 */
export class Matched {
  readonly #files: AnnotationFiles;
  readonly #said = new Set<string>();
  readonly #unnamed: string[] = [];
  #images = 0;

  private constructor(files: AnnotationFiles) {
    this.#files = files;
  }

  /** @throws ExplainError `usage` where annotations are needed and no file of them can be used */
  static async open(
    session: Session,
    { sources, ...request }: Pick<Parameters<Session['annotationFiles']>[0], 'model' | 'sources' | 'images'>,
    needed: boolean,
    call: Parameters<Session['annotationFiles']>[1],
  ): Promise<Matched> {
    const found = await session.annotationFiles({ ...request, ...(sources && { sources }) }, call);
    if (found.files.length > 0 || !needed) return new Matched(found);
    throw new ExplainError({
      kind: 'usage',
      message:
        found.problems.length > 0
          ? `There is nothing to compare with because none of the annotation files can be used: ${list(found.problems, found.problems.length, (text) => text)}.`
          : 'There is nothing to compare with because no file of an annotation format was found where annotations were named.',
      subject: '--annotations',
      next: 'Name annotation files, folders of them, or globs; the formats are listed in docs/annotations.md.',
    });
  }

  get files(): AnnotationFiles {
    return this.#files;
  }

  /** An image that was explained. */
  add({ image, annotations, messages }: ImageRun): void {
    this.#images++;
    for (const message of messages) this.#said.add(message);
    const known = annotations && (annotations.annotations.length > 0 || Object.keys(annotations.states).length > 0);
    if (!known) this.#unnamed.push(image.name);
  }

  /**
   * Images of the run that are in no file, images of the files that do not exist, labels that match no class, and
   * unreadable files.
   */
  messages(): readonly string[] {
    const { files, problems } = this.#files;
    const unnamed = this.#unnamed.length;
    return [
      ...(unnamed > 0 && unnamed < this.#images
        ? [`${unnamed} of ${this.#images} images are in no annotation file: ${list(this.#unnamed, unnamed)}`]
        : []),
      ...files.flatMap(({ path: file, images, missing }) => {
        const name = path.basename(file);
        return [
          ...(missing && missing.count > 0
            ? [
                `${name}: ${missing.count} of its ${images} images were not found nearby: ${list(missing.names, missing.count)}`,
              ]
            : []),
        ];
      }),
      ...unmatchedLabels(files),
      ...problems.filter((problem) => !this.#said.has(problem)),
    ];
  }

  /** If no image of the run is in any of the files, nothing was compared. */
  nothing(): ErrorReport | null {
    if (this.#images === 0 || this.#unnamed.length < this.#images) return null;
    return {
      kind: 'usage',
      message: `Nothing was compared because no annotation file mentions ${this.#images === 1 ? 'the image' : `any of the ${this.#images} images`}: ${list(this.#unnamed, this.#images)}.`,
      next: 'Check that the files name these images; images are matched by their file names, see docs/annotations.md.',
    };
  }
}

function list(
  names: readonly string[],
  all: number,
  shown: (name: string) => string = (name) => JSON.stringify(name),
): string {
  return names.slice(0, LISTED).map(shown).join(', ') + (all > LISTED ? ', …' : '');
}

/** One line, whether one file lists them or each of thousands. */
function unmatchedLabels(files: AnnotationFiles['files']): readonly string[] {
  const some = files.filter(({ unmatched }) => unmatched.length > 0);
  const all = [...new Set(some.flatMap(({ unmatched }) => unmatched))];
  if (all.length === 0) return [];
  const where = some.length === 1 ? path.basename(some[0]!.path) : `${some.length} annotation files`;
  return [`${where}: labels that match no class of the model: ${list(all, all.length)}`];
}
