import type { Size } from '../../contracts/geometry.ts';
import { own } from '../../tables.ts';
import { pickMembers } from '../files/jsonPick.ts';
import { JsonSource, type JsonSpan } from '../files/jsonSource.ts';
import { jsonWalk } from '../files/jsonWalk.ts';
import { Numbers } from '../files/numbers.ts';
import type { FormatInput } from '../format.ts';
import { annotationError, Problems, quoted } from '../problems.ts';
import { declaredSize } from '../shapes/shapes.ts';

const NONE = 0xffff_ffff;
/** Entries between two pauses. */
const BATCH = 2000;

/** The position of an annotation, and its image and category. */
export interface CocoEntry {
  /** Bytes [start, end) of the file's text. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly label: string;
}

/** An image of the file, and its annotations in order. */
export interface CocoImage {
  readonly name: string;
  readonly size: Size | null;
  readonly line: number;
  readonly entries: readonly CocoEntry[];
  /** As `AnnotatedImage.labels`; null: those of the file. */
  readonly labels: readonly string[] | null;
}

/**
 * A COCO file as a table: names and sizes of its images, its categories, and for each annotation only its position, in
 * 20 bytes. The annotations themselves are read on request.
 */
export class CocoTable {
  readonly names: readonly string[];
  readonly labels: readonly string[];
  /** Faults in the lists of images and categories, and annotations of unlisted ones. */
  readonly problems: readonly string[];
  readonly #sizes: readonly (Size | null)[];
  /** Per image. */
  readonly #imageLines: Uint32Array;
  /** Per annotation. */
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #lines: Uint32Array;
  readonly #labels: Uint32Array;
  /** The annotations of image i are `#order[#first[i]]` up to `#order[#first[i + 1]]`. */
  readonly #first: Uint32Array;
  readonly #order: Uint32Array;
  /** Per image, if not all categories were looked for: positions among the labels. */
  readonly #searched: ReadonlyMap<number, readonly number[]>;

