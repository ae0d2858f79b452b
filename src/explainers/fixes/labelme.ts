import type { JsonSpan } from '../annotations/files/jsonSource.ts';
import type { FixBox, TextEdit } from '../contracts/labels/fix.ts';
import { cornersLike, cornersOf, type Fixer, type FixInput, notABox, unknownClass } from './fixer.ts';
import { JsonText, jsonString, Written } from './json.ts';
import { numberStyle } from './numberStyle.ts';

/** LabelMe: a shape's label or corners, the shape itself, or a flag of the whole image. */
export const labelmeFixer: Fixer = {
  edits(input) {
    const json = new JsonText(input.file, 'LabelMe');
    const root = json.source.root();
    const { change, annotation } = input;
    const shapes = json.member(root, 'shapes')!;
    const span = annotation && shapeOf(input, json, shapes);
    if (change.kind === 'add')
      return change.box
        ? [added(json, shapes, change.label, change.box)]
        : [flag(input, json, root, change.label, true)];
    if (!span) {
      if (change.kind === 'move') throw notABox(input, 'about the whole image');
      const off = flag(input, json, root, annotation!.label, false);
      return change.kind === 'remove' ? [off] : [off, flag(input, json, root, change.to, true)];
    }
    if (change.kind === 'remove') return [json.removeItem(shapes, span)];
    if (change.kind === 'move') return moved(input, json, span, change.box);
    const label = json.member(span, 'label')!;
    return [json.replace(label, jsonString(change.to, json.text(label)))];
  },
};

/** Null: it is a flag. */
function shapeOf({ annotation, nth }: FixInput, json: JsonText, shapes: JsonSpan): JsonSpan | null {
  const equal = json.items(shapes).filter((span) => {
    if (span.kind !== 'object' || json.source.line(span) !== annotation!.line) return false;
    const { label } = json.source.value(span) as { readonly label?: unknown };
    return typeof label === 'string' && label.trim() === annotation!.label;
  });
  return equal[nth] ?? null;
}

function flag(input: FixInput, json: JsonText, root: JsonSpan, label: string, set: boolean): TextEdit {
  const flags = json.member(root, 'flags');
  for (const [key, value] of flags ? json.source.members(flags) : [])
    if (key.trim() === label) return json.replace(value, String(set));
  throw unknownClass(input, label, 'The list of flags');
}

function moved(input: FixInput, json: JsonText, span: JsonSpan, box: FixBox): readonly TextEdit[] {
  const type = (json.source.value(span) as { readonly shape_type?: unknown }).shape_type;
  if (type !== 'rectangle') throw notABox(input, `a ${String(type ?? 'polygon')}`);
  const corners = json.items(json.member(span, 'points')).flatMap((point) => json.items(point));
  const texts = corners.map((each) => json.text(each));
  const style = numberStyle(texts);
  return cornersLike(texts.map(Number), box).map((value, i) => json.replace(corners[i]!, style(value)));
}

function added(json: JsonText, shapes: JsonSpan, label: string, box: FixBox): TextEdit {
  const items = json.items(shapes);
  const like = items.at(-1);
  const numbers = like ? json.items(json.member(like, 'points')).flatMap((point) => json.items(point)) : [];
  const style = numberStyle(numbers.map((each) => json.text(each)));
  const [x0, y0, x1, y1] = cornersOf(box).map((value) => new Written(style(value))) as [
    Written,
    Written,
    Written,
    Written,
  ];
  const keys = like ? Object.keys(json.source.value(like) as object) : [];
  const extra = { group_id: null, description: '', shape_type: 'rectangle', flags: {}, mask: null } as const;
  return json.addItem(shapes, {
    label: new Written(jsonString(label, json.text(shapes))),
    points: [
      [x0, y0],
      [x1, y1],
    ],
    ...Object.fromEntries(Object.entries(extra).filter(([key]) => key === 'shape_type' || !like || keys.includes(key))),
  });
}
