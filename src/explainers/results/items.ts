import { textAt } from './column.ts';
import type { ResultColumns } from './resultColumns.ts';

/** A class of the model. */
export interface ClassName {
  readonly index: number;
  readonly label: string;
}

/**
 * The rows by item: an image and a class of it, of which each method has at most one row. Scores and labels belong to
 * the item, so they are counted once, however many methods there are.
 */
export interface Items {
  readonly count: number;
  /** In the order in which they first appear. */
  readonly methods: readonly string[];
  /** Per method: the row of each item; −1: it has none. */
  readonly rows: readonly Int32Array[];
  /** The first row of each item. */
  readonly first: Int32Array;
  /** By index. */
  readonly classes: readonly ClassName[];
  /** Per item: the position of its class in `classes`. */
  readonly classOf: Int32Array;
  /** Rows that repeat another row of the same image, class and method; the first one counts. */
  readonly repeated: number;
}

export function itemsOf({ rows, image, index, label, method }: ResultColumns): Items {
  const classes = classesOf(index, label);
  const at = new Map(classes.map((each, i) => [each.index, i]));
  const byKey = new Map<number, number>();
  const first = new Int32Array(rows);
  const classOf = new Int32Array(rows);
  const ofMethod = method.texts.map(() => new Int32Array(rows).fill(-1));
  let repeated = 0;
  for (let row = 0; row < rows; row++) {
    const place = at.get(index[row]!);
    const list = ofMethod[method.codes[row]!];
    if (place === undefined || list === undefined) continue;
    const key = image.codes[row]! * classes.length + place;
    let item = byKey.get(key);
    if (item === undefined) {
      item = byKey.size;
      byKey.set(key, item);
      first[item] = row;
      classOf[item] = place;
    }
    if (list[item] === -1) list[item] = row;
    else repeated++;
  }
  const count = byKey.size;
  return {
    count,
    methods: method.texts,
    rows: ofMethod.map((list) => list.subarray(0, count)),
    first: first.subarray(0, count),
    classes,
    classOf: classOf.subarray(0, count),
    repeated,
  };
}

/** Items that a statistic is about: those of a class, or all. */
export interface ItemGroup {
  /** Null: all classes together. */
  readonly index: number | null;
  readonly label: string;
  readonly of: Int32Array;
}

export const ALL_CLASSES = 'all classes';

/** The items of each class, and those of all classes together if there are several. */
export function itemGroups(items: Items): readonly ItemGroup[] {
  const byClass = itemsByClass(items);
  const groups = items.classes.map(({ index, label }, i) => ({ index, label, of: byClass[i]! }));
  return groups.length < 2 ? groups : [...groups, { index: null, label: ALL_CLASSES, of: allItems(items) }];
}

export function allItems({ count }: Items): Int32Array {
  const all = new Int32Array(count);
  for (let item = 0; item < count; item++) all[item] = item;
  return all;
}

/** The items of each class, in the order of `classes`. */
export function itemsByClass({ classes, classOf, count }: Items): readonly Int32Array[] {
  const sizes = new Int32Array(classes.length);
  for (let item = 0; item < count; item++) sizes[classOf[item]!]!++;
  const lists = classes.map((_, i) => new Int32Array(sizes[i]!));
  const next = new Int32Array(classes.length);
  for (let item = 0; item < count; item++) {
    const of = classOf[item]!;
    lists[of]![next[of]!++] = item;
  }
  return lists;
}

export function classesOf(index: ResultColumns['index'], label: ResultColumns['label']): readonly ClassName[] {
  const labels = new Map<number, string>();
  for (let row = 0; row < index.length; row++) {
    const of = index[row]!;
    if (!labels.has(of) && !Number.isNaN(of)) labels.set(of, textAt(label, row) ?? String(of));
  }
  return [...labels].map(([of, name]) => ({ index: of, label: name })).sort((a, b) => a.index - b.index);
}
