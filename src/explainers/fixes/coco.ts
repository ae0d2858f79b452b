import type { JsonSpan } from '../annotations/files/jsonSource.ts';
import { cocoTable, idOf } from '../annotations/formats/cocoTable.ts';
import type { FixBox, TextEdit } from '../contracts/labels/fix.ts';
import { greatest } from '../lists.ts';
import { atOnce } from '../steps.ts';
import { own } from '../tables.ts';
import { cornersOf, type Fixer, type FixInput, needsBox, notABox, refused } from './fixer.ts';
import { JsonText, type JsonValue, jsonString, Written } from './json.ts';
import { numberStyle } from './numberStyle.ts';

const NEEDED = ['id', 'image_id', 'category_id', 'bbox'];

type Item = Readonly<Record<string, unknown>>;

/** COCO: an annotation's category, its box and area, or itself; a missing category is added to the list. */
export const cocoFixer: Fixer = {
  edits(input) {
    const json = new JsonText(input.file, 'COCO');
    const root = json.source.root();
    const { change } = input;
    if (change.kind === 'add') return added(input, json, root, change.label, change.box);
    const span = entryOf(input, json);
    if (change.kind === 'remove') return [json.removeItem(json.member(root, 'annotations')!, span)];
    if (change.kind === 'move') return moved(input, json, span, change.box);
    const [id, more] = categoryOf(json, root, change.to);
    return [json.replace(json.member(span, 'category_id')!, JSON.stringify(id)), ...more];
  },
};

/** Where the annotation is in the file. */
function entryOf(input: FixInput, json: JsonText): JsonSpan {
  const { file, parsed, image, annotation, nth } = input;
  const entries = atOnce(cocoTable(file)).image(parsed.images.indexOf(image)).entries;
  const equal = entries.filter(({ start, end, line, label }) => {
    if (line !== annotation!.line || label !== annotation!.label) return false;
    const id = json.member({ start, end, kind: 'object' }, 'id');
    return (id ? idOf(json.source.value(id)) : null) === (annotation!.id ?? null);
  });
  const found = equal[nth];
  if (!found) throw refused(input, 'The annotation is not found in the file.', 'Check the labels again.');
  return { start: found.start, end: found.end, kind: 'object' };
}

/** The id of a category, and the edit that adds it if the file has none of that name. */
function categoryOf(json: JsonText, root: JsonSpan, name: string): readonly [id: unknown, more: readonly TextEdit[]] {
  const list = json.member(root, 'categories')!;
  const items = json.items(list).filter(({ kind }) => kind === 'object');
  const values = items.map((span) => json.source.value(span) as Item);
  const known = values.find((value) => value['name'] === name);
  if (known) return [known['id'], []];
  const id = freshId(values.map((value) => value['id']));
  const like = values.at(-1);
  const fresh = new Map<string, JsonValue>();
  for (const [key, value] of Object.entries(like ?? { id, name })) {
    if (key === 'id') fresh.set(key, id);
    else if (key === 'name') fresh.set(key, new Written(jsonString(name, json.text(list))));
    // What all categories have in common, the new one has too.
    else if (values.every((each) => JSON.stringify(own(each, key)) === JSON.stringify(value)))
      fresh.set(key, value as JsonValue);
  }
  return [id, [json.addItem(list, Object.fromEntries(fresh))]];
}

/** An id that no other has, as a text where the others are texts. */
function freshId(ids: readonly unknown[]): string | number {
  const next = greatest([0, ...ids.map(Number).filter(Number.isInteger)]) + 1;
  return ids.some((id) => typeof id === 'string') ? String(next) : next;
}