  constructor(draft: CocoDraft) {
    const { names, sizes, labels, problems } = draft;
    this.names = names;
    this.#sizes = sizes;
    this.#imageLines = draft.imageLines.compact();
    this.labels = labels;
    this.problems = problems.list();
    this.#starts = draft.starts.compact();
    this.#ends = draft.ends.compact();
    this.#lines = draft.lines.compact();
    this.#labels = draft.labelOf.compact();
    this.#searched = draft.searched;
    [this.#first, this.#order] = grouped(draft.imageOf.compact(), names.length);
  }

  image(place: number): CocoImage {
    const own = this.#order.subarray(this.#first[place], this.#first[place + 1]);
    return {
      name: this.names[place]!,
      size: this.#sizes[place]!,
      line: this.#imageLines[place]!,
      entries: Array.from(own, (i) => this.#entry(i)),
      labels: this.#searched.get(place)?.map((label) => this.labels[label]!) ?? null,
    };
  }

  /** Roughly how many bytes of memory it takes. */
  get weight(): number {
    return (
      this.#starts.length * 20 +
      this.#searched.size * 100 +
      this.names.reduce((sum, name) => sum + 2 * name.length + 150, 0)
    );
  }

  #entry(i: number): CocoEntry {
    const label = this.labels[this.#labels[i]!]!;
    return { start: this.#starts[i]!, end: this.#ends[i]!, line: this.#lines[i]!, label };
  }
}

/**
 * Counting sort: where each group begins, and the numbers of its members in order. Members of no group are left out.
 */
function grouped(groupOf: Uint32Array, groups: number): [first: Uint32Array, order: Uint32Array] {
  const first = new Uint32Array(groups + 1);
  for (const group of groupOf) if (group < groups) first[group + 1]!++;
  for (let g = 0; g < groups; g++) first[g + 1]! += first[g]!;
  const next = first.slice(0, groups);
  const order = new Uint32Array(first[groups]!);
  groupOf.forEach((group, i) => {
    if (group < groups) order[next[group]!++] = i;
  });
  return [first, order];
}

/** Reads the table, in steps between which other work can run. Throws `annotation`. */
export function* cocoTable(file: FormatInput): Generator<void, CocoTable> {
  const walk = jsonWalk(file.bytes);
  while (!walk.step()) yield;
  const source = new JsonSource(file, 'COCO');
  const draft = new CocoDraft(source, walk.bytes);
  const found = new Set<string>();
  for (const [key, section] of source.members(source.root())) {
    const add = ADD[key as keyof typeof ADD];
    if (!add) continue;
    if (section.kind !== 'array') throw source.error(section.start, `has a "${key}" that is not a list`);
    found.add(key);
    let n = 0;
    for (const item of source.items(section)) {
      const fault = item.kind === 'object' ? add(draft, item) : `an entry of "${key}" is not an object`;
      if (fault !== null) draft.problems.add(source.line(item), fault);
      if (++n % BATCH === 0) yield;
    }
  }
  for (const key of Object.keys(ADD)) if (!found.has(key)) throw lacking(file, key);
  draft.resolve();
  return new CocoTable(draft);
}

function lacking({ path }: FormatInput, key: string) {
  const next = 'Export it again as COCO instances: images, annotations and categories.';
  return annotationError(path, key, `The COCO file has no "${key}".`, next);
}

/** The content of each list in the file. */
const ADD = {
  images: (draft: CocoDraft, span: JsonSpan) => draft.addImage(span),
  categories: (draft: CocoDraft, span: JsonSpan) => draft.addCategory(span),
  annotations: (draft: CocoDraft, span: JsonSpan) => draft.addAnnotation(span),
} as const;

/** The table while it is read, because annotations may precede the images they belong to. */
class CocoDraft {
  readonly names: string[] = [];
  readonly sizes: (Size | null)[] = [];
  readonly imageLines = new Numbers();
  readonly labels: string[] = [];
  readonly problems = new Problems();
  readonly starts = new Numbers();
  readonly ends = new Numbers();
  readonly lines = new Numbers();
  /** Positions among the images and the labels; until all are known, positions among the ids seen so far. */
  readonly imageOf = new Numbers();
  readonly labelOf = new Numbers();
  /** Per image, the categories that were looked for in it, if not all were: see {@link CocoDraft.resolve}. */
  readonly searched = new Map<number, readonly number[]>();
  /** Per image of a federated set (LVIS): numbers of the categories that it declares absent. */
  readonly #negatives = new Map<number, readonly number[]>();
  /** Images with an annotation whose category is unknown. */
  readonly #unclear = new Set<number>();
  readonly #source: JsonSource;
  readonly #bytes: Buffer;
  readonly #images = new Ids();
  readonly #categories = new Ids();

  constructor(source: JsonSource, bytes: Buffer) {
    this.#source = source;
    this.#bytes = bytes;
  }

  /** Returns the fault of the image, as does {@link addCategory}. */
  addImage(span: JsonSpan): string | null {
    const value = this.#source.value(span) as Record<string, unknown>;
    const { file_name: name, id, height, width, neg_category_ids: negatives } = value;
    if (typeof name !== 'string' || name === '') return 'an image has no "file_name"';
    const key = idOf(id);
    if (key === null) return `image ${quoted(name)} has no "id"`;
    if (!this.#images.define(key, this.names.length))
      return `image id ${key} is used twice; the second, ${quoted(name)}, is left out`;
    const size = declaredSize(height, width);
    if (Array.isArray(negatives)) {
      const numbers = negatives.map((category) => this.#categories.number(idOf(category)));
      this.#negatives.set(this.names.length, numbers);
    }
    this.names.push(name);
    this.sizes.push(size);
    this.imageLines.push(this.#source.line(span));
    return size || height === undefined ? null : `image ${quoted(name)} declares an invalid size`;
  }

  addCategory(span: JsonSpan): string | null {
    const { id, name } = this.#source.value(span) as Record<string, unknown>;
    const key = idOf(id);
    if (key === null || typeof name !== 'string') return 'a category has no "id" or no "name"';
    if (!this.#categories.define(key, this.labels.length))
      return `category id ${key} is used twice; the second, ${quoted(name)}, is left out`;
    this.labels.push(name.trim());
    return null;
  }

  addAnnotation(span: JsonSpan): null {
    const [image, category] = pickMembers(this.#bytes, span.start, span.end, ['image_id', 'category_id']);
    this.starts.push(span.start);
    this.ends.push(span.end);
    this.lines.push(this.#source.line(span));
    this.imageOf.push(this.#images.number(idOf(image)));
    this.labelOf.push(this.#categories.number(idOf(category)));
    return null;
  }

  /**
   * Ids become positions; an annotation of something that the file does not list is a problem and belongs to no image.
   * In a federated set (Gupta, Dollár and Girshick, LVIS, CVPR 2019, section 3.2), not all categories were looked for
   * in every image, so only those that an image declares absent are. Nor is a category absent if an annotation of the
   * image could belong to any category.
   */
  resolve(): void {
    for (let i = 0; i < this.imageOf.length; i++) {
      const image = this.#images.place(this.imageOf.at(i));
      const label = this.#categories.place(this.labelOf.at(i));
      if (image === NONE) this.#dangling(i, 'image', 'image_id');
      else if (label === NONE) {
        this.#dangling(i, 'category', 'category_id');
        this.#unclear.add(image);
      }
      this.imageOf.set(i, label === NONE ? NONE : image);
      this.labelOf.set(i, label);
    }
    for (const image of this.#negatives.size > 0 ? this.names.keys() : []) {
      const places = (this.#negatives.get(image) ?? []).map((number) => this.#categories.place(number));
      this.searched.set(
        image,
        places.filter((label) => label !== NONE),
      );
    }
    for (const image of this.#unclear) this.searched.set(image, []);
  }

  #dangling(i: number, what: string, key: string): void {
    const span: JsonSpan = { start: this.starts.at(i), end: this.ends.at(i), kind: 'object' };
    // Beyond the listed ones, problems are only counted.
    const value = this.problems.full ? {} : (this.#source.value(span) as Record<string, unknown>);
    const title = titleOf(value['id']);
    const id = idOf(own(value, key));
    const text =
      id === null
        ? `${title} has no ${quoted(key)}`
        : `${title} has the ${what} ${quoted(id)}, which the file does not list`;
    this.problems.add(this.lines.at(i), text);
  }
}

/** The ids of a list, numbered in order of first appearance, wherever they appear. */
class Ids {
  readonly #numbers = new Map<string, number>();
  readonly #places = new Numbers();

  number(id: string | null): number {
    if (id === null) return NONE;
    const known = this.#numbers.get(id) ?? this.#places.push(NONE);
    this.#numbers.set(id, known);
    return known;
  }

  /** False: the id is already defined. */
  define(id: string, place: number): boolean {
    const number = this.number(id);
    if (this.#places.at(number) !== NONE) return false;
    this.#places.set(number, place);
    return true;
  }

  place(number: number): number {
    return number === NONE ? NONE : this.#places.at(number);
  }
}

/** An id as text, so that 7 and "7" are the same; null if it is not an id. */
export function idOf(value: unknown): string | null {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)) ? String(value) : null;
}

/** The name of an annotation in problems. */
export function titleOf(id: unknown): string {
  const text = idOf(id);
  return text === null ? 'an annotation' : `annotation ${quoted(text).slice(1, -1)}`;
}
