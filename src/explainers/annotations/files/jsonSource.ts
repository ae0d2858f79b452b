import { type ParseError, parse as parseLocated } from 'jsonc-parser';
import type { FormatInput } from '../format.ts';
import { annotationError } from '../problems.ts';
import { nestedEnd } from './jsonOutline.ts';
import { type JsonWalk, jsonWalk, quoteEnd, skipSpace } from './jsonWalk.ts';

/** A value that was found but not yet read: bytes [start, end). */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: 'object' | 'array' | 'string' | 'other';
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = { object: 0x7b, array: 0x5b } as const;
const CLOSE = { object: 0x7d, array: 0x5d } as const;
/** Longer values that are not JSON are not inspected. */
const MAX_REPAIRED = 1 << 20;

/**
 * JSON read in place: a byte scan finds the elements of a large file, and only the requested ones become objects. Every
 * span knows its line. The tokens NaN and Infinity, which Python's `json` writes, are read as null.
 */
export class JsonSource {
  readonly #bytes: Buffer;
  readonly #path: string;
  readonly #title: string;
  readonly #walk: JsonWalk;
  readonly #firstLine: number;
  /** The last requested line: its number, its first byte and its line break. */
  #line: number;
  #lineStart = 0;
  #lineEnd: number;

  /**
   * `title` names the format in errors: 'COCO'. `firstLine`: the bytes are a part of the file that begins on this line.
   */
  constructor(file: Pick<FormatInput, 'path' | 'bytes'>, title: string, firstLine = 1) {
    this.#walk = jsonWalk(file.bytes);
    this.#bytes = this.#walk.bytes;
    this.#path = file.path;
    this.#title = title;
    this.#firstLine = firstLine;
    this.#line = firstLine;
    this.#lineEnd = this.#breakFrom(0);
  }

  root(): JsonSpan {
    const start = this.#space(0);
    const span = this.#span(start);
    if (span.kind !== 'object' && span.kind !== 'array') throw this.error(start, 'is not JSON');
    const rest = this.#space(span.end);
    if (rest < this.#bytes.length) throw this.error(rest, 'continues after the end of the JSON');
    return span;
  }

  /** The members of an object: key and value, in the file's order. */
  *members(object: JsonSpan): Generator<[key: string, value: JsonSpan]> {
    if (object.kind !== 'object') return;
    for (let at = this.#space(object.start + 1); this.#bytes[at] !== CLOSE.object; ) {
      if (this.#bytes[at] !== QUOTE) throw this.error(at, 'is not valid JSON: a key in quotes is missing');
      const keyEnd = this.#stringEnd(at);
      const key = this.value({ start: at, end: keyEnd, kind: 'string' }) as string;
      const colon = this.#space(keyEnd);
      if (this.#bytes[colon] !== COLON) throw this.error(colon, 'is not valid JSON: a colon is missing');
      const value = this.#span(this.#space(colon + 1));
      yield [key, value];
      at = this.#next(value.end, CLOSE.object);
    }
  }

  /** The elements of an array. */
  *items(array: JsonSpan): Generator<JsonSpan> {
    if (array.kind !== 'array') return;
    for (let at = this.#space(array.start + 1); this.#bytes[at] !== CLOSE.array; ) {
      const item = this.#span(at);
      yield item;
      at = this.#next(item.end, CLOSE.array);
    }
  }

  /** The span as a JavaScript value. */
  value(span: JsonSpan): unknown {
    const text = this.#bytes.toString('utf8', span.start, span.end);
    try {
      return JSON.parse(text);
    } catch {
      return this.#repaired(text, span.start);
    }
  }

  /** Accepts Python's tokens for NaN and infinity; otherwise the position of the fault is searched for. */
  #repaired(text: string, start: number): unknown {
    if (text.length > MAX_REPAIRED) throw this.error(start, 'is not valid JSON');
    const plain = text.replace(/("(?:[^"\\]|\\.)*")|(?:-?Infinity|NaN)\b/gs, (_, string) => string ?? 'null');
    try {
      return JSON.parse(plain);
    } catch {
      throw this.error(start + faultIn(text), 'is not valid JSON');
    }
  }

  /** 1-based line of a span's beginning. */
  line(span: { readonly start: number }): number {
    if (span.start < this.#lineStart) {
      this.#lineStart = 0;
      this.#line = this.#firstLine;
      this.#lineEnd = this.#breakFrom(0);
    }
    while (this.#lineEnd < span.start) {
      this.#line++;
      this.#lineStart = this.#lineEnd + 1;
      this.#lineEnd = this.#breakFrom(this.#lineStart);
    }
    return this.#line;
  }

  /** The next line break; if the file is one long line, it is searched for only once. */
  #breakFrom(offset: number): number {
    const at = this.#bytes.indexOf(10, offset);
    return at < 0 ? this.#bytes.length : at;
  }

  error(offset: number, what: string) {
    const line = this.line({ start: offset });
    return annotationError(
      this.#path,
      line,
      `Line ${line} of the ${this.#title} file ${what}.`,
      'Write the file again with the tool that created it, or correct that line.',
    );
  }

  #space(at: number): number {
    return skipSpace(this.#bytes, at);
  }

  #next(at: number, close: number): number {
    const next = this.#space(at);
    if (this.#bytes[next] === close) return next;
    if (this.#bytes[next] !== COMMA) throw this.error(next, 'is not valid JSON: a comma is missing');
    const after = this.#space(next + 1);
    if (this.#bytes[after] === close) throw this.error(next, 'is not valid JSON: it has a comma too many');
    return after;
  }

  #span(start: number): JsonSpan {
    const first = this.#bytes[start];
    if (first === undefined) throw this.error(start, 'ends in the middle: the file is cut off');
    if (first === QUOTE) return { start, end: this.#stringEnd(start), kind: 'string' };
    if (first === OPEN.object) return { start, end: this.#nestedEnd(start), kind: 'object' };
    if (first === OPEN.array) return { start, end: this.#nestedEnd(start), kind: 'array' };
    let end = start;
    // A number or a literal: everything up to punctuation or space.
    for (
      let c = first;
      c !== undefined && c > 32 && c !== COMMA && c !== CLOSE.array && c !== CLOSE.object && c !== COLON;
    ) {
      c = this.#bytes[++end] as number;
    }
    if (end === start) throw this.error(start, 'is not valid JSON: a value is missing');
    return { start, end, kind: 'other' };
  }

  #stringEnd(start: number): number {
    const end = quoteEnd(this.#bytes, start);
    if (end < 0) throw this.error(start, 'has a text that never ends: the file is cut off');
    return end + 1;
  }

  /** Brackets of both kinds are counted together; a mix-up is noticed when the value is read. */
  #nestedEnd(start: number): number {
    const end = this.#walk.endOf(start) || nestedEnd(this.#bytes, start);
    if (end === 0) throw this.error(this.#bytes.length, 'ends in the middle: the file is cut off');
    return end;
  }
}

/** The position of the first byte that a JSON parser rejects; 0 if it cannot say. */
function faultIn(text: string): number {
  const errors: ParseError[] = [];
  try {
    parseLocated(text, errors, { disallowComments: true });
  } catch {
    // Nested deeper than that parser's stack.
    return 0;
  }
  return new TextEncoder().encode(text.slice(0, errors[0]?.offset ?? 0)).length;
}