function moved(input: FixInput, json: JsonText, span: JsonSpan, box: FixBox): readonly TextEdit[] {
  const value = json.source.value(span) as Item;
  const [bbox, area, segmentation] = ['bbox', 'area', 'segmentation'].map((name) => json.member(span, name));
  if (!bbox) throw notABox(input, 'about the whole image');
  const old = value['bbox'] as readonly number[];
  const numbers = json.items(bbox);
  const style = numberStyle(numbers.map((each) => json.text(each)));
  const written = [box.x, box.y, box.width, box.height].map(style);
  const edits = numbers.map((each, i) => json.replace(each, written[i]!));
  const drawn = segmentation && json.items(segmentation);
  if (segmentation && (segmentation.kind === 'object' || drawn!.length > 0)) {
    const ring = drawn?.length === 1 ? drawn[0]! : null;
    const places = ring ? json.items(ring).map((each) => ({ each, value: json.source.value(each) as number })) : [];
    if (
      !ring ||
      !isRectangle(
        places.map(({ value: at }) => at),
        old,
      )
    )
      throw notABox(input, 'an outline or a mask');
    const [left, top, right, bottom] = cornersOf(box);
    const near = (at: number, i: number) => Math.abs(at - old[i % 2]!) < Math.abs(at - old[i % 2]! - old[2 + (i % 2)]!);
    places.forEach(({ each, value: at }, i) => {
      const to = near(at, i) ? [left, top][i % 2]! : [right, bottom][i % 2]!;
      edits.push(json.replace(each, style(to)));
    });
  }
  if (area) {
    const [width, height] = [Number(written[2]), Number(written[3])];
    edits.push(json.replace(area, numberStyle([json.text(area)])(width * height)));
  }
  return edits;
}

/** The four corners of a box. */
function isRectangle(ring: readonly number[], [x, y, width, height]: readonly number[]): boolean {
  if (ring.length !== 8) return false;
  const close = (a: number, b: number) => Math.abs(a - b) < 1e-6;
  const at = (i: number) =>
    [x!, x! + width!].some((v) => close(v, ring[2 * i]!)) && [y!, y! + height!].some((v) => close(v, ring[2 * i + 1]!));
  return [0, 1, 2, 3].every(at) && new Set([0, 1, 2, 3].map((i) => `${ring[2 * i]} ${ring[2 * i + 1]}`)).size === 4;
}

function added(
  input: FixInput,
  json: JsonText,
  root: JsonSpan,
  label: string,
  box: FixBox | null,
): readonly TextEdit[] {
  const list = json.member(root, 'annotations')!;
  const items = json.items(list);
  const like = items.length > 0 ? (json.source.value(items.at(-1)!) as Item) : null;
  if (!box && like && Array.isArray(like['bbox'])) throw needsBox(input, 'The file');
  const image = json
    .items(json.member(root, 'images'))
    .find((span) => json.source.line(span) === input.image.line && nameOf(json, span) === input.image.image)!;
  const [category, more] = categoryOf(json, root, label);
  const ids = items.map((span) => json.member(span, 'id')).map((span) => span && json.source.value(span));
  const fields = new Map<string, JsonValue>([
    ['id', freshId(ids)],
    ['image_id', json.source.value(json.member(image, 'id')!) as JsonValue],
    ['category_id', category as JsonValue],
    ...(box ? boxFields(json, items.at(-1) ?? null, box) : []),
  ]);
  // The members of the last annotation in their order, and those that none may lack.
  const keys = [...Object.keys(like ?? {}), ...NEEDED].filter((key) => fields.has(key));
  return [json.addItem(list, Object.fromEntries([...new Set(keys)].map((key) => [key, fields.get(key)!]))), ...more];
}

function nameOf(json: JsonText, span: JsonSpan): unknown {
  const name = json.member(span, 'file_name');
  return name && json.source.value(name);
}

function boxFields(json: JsonText, like: JsonSpan | null, box: FixBox): readonly (readonly [string, JsonValue])[] {
  const [bbox, area] = ['bbox', 'area'].map((name) => like && json.member(like, name));
  const style = numberStyle(bbox ? json.items(bbox).map((each) => json.text(each)) : []);
  const numbers = [box.x, box.y, box.width, box.height].map(style);
  return [
    ['bbox', numbers.map((text) => new Written(text))],
    ['area', new Written(numberStyle(area ? [json.text(area)] : [])(Number(numbers[2]) * Number(numbers[3])))],
    ['iscrowd', 0],
    ['segmentation', []],
  ];
}
