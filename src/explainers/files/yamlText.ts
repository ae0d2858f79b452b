import { type Alias, type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { deepest } from './yamlDepth.ts';

/** Longer texts are not lists of names, and reading them would take seconds. */
const MAX_CHARACTERS = 2 ** 20;

/** The parser calls itself at each level, and a pattern that V8 compiles at the end of the stack ends the process. */
const MAX_DEPTH = 100;

const LONG_RUN = /(?<![ \t])[ \t]{1001}/;

/** A text that is not valid YAML, as far as it was read. */
export class YamlFault extends Error {
  /** 1-based; null: not on a single line. */
  readonly line: number | null;

  constructor(message: string, line: number | null) {
    super(message);
    this.line = line;
  }
}

/**
 * Entries of a list, with their positions as keys, or of a map; scalars as they are written, null for anything but text
 * and numbers.
 */
export type YamlEntries = readonly (readonly [key: string, value: string | null])[];

/**
 * Some members of the map in a YAML text, by name: the entries of a list or map, or the text of a scalar; undefined if
 * there is none. Aliases are followed once, tags and merges are not. Faults elsewhere in the text do not matter.
 * @throws YamlFault if the text is too long, or a fault hides a requested member
 */
export function yamlMembers(text: string, names: readonly string[]): (YamlEntries | string | undefined)[] {
  if (text.length > MAX_CHARACTERS)
    throw new YamlFault(`it has ${text.length} characters, but at most ${MAX_CHARACTERS} are read as YAML`, null);
  // The parser begins again at each space of a run.
  if (LONG_RUN.test(text)) throw new YamlFault('it has more than a thousand spaces in a row', null);
  if (deepest(text) > MAX_DEPTH) throw new YamlFault(`it is nested more than ${MAX_DEPTH} levels deep`, null);
  const lineCounter = new LineCounter();
  // Comparing all keys with each other takes quadratic time.
  const parsed = parseDocument(text, { lineCounter, uniqueKeys: false, logLevel: 'silent', stringKeys: false });
  const root = parsed.contents;
  const pairs = names.map((name) =>
    isMap(root) ? root.items.find(({ key }) => isScalar(key) && key.value === name) : undefined,
  );
  const found = pairs.filter((pair) => pair !== undefined);
  // A fault hides a member if it is inside it, or if no member is found at all.
  const error = parsed.errors.find(
    ({ pos: [at] }) =>
      found.length === 0 || found.some(({ key, value }) => at >= (startOf(key) ?? 0) && at <= (endOf(value) ?? at)),
  );
  if (error) {
    throw new YamlFault(error.message.split(/ at line \d+|\n/)[0]!.trim(), error.linePos?.[0].line ?? null);
  }
  return pairs.map((pair) => (pair === undefined ? undefined : plain(pair.value, parsed)));
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function endOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[2] : undefined;
}

function plain(node: unknown, parsed: Document): YamlEntries | string | undefined {
  const value = isAlias(node) ? (node as Alias).resolve(parsed) : node;
  if (isSeq(value)) return value.items.map((item, i) => [String(i), written(item)] as const);
  if (isMap(value)) {
    return value.items.flatMap(({ key, value: item }) => {
      const name = written(key);
      return name === null ? [] : [[name, written(item)] as const];
    });
  }
  return written(value) ?? undefined;
}

/** A scalar's text: `0.10` and `no` unchanged, quoted text without the quotes. */
function written(node: unknown): string | null {
  if (!isScalar(node) || node.value === null) return null;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}
