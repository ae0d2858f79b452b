import { JsonSource, type JsonSpan } from '../annotations/files/jsonSource.ts';
import { jsonWalk } from '../annotations/files/jsonWalk.ts';
import type { FormatInput } from '../annotations/format.ts';
import type { TextEdit } from '../contracts/labels/fix.ts';

/** A JSON file for edits: where its values are in the text. */
export class JsonText {
  readonly source: JsonSource;
  readonly #bytes: Buffer;

  constructor(file: FormatInput, title: string) {
    this.source = new JsonSource(file, title);
    this.#bytes = jsonWalk(file.bytes).bytes;
  }

  member(object: JsonSpan, name: string): JsonSpan | null {
    let found: JsonSpan | null = null;
    // Of two members of the same name, the last one counts.
    for (const [key, value] of this.source.members(object)) if (key === name) found = value;
    return found;
  }

  items(array: JsonSpan | null): readonly JsonSpan[] {
    return array ? [...this.source.items(array)] : [];
  }

  text({ start, end }: Pick<JsonSpan, 'start' | 'end'>): string {
    return this.#bytes.toString('utf8', start, end);
  }

  replace({ start, end }: Pick<JsonSpan, 'start' | 'end'>, text: string): TextEdit {
    const from = this.#bytes.toString('utf8', 0, start).length;
    return { start: from, end: from + this.text({ start, end }).length, text };
  }

  /** Without an element and one of the commas next to it. */
  removeItem(array: JsonSpan, item: JsonSpan): TextEdit {
    const items = this.items(array);
    const i = items.findIndex(({ start }) => start === item.start);
    const next = items[i + 1];
    if (next) return this.replace({ start: item.start, end: next.start }, '');
    const last = items[i - 1];
    return this.replace({ start: last ? last.end : item.start, end: item.end }, '');
  }

  /** With one more element at the end, set off like the others. */
  addItem(array: JsonSpan, value: JsonValue): TextEdit {
    const items = this.items(array);
    const [before, last] = items.slice(-2);
    const like = last ?? before;
    const own = last ?? null;
    if (!like)
      return this.replace({ start: array.start + 1, end: array.start + 1 }, written(value, this.#styleOf(array, null)));
    const gap =
      own && before
        ? this.text({ start: before.end, end: own.start })
        : `,${this.text({ start: array.start + 1, end: like.start }) || ' '}`;
    return this.replace({ start: like.end, end: like.end }, gap + written(value, this.#styleOf(array, like)));
  }

  /** How the elements of a list are laid out, by the last one. */
  #styleOf(array: JsonSpan, like: JsonSpan | null): Style {
    const text = like ? this.text(like) : '';
    const before = this.#bytes.toString('utf8', Math.max(0, (like ?? array).start - 400), (like ?? array).start);
    const indent = /^[ \t]*/.exec(before.slice(before.lastIndexOf('\n') + 1))![0];
    const inner = /^\{\r?\n([ \t]*)/.exec(text)?.[1];
    return {
      newline: text.includes('\r\n') ? '\r\n' : '\n',
      indent,
      unit: inner === undefined ? null : inner.slice(indent.length) || '  ',
      comma: /,\s/.test(text) || text === '' ? ', ' : ',',
      colon: /":\s/.test(text) || text === '' ? ': ' : ':',
      inlineLists: !/\[\s*\n/.test(text),
    };
  }
}

/** A number in the form in which it is to be written. */
export class Written {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | Written
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

interface Style {
  readonly newline: string;
  readonly indent: string;
  /** Null: objects are on one line. */
  readonly unit: string | null;
  readonly comma: string;
  readonly colon: string;
  readonly inlineLists: boolean;
}

function written(value: JsonValue, style: Style): string {
  if (value instanceof Written) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const flat = style.unit === null || (isList && style.inlineLists);
  const inner: Style = flat ? { ...style, unit: null } : { ...style, indent: style.indent + style.unit };
  const entries = isList
    ? (value as readonly JsonValue[]).map((each) => written(each, inner))
    : Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}${style.colon}${written(each, inner)}`);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return open + close;
  if (flat) return open + entries.join(style.comma) + close;
  const step = style.newline + inner.indent;
  return `${open}${step}${entries.join(`,${step}`)}${style.newline}${style.indent}${close}`;
}

/** The text of a string, as its neighbours escape letters beyond ASCII. */
export function jsonString(value: string, like: string): string {
  const text = JSON.stringify(value);
  const escapes = /\\u[0-9a-f]{4}/i.test(like);
  return escapes
    ? text.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : text;
}
