import { type JsonWalk, jsonWalk, quoteEnd, skipSpace } from './jsonWalk.ts';

/** The skeleton of a JSON file: enough to distinguish formats, even if the file is truncated or broken further on. */
export interface JsonOutline {
  readonly kind: 'object' | 'array' | 'none';
  /** The keys of the top-level object with the first byte of each value; for an array, those of its first element. */
  readonly keys: ReadonlyMap<string, string>;
  /** For each key whose value is an object, or an array of objects: the keys of that (first) object. */
  readonly inner: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Longer texts are not keys, and an object with more keys is a table. */
const MAX_KEY = 512;
const MAX_KEYS = 65_536;
const MAX_INNER = 256;

const known = new WeakMap<Uint8Array, JsonOutline>();

/** Reads the outline once per file, however many formats ask for it. */
export function jsonOutline(bytes: Uint8Array): JsonOutline {
  const outline = known.get(bytes) ?? outlineOf(jsonWalk(bytes));
  known.set(bytes, outline);
  return outline;
}

function outlineOf(walk: JsonWalk): JsonOutline {
  const { bytes } = walk;
  const keys = new Map<string, string>();
  const inner = new Map<string, Set<string>>();
  let at = skipSpace(bytes, 0);
  const kind = bytes[at] === 0x7b ? 'object' : bytes[at] === 0x5b ? 'array' : 'none';
  // In an array, the first element takes the role of the top-level object.
  if (kind === 'array') at = skipSpace(bytes, at + 1);
  if (bytes[at] !== 0x7b) return { kind, keys, inner };
  for (const [key, value] of keysFrom(walk, at)) {
    if (keys.size >= MAX_KEYS) break;
    keys.set(key, String.fromCharCode(bytes[value] ?? 0));
    const first = firstObject(bytes, value);
    if (first < 0) continue;
    const names = inner.get(key) ?? new Set();
    for (const [name] of keysFrom(walk, first)) if (names.add(name).size >= MAX_INNER) break;
    inner.set(key, names);
  }
  return { kind, keys, inner };
}

/** Where the first object of a value begins: the value itself, or the first element of an array; -1: there is none. */
function firstObject(bytes: Uint8Array, value: number): number {
  let at = value;
  while (bytes[at] === 0x5b) at = skipSpace(bytes, at + 1);
  return bytes[at] === 0x7b ? at : -1;
}

/** The keys of an object and where their values begin; ends without an error where the file does. */
function* keysFrom(walk: JsonWalk, object: number): Generator<[key: string, value: number]> {
  const { bytes } = walk;
  for (let at = object + 1; at < bytes.length && bytes[at] !== 0x7d; ) {
    if (bytes[at] !== 0x22) {
      at = endOfValue(walk, at);
      if (at <= 0) return;
      continue;
    }
    const quote = quoteEnd(bytes, at);
    if (quote < 0) return;
    const colon = skipSpace(bytes, quote + 1);
    if (bytes[colon] === 0x3a && quote - at < MAX_KEY) {
      const value = skipSpace(bytes, colon + 1);
      yield [bytes.toString('utf8', at + 1, quote), value];
      at = endOfValue(walk, value);
      if (at <= 0) return;
    } else at = quote + 1;
  }
}

/** The byte after a value, or after any other single byte; 0: it never ends. */
function endOfValue(walk: JsonWalk, start: number): number {
  const { bytes } = walk;
  if (bytes[start] === 0x22) return quoteEnd(bytes, start) + 1;
  if (bytes[start] !== 0x7b && bytes[start] !== 0x5b) return start + 1;
  return walk.endOf(start) || nestedEnd(bytes, start);
}

/** The end of a value that begins too deep for the walk to record. */
export function nestedEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const c = bytes[at];
    if (c === 0x22) {
      at = quoteEnd(bytes, at);
      if (at < 0) return 0;
    } else if (c === 0x7b || c === 0x5b) depth++;
    else if ((c === 0x7d || c === 0x5d) && --depth === 0) return at + 1;
  }
  return 0;
}
