import { SaxesParser } from 'saxes';
import { decodeText, UnknownEncoding } from '../../files/text.ts';
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

/**
 * Breaches of the standard that change nothing which is read: the text stays as it is written, the declaration says
 * nothing new.
 */
const HARMLESS = /undefined entity|malformed character entity|XML declaration must (?:be|appear) at the start/;

/** Faults that deserve our own words, by the element that is open and the one that was closed last. */
const FAULTS: readonly (readonly [RegExp, (open: string, closed: string) => string])[] = [
  [/unexpected end|unclosed tag/, (due) => `ends before </${due}>: the file is cut off`],
  [/unexpected close tag/, (_, due) => `closes another element where </${due}> is due`],
  [/only one root/, () => 'begins a second root element'],
  [/text data outside/, () => 'has text outside the root element'],
];

/** What may precede the root element, and how it ends. */
const PROLOG: readonly (readonly [start: string, end: string])[] = [
  ['<?', '?>'],
  ['<!--', '-->'],
  ['<!DOCTYPE', '>'],
];

/** The first element's name, without reading further; null if the text is not XML. */
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
 * Reads an XML file into elements. It supports only what annotation files need: no document type with declarations of
 * its own, so no entity can expand, and nothing outside the file is ever read. Throws `annotation` with the line.
 */
export function readXml(file: FormatInput, title: string): XmlElement {
  const text = decoded(file, title).replace(/^\uFEFF/, '');
  const parser = new SaxesParser({ position: true, xmlns: false });
  const broken = (what: string, line = parser.line) =>
    annotationError(
      file.path,
      line,
      `Line ${line} of the ${title} file ${what}.`,
      'Write the file again with the tool that created it, or correct that line.',
    );
  const document: Open = { name: '', attributes: {}, children: [], text: '', line: 0 };
  const open: Open[] = [document];
  const add = (more: string) => {
    open.at(-1)!.text += more;
  };
  let line = 1;
  let closed = '';
  parser.on('error', ({ message }) => {
    if (HARMLESS.test(message)) return;
    const known = FAULTS.find(([fault]) => fault.test(message));
    throw broken(
      known ? known[1](open.at(-1)!.name, closed) : `is not valid XML: ${message.replace(/^\d+:\d+: |\.$/g, '')}`,
    );
  });
  parser.on('doctype', (declared) => {
    if (declared.includes('[')) throw broken('is not valid XML: a document type of its own is not read');
  });
  // The character behind the name has been read: a line break, perhaps.
  parser.on('opentagstart', () => {
    line = parser.column === 0 ? parser.line - 1 : parser.line;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: Open = {
      name,
      attributes: { ...(attributes as Record<string, string>) },
      children: [],
      text: '',
      line,
    };
    open.at(-1)!.children.push(element);
    if (open.push(element) > MAX_DEPTH) throw broken(`nests more than ${MAX_DEPTH} elements`);
  });
  // It closes the innermost element before it complains of the name.
  parser.on('closetag', () => {
    closed = open.pop()!.name;
  });
  parser.on('text', add);
  parser.on('cdata', add);
  parser.write(text).close();
  const root = document.children[0];
  if (!root) throw broken('has no element', 1);
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

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((c) => c.name === name);
}
