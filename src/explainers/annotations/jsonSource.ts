import { type ParseError, parse as parseLocated } from 'jsonc-parser';
import type { FormatInput } from './annotation.ts';
import { annotationError } from './problems.ts';
import { utf8 } from './text.ts';

/** A value that was found but not yet read: bytes [start, end). */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: 'object' | 'array' | 'string' | 'other';
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = { object: 0x7b, array: 0x5b } as const;
const CLOSE = { object: 0x7d, array: 0x5d } as const;
/** Longer values that are no JSON are not looked into. */
const MAX_REPAIRED = 1 << 20;

/** The root, its sections and their elements. */
const INDEXED_DEPTH = 3;

/** Beginnings and ends of spans, in the order of their beginnings; 8 bytes each, not objects. */
class SpanIndex {
  #starts = new Uint32Array(1024);
  #ends = new Uint32Array(1024);
  #count = 0;
  /** Spans are asked for in their order: the next is mostly the one after the last. */
  #last = 0;

  open(start: number): number {
    if (this.#count === this.#starts.length) {
      this.#starts = grown(this.#starts);
      this.#ends = grown(this.#ends);
    }
    this.#starts[this.#count] = start;
    return this.#count++;
  }

  close(index: number, end: number): void {
    this.#ends[index] = end;
  }

  /** 0: the span was not noted, or never ends. */
  endOf(start: number): number {
    let [low, high] = [0, this.#count - 1];
    for (let middle = Math.min(this.#last + 1, high); low <= high; middle = (low + high) >> 1) {
      const found = this.#starts[middle]!;
      if (found === start) {
        this.#last = middle;
        return this.#ends[middle]!;
      }
      if (found < start) low = middle + 1;
      else high = middle - 1;
    }
    return 0;
  }
}

function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/**
 * JSON read in place: a large file's elements are found by a byte scan and only those that are asked for become objects. Every
 * span knows its line. The tokens NaN and Infinity, which Python's `json` writes, are read as null.
 */
export class JsonSource {
  readonly #bytes: Buffer;
  readonly #path: string;
  readonly #title: string;
  readonly #spans = new SpanIndex();
  #lineOffset = 0;
  #line = 1;

  /** `title` names the format in errors: 'COCO'. */
  constructor(file: FormatInput, title: string) {
    const bytes = utf8(file.bytes);
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#path = file.path;
    this.#title = title;
  }

  root(): JsonSpan {
    const start = this.#space(0);
    this.#index(start);
    const span = this.#span(start);
    if (span.kind !== 'object' && span.kind !== 'array') throw this.error(start, 'is not JSON');
    const rest = this.#space(span.end);
    if (rest < this.#bytes.length) throw this.error(rest, 'goes on after the end of the JSON');
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

  /** With Python's tokens for numbers that are none; else the place of the fault is looked for. */
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
    if (span.start < this.#lineOffset) {
      this.#lineOffset = 0;
      this.#line = 1;
    }
    const end = Math.min(span.start, this.#bytes.length);
    for (let at = this.#bytes.indexOf(10, this.#lineOffset); at >= 0 && at < end; at = this.#bytes.indexOf(10, at + 1))
      this.#line++;
    this.#lineOffset = Math.max(this.#lineOffset, end);
    return this.#line;
  }

  error(offset: number, what: string) {
    const line = this.line({ start: offset });
    return annotationError(
      this.#path,
      line,
      `Line ${line} of the ${this.#title} file ${what}.`,
      'Write the file again with the tool that made it, or correct that line.',
    );
  }

  #space(at: number): number {
    const bytes = this.#bytes;
    for (let c = bytes[at]; c === 32 || c === 10 || c === 13 || c === 9; c = bytes[++at]);
    return at;
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
    const end = this.#quote(start);
    if (end < 0) throw this.error(start, 'has a text that never ends: the file is cut off');
    return end + 1;
  }

  /**
   * One walk over the whole file that notes where the outer objects and arrays end, so that no byte is walked over once for
   * each level that it lies in. Where the file breaks off, the walk ends and those who ask later find the fault.
   */
  #index(start: number): void {
    const bytes = this.#bytes;
    const open: number[] = [];
    let depth = 0;
    for (let at = start; at < bytes.length; at++) {
      const c = bytes[at];
      if (c === QUOTE) {
        at = this.#quote(at);
        if (at < 0) return;
      } else if (c === OPEN.object || c === OPEN.array) {
        if (++depth <= INDEXED_DEPTH) open.push(this.#spans.open(at));
      } else if (c === CLOSE.object || c === CLOSE.array) {
        if (depth-- <= INDEXED_DEPTH) this.#spans.close(open.pop()!, at + 1);
        if (depth === 0) return;
      }
    }
  }

  /** The quote that ends the text which begins at `start`; -1: none does. */
  #quote(start: number): number {
    const bytes = this.#bytes;
    for (let at = start + 1; at < bytes.length; at++) {
      if (bytes[at] === BACKSLASH) at++;
      else if (bytes[at] === QUOTE) return at;
    }
    return -1;
  }

  /** Brackets of both kinds are counted together: a mix-up shows when the value is read. */
  #nestedEnd(start: number): number {
    const known = this.#spans.endOf(start);
    if (known > 0) return known;
    const bytes = this.#bytes;
    let depth = 0;
    for (let at = start; at < bytes.length; at++) {
      const c = bytes[at];
      if (c === QUOTE) at = this.#stringEnd(at) - 1;
      else if (c === OPEN.object || c === OPEN.array) depth++;
      else if ((c === CLOSE.object || c === CLOSE.array) && --depth === 0) return at + 1;
    }
    throw this.error(bytes.length, 'ends in the middle: the file is cut off');
  }
}

/** The first byte that a JSON parser stumbles over; 0 where it cannot say. */
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
