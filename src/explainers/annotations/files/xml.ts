import { decodeText, UnknownEncoding } from '../../files/text.ts';
import { setOwn, table } from '../../tables.ts';
import type { FormatInput } from '../format.ts';
import { annotationError } from '../problems.ts';

/** An element; attributes and text with the five entities of XML and character references resolved. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, trimmed. */
  readonly text: string;
  readonly line: number;
}

const MAX_DEPTH = 64;
const ENTITIES = table<string>({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" });
const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE[^[>]*>|<(\/?)([^\s/>"'=<]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|[^<]+/y;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** What may stand before the root element, and how it ends. */
const PROLOG: readonly (readonly [start: string, end: string])[] = [
  ['<?', '?>'],
  ['<!--', '-->'],
  ['<!DOCTYPE', '>'],
];

/** The first element's name, without reading further; null where the text is no XML. */
export function xmlRoot(head: string): string | null {
  let rest = head.replace(/^\uFEFF/, '').trimStart();
  for (let part = PROLOG.find(([start]) => rest.startsWith(start)); part; ) {
    const end = rest.indexOf(part[1], part[0].length);
    if (end < 0) return null;
    rest = rest.slice(end + part[1].length).trimStart();
    part = PROLOG.find(([start]) => rest.startsWith(start));
  }
  return /^<([^\s/>"'=<!?]+)/.exec(rest)?.[1] ?? null;
}

/**
 * Reads an XML file into elements. Only what annotation files need: no document type with declarations of its own, so no
 * entity can expand, and nothing outside the file is ever read. Throws `annotation` with the line.
 */
export function readXml(file: FormatInput, title: string): XmlElement {
  const text = decoded(file, title).replace(/^\uFEFF/, '');
  let line = 1;
  let counted = 0;
  const lineAt = (offset: number) => {
    for (; counted < offset; counted++) if (text.charCodeAt(counted) === 10) line++;
    return line;
  };
  const broken = (offset: number, what: string) =>
    annotationError(
      file.path,
      lineAt(offset),
      `Line ${lineAt(offset)} of the ${title} file ${what}.`,
      'Write the file again with the tool that made it, or correct that line.',
    );
  const document: Open = { name: '', attributes: {}, children: [], text: '', line: 0 };
  const open: Open[] = [document];
  const token = new RegExp(TOKEN);
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) throw broken(at, 'is not valid XML');
    const [whole, cdata, closing, name, attributes, empty] = match;
    const parent = open.at(-1)!;
    if (cdata !== undefined) parent.text += cdata;
    else if (whole[0] !== '<') {
      if (open.length > 1) parent.text += resolved(whole);
      else if (whole.trim() !== '') throw broken(at, 'has text outside the root element');
    } else if (name === undefined) continue;
    else if (closing) {
      if (parent.name !== name)
        throw broken(
          at,
          `closes </${name.slice(0, 40)}> where ${parent.name ? `</${parent.name}> is due` : 'nothing is open'}`,
        );
      open.pop();
    } else {
      if (open.length === 1 && document.children.length > 0) throw broken(at, 'begins a second root element');
      const element: Open = {
        name,
        attributes: attributesOf(attributes ?? ''),
        children: [],
        text: '',
        line: lineAt(at),
      };
      parent.children.push(element);
      if (!empty) open.push(element);
      if (open.length > MAX_DEPTH) throw broken(at, `nests more than ${MAX_DEPTH} elements`);
    }
  }
  if (open.length > 1) throw broken(text.length, `ends before </${open.at(-1)!.name}>: the file is cut off`);
  const root = document.children[0];
  if (!root) throw broken(0, 'has no element');
  return trimmed(root);
}

function decoded(file: FormatInput, title: string): string {
  try {
    return decodeText(file.bytes);
  } catch (thrown) {
    if (!(thrown instanceof UnknownEncoding)) throw thrown;
    throw annotationError(
      file.path,
      1,
      `The ${title} file cannot be read: ${thrown.message}.`,
      'Write the file again in UTF-8.',
    );
  }
}

interface Open {
  name: string;
  attributes: Record<string, string>;
  children: Open[];
  text: string;
  line: number;
}

function trimmed(element: Open): XmlElement {
  return { ...element, text: element.text.trim(), children: element.children.map(trimmed) };
}

function attributesOf(text: string): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null);
  for (const [, name, double, single] of text.matchAll(ATTRIBUTE))
    setOwn(attributes, name!, resolved(double ?? single ?? ''));
  return { ...attributes };
}

/** Unknown entities stay as they are written. */
function resolved(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|(\w{1,8}));/gi, (whole, hex, decimal, name) => {
    if (name) return ENTITIES[name] ?? whole;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((c) => c.name === name);
}
