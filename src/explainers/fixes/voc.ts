import type { FixBox, TextEdit } from '../contracts/labels/fix.ts';
import { cornersLike, cornersOf, type Fixer, type FixInput, needsBox, notABox, refused } from './fixer.ts';
import { numberStyle } from './numberStyle.ts';
import { leadOf, removePart, trimmedSpan, type XmlPart, xmlChild, xmlParts, xmlText } from './xml.ts';

const CORNERS = ['xmin', 'ymin', 'xmax', 'ymax'] as const;
/** What VOC's own tools write of an object that nobody described further. */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['pose', 'Unspecified'],
  ['truncated', '0'],
  ['difficult', '0'],
  ['occluded', '0'],
]);

/** Pascal VOC: an object's name or corners, or the object itself. */
export const vocFixer: Fixer = {
  declared: true,
  edits(input) {
    const { text, change } = input;
    const root = xmlParts(text);
    if (change.kind === 'add') {
      if (!change.box) throw needsBox(input, 'VOC');
      return [added(text, root, change.label, change.box)];
    }
    const object = objectOf(input, root);
    if (change.kind === 'remove') return [removePart(text, object)];
    if (change.kind === 'move') return moved(input, object, change.box);
    return [{ ...trimmedSpan(text, xmlChild(object, 'name')!.inside!), text: xmlText(change.to) }];
  },
};

/** The objects of the line; of those that are equal, the one that is meant. */
function objectOf(input: FixInput, root: XmlPart): XmlPart {
  const { text, annotation, nth } = input;
  const equal = root.children.filter(({ name, line, children }) => {
    const label = children.find((each) => each.name === 'name')?.inside;
    return (
      name === 'object' &&
      line === annotation!.line &&
      label &&
      isText(text.slice(label.start, label.end), annotation!.label)
    );
  });
  if (!equal[nth]) throw refused(input, 'The object is not found in the file.', 'Check the labels again.');
  return equal[nth];
}

function isText(written: string, label: string): boolean {
  const plain = written.trim();
  // Other ways of escaping are read by the parser, and compared after the change.
  return plain === label || plain === xmlText(label) || plain.includes('&') || plain.includes('<!');
}

function moved(input: FixInput, object: XmlPart, box: FixBox): readonly TextEdit[] {
  const drawn = xmlChild(object, 'bndbox');
  if (!drawn || xmlChild(object, 'robndbox')) throw notABox(input, 'a turned box');
  if (['polygon', 'mask', 'segm'].some((name) => xmlChild(object, name))) throw notABox(input, 'an outline');
  const spans = CORNERS.map((name) => trimmedSpan(input.text, xmlChild(drawn, name)!.inside!));
  const old = spans.map(({ start, end }) => input.text.slice(start, end));
  const style = numberStyle(old);
  const values = cornersLike(old.map(Number), box);
  return spans.map((span, i) => ({ ...span, text: style(values[i]!) }));
}

function added(text: string, root: XmlPart, label: string, box: FixBox): TextEdit {
  const like = root.children.filter(({ name }) => name === 'object').at(-1);
  const before = like ?? root.children.at(-1);
  const lead = before ? leadOf(text, before) : '\n  ';
  const deeper = like?.children[0] ? leadOf(text, like.children[0]) : lead && `${lead}${lead.replace(/^[\r\n]+/, '')}`;
  const old = like && xmlChild(like, 'bndbox');
  const deepest = old?.children[0] ? leadOf(text, old.children[0]) : deeper + deeper.slice(lead.length);
  const numbers = (old?.children ?? []).flatMap(({ inside }) =>
    inside ? [text.slice(inside.start, inside.end).trim()] : [],
  );
  const style = numberStyle(numbers, 0, 0);
  const names = like ? like.children.map(({ name }) => name) : [...DEFAULTS.keys()].slice(0, 3);
  const facts = names.flatMap((name) =>
    DEFAULTS.has(name) ? [`${deeper}<${name}>${DEFAULTS.get(name)}</${name}>`] : [],
  );
  const corners = cornersOf(box).map((value, i) => `${deepest}<${CORNERS[i]}>${style(value)}</${CORNERS[i]}>`);
  const close =
    like?.inside && like.children.length > 0 ? text.slice(like.children.at(-1)!.end, like.inside.end) : lead;
  const body = `${deeper}<name>${xmlText(label)}</name>${facts.join('')}${deeper}<bndbox>${corners.join('')}${deeper}</bndbox>${close}`;
  const at = before ? before.end : root.inside!.end;
  return { start: at, end: at, text: `${lead}<object>${body}</object>` };
}
