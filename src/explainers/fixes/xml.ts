import type { TextEdit } from '../contracts/labels/fix.ts';
import type { Span } from './lines.ts';

/** An element of an XML text and where its parts are. */
export interface XmlPart extends Span {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, Span>;
  readonly children: XmlPart[];
  /** Between its tags; null: it has one tag, `<a/>`. */
  readonly inside: Span | null;
  /** 1-based, of its beginning. */
  readonly line: number;
}

/** The root of a text that a parser has already found to be valid. */
export function xmlParts(text: string): XmlPart {
  const roots: XmlPart[] = [];
  const open: { part: Omit<XmlPart, 'end' | 'inside'>; from: number }[] = [];
  const add = (part: XmlPart) => (open.at(-1)?.part.children ?? roots).push(part);
  let [line, counted] = [1, 0];
  const lineAt = (at: number) => {
    for (; counted < at; counted++) if (text[counted] === '\n') line++;
    return line;
  };
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const skipped = SKIPPED.find(([start]) => text.startsWith(start, at));
    if (skipped) {
      at = text.indexOf(skipped[1], at) + skipped[1].length;
      continue;
    }
    const start = at;
    const end = tagEnd(text, at);
    at = end;
    if (text[start + 1] === '/') {
      const { part, from } = open.pop()!;
      add({ ...part, end, inside: { start: from, end: start } });
      continue;
    }
    const name = /^[^\s/>]+/.exec(text.slice(start + 1, end))![0];
    const part = {
      name,
      start,
      attributes: attributesOf(text, start + 1 + name.length, end),
      children: [],
      line: lineAt(start),
    };
    if (text[end - 2] === '/') add({ ...part, end, inside: null });
    else open.push({ part, from: end });
  }
  return roots[0]!;
}

const SKIPPED = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
] as const;

/** After the `>` of a tag; one in an attribute's quotes is not it. */
function tagEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const c = text[at]!;
    if (c === '>') return at + 1;
    if (c === '"' || c === "'") at = text.indexOf(c, at + 1);
    if (at < 0) break;
  }
  throw new Error('The tag has no end.');
}

function attributesOf(text: string, from: number, to: number): ReadonlyMap<string, Span> {
  const found = new Map<string, Span>();
  for (let at = from; at < to; ) {
    const equals = text.indexOf('=', at);
    if (equals < 0 || equals >= to) break;
    const name = text.slice(at, equals).trim();
    let quote = equals + 1;
    while (/\s/.test(text[quote]!)) quote++;
    const end = text.indexOf(text[quote]!, quote + 1);
    found.set(name, { start: quote + 1, end });
    at = end + 1;
  }
  return found;
}

export function xmlChild(part: XmlPart | undefined, name: string): XmlPart | undefined {
  return part?.children.find((each) => each.name === name);
}

/** The text of an element, without the spaces around it. */
export function trimmedSpan(text: string, { start, end }: Span): Span {
  const inner = text.slice(start, end);
  const from = start + (inner.length - inner.trimStart().length);
  return { start: from, end: Math.max(from, start + inner.trimEnd().length) };
}

export function xmlText(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Without an element and the spaces before it. */
export function removePart(text: string, { start, end }: Span): TextEdit {
  let from = start;
  while (from > 0 && /\s/.test(text[from - 1]!)) from--;
  return { start: from, end, text: '' };
}

/** The line break and indentation before an element; '' if it is on a line with others. */
export function leadOf(text: string, { start }: Span): string {
  const before = text.slice(Math.max(0, start - 200), start);
  return before.slice(before.trimEnd().length);
}
