import type { FixBox, TextEdit } from '../contracts/labels/fix.ts';
import { cornersOf, type Fixer, type FixInput, notABox, refused, unknownClass } from './fixer.ts';
import { numberStyle } from './numberStyle.ts';
import { leadOf, removePart, type XmlPart, xmlParts, xmlText } from './xml.ts';

const CORNERS = ['xtl', 'ytl', 'xbr', 'ybr'] as const;
/** Attributes of a new box, in CVAT's order; those that the file's other boxes have are written. */
const DEFAULTS = [
  ['source', 'manual'],
  ['occluded', '0'],
  ['outside', '0'],
  ['keyframe', '0'],
] as const;

/** CVAT for images: a shape's label or corners, or the shape itself. */
export const cvatFixer: Fixer = {
  declared: true,
  edits(input) {
    const { text, change, parsed } = input;
    const root = xmlParts(text);
    const to = change.kind === 'class' ? change.to : change.kind === 'add' ? change.label : null;
    if (to !== null && parsed.labels && !parsed.labels.includes(to)) throw unknownClass(input, to, 'The task');
    const image = root.children.find(
      (part) =>
        part.name === 'image' &&
        part.line === input.image.line &&
        attributeOf(text, part, 'name') === escapedName(input, part),
    );
    if (!image)
      throw refused(
        input,
        'The label belongs to a track of a video, which has one class in all frames.',
        'Correct the track in CVAT.',
      );
    if (change.kind === 'add') return [added(text, root, image, change.label, change.box)];
    const shape = shapeOf(input, image);
    if (change.kind === 'remove') return [removePart(text, shape)];
    if (change.kind === 'move') return moved(input, shape, change.box);
    return [{ ...shape.attributes.get('label')!, text: xmlText(change.to) }];
  },
};

/** Two images on one line are distinguished by their names, as they are written. */
function escapedName({ image, text }: FixInput, part: XmlPart): string {
  const written = attributeOf(text, part, 'name');
  return written.trim() === xmlText(image.image) || written.includes('&') || written.trim() === image.image
    ? written
    : '';
}

function attributeOf(text: string, part: XmlPart, name: string): string {
  const span = part.attributes.get(name);
  return span ? text.slice(span.start, span.end) : '';
}

function shapeOf(input: FixInput, image: XmlPart): XmlPart {
  const { text, annotation, nth } = input;
  const equal = image.children.filter((part) => {
    const label = attributeOf(text, part, 'label').trim();
    return (
      part.line === annotation!.line &&
      (label === annotation!.label || label === xmlText(annotation!.label) || label.includes('&'))
    );
  });
  if (!equal[nth]) throw refused(input, 'The shape is not found in the file.', 'Check the labels again.');
  return equal[nth];
}

function moved(input: FixInput, shape: XmlPart, box: FixBox): readonly TextEdit[] {
  if (shape.name !== 'box') throw notABox(input, shape.name === 'tag' ? 'about the whole image' : `a ${shape.name}`);
  if (Number(attributeOf(input.text, shape, 'rotation') || 0) !== 0) throw notABox(input, 'a turned box');
  const style = numberStyle(CORNERS.map((name) => attributeOf(input.text, shape, name).trim()));
  const values = cornersOf(box);
  return CORNERS.map((name, i) => ({ ...shape.attributes.get(name)!, text: style(values[i]!) }));
}

function added(text: string, root: XmlPart, image: XmlPart, label: string, box: FixBox | null): TextEdit {
  const images = root.children.filter(({ name }) => name === 'image');
  const kind = box ? 'box' : 'tag';
  const all = images.flatMap(({ children }) => children);
  const like = all.find(({ name }) => name === kind) ?? null;
  const lead =
    image.children.length > 0
      ? leadOf(text, image.children.at(-1)!)
      : all[0]
        ? leadOf(text, all[0])
        : `${leadOf(text, image)}  `;
  const facts = DEFAULTS.flatMap(([name, value]) =>
    (like ? like.attributes.has(name) : name === 'occluded' && box) ? [` ${name}="${value}"`] : [],
  );
  const style = numberStyle(like && box ? CORNERS.map((name) => attributeOf(text, like, name).trim()) : []);
  const corners = box ? cornersOf(box).map((value, i) => ` ${CORNERS[i]}="${style(value)}"`) : [];
  const depth = like?.attributes.has('z_order') || (!like && box) ? ' z_order="0"' : '';
  const close =
    like?.inside === null
      ? '/>'
      : `>${like?.inside ? leadOf(text, { start: like.inside.end, end: like.inside.end }) : ''}</${kind}>`;
  const shape = `${lead}<${kind} label="${xmlText(label)}"${facts.join('')}${corners.join('')}${depth}${close}`;
  if (!image.inside) {
    // `<image …/>` gets two tags.
    const slash = text.lastIndexOf('/', image.end);
    return { start: slash, end: image.end, text: `>${shape}${leadOf(text, image)}</image>` };
  }
  const last = image.children.at(-1);
  if (last) return { start: last.end, end: last.end, text: shape };
  const blank = text.slice(image.inside.start, image.inside.end).trim() === '' && image.inside.end > image.inside.start;
  return { start: image.inside.start, end: image.inside.start, text: blank ? shape : shape + leadOf(text, image) };
}
