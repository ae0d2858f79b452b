import { utf8 } from './text.ts';

/** The skeleton of a JSON file: enough to tell formats apart, also where the file is cut off or broken further on. */
export interface JsonOutline {
  readonly kind: 'object' | 'array' | 'none';
  /** The keys of the top-level object with the first byte of each value; of the first element where it is an array. */
  readonly keys: ReadonlyMap<string, string>;
  /** For each key whose value is an object, or an array of objects: the keys of that (first) object. */
  readonly inner: ReadonlyMap<string, ReadonlySet<string>>;
}

const known = new WeakMap<Uint8Array, JsonOutline>();

/** Reads the outline once per file, however many formats ask. */
export function jsonOutline(bytes: Uint8Array): JsonOutline {
  const seen = known.get(bytes);
  if (seen) return seen;
  const outline = scan(utf8(bytes));
  known.set(bytes, outline);
  return outline;
}

/** A walk over brackets and strings that keeps the keys of two levels. */
function scan(bytes: Uint8Array): JsonOutline {
  const keys = new Map<string, string>();
  const inner = new Map<string, Set<string>>();
  const none: JsonOutline = { kind: 'none', keys, inner };
  let at = skipSpace(bytes, 0);
  const kind = bytes[at] === 0x7b ? 'object' : bytes[at] === 0x5b ? 'array' : 'none';
  if (kind === 'none') return none;
  // In an array the first element plays the part of the top-level object.
  if (kind === 'array') at = skipSpace(bytes, at + 1);
  if (bytes[at] !== 0x7b) return { kind, keys, inner };
  const decoder = new TextDecoder();
  let depth = 0;
  let objects = 0;
  let key = '';
  /** Within the value of `key`: how many objects have opened, and the depth of the first. */
  let first = 0;
  for (; at < bytes.length; at++) {
    const c = bytes[at];
    if (c === 0x22) {
      const end = stringEnd(bytes, at);
      if (end < 0) break;
      const after = skipSpace(bytes, end);
      if (bytes[after] === 0x3a && end - at < 512) {
        if (depth === 1) {
          key = decoder.decode(bytes.subarray(at + 1, end - 1));
          keys.set(key, String.fromCharCode(bytes[skipSpace(bytes, after + 1)] ?? 0));
          objects = 0;
        } else if (objects === 1 && depth === first) {
          const names = inner.get(key) ?? new Set();
          if (names.size < 256) names.add(decoder.decode(bytes.subarray(at + 1, end - 1)));
          inner.set(key, names);
        }
      }
      at = end - 1;
    } else if (c === 0x7b || c === 0x5b) {
      depth++;
      if (c === 0x7b && depth > 1 && objects++ === 0) first = depth;
    } else if ((c === 0x7d || c === 0x5d) && --depth === 0) break;
  }
  return { kind, keys, inner };
}

function skipSpace(bytes: Uint8Array, at: number): number {
  for (let c = bytes[at]; c === 32 || c === 10 || c === 13 || c === 9; c = bytes[++at]);
  return at;
}

function stringEnd(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === 0x5c) at++;
    else if (bytes[at] === 0x22) return at + 1;
  }
  return -1;
}
