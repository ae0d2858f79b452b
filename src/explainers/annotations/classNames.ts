import { decodeText } from './text.ts';

/** Files that name classes by number, the first that is there counts. */
export const NAME_FILES = [
  'data.yaml',
  'data.yml',
  'dataset.yaml',
  'classes.txt',
  'labels.txt',
  'class_names.txt',
  'obj.names',
  '_darknet.labels',
] as const;

/** More classes than any set has: a file with more is none of names. */
const MAX_NAMES = 100_000;

/** Class number → name from the files beside; null where none says. */
export function classNames(beside: ReadonlyMap<string, Uint8Array> | undefined): ReadonlyMap<number, string> | null {
  for (const file of NAME_FILES) {
    const bytes = beside?.get(file);
    if (!bytes) continue;
    const text = decodeText(bytes);
    const names = /\.ya?ml$/.test(file) ? yamlNames(text) : lineNames(text);
    if (names.size > 0) return names;
  }
  return null;
}

/** One name a line. */
function lineNames(text: string): Map<number, string> {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  return new Map(lines.slice(0, MAX_NAMES).map((name, i) => [i, name]));
}

/** The `names:` of a YOLO data file: a list or a map, in one line (`[a, b]`, `{0: a}`) or one entry a line. */
function yamlNames(text: string): Map<number, string> {
  const names = new Map<number, string>();
  const lines = text.split(/\r\n|\r|\n/);
  const start = lines.findIndex((line) => /^["']?names["']?\s*:/.test(line));
  if (start < 0) return names;
  const add = (key: string | undefined, value: string) => {
    const number = key === undefined ? names.size : Number(unquoted(key));
    const name = unquoted(value);
    if (Number.isInteger(number) && number >= 0 && name !== '' && names.size < MAX_NAMES) names.set(number, name);
  };
  const first = uncommented(lines[start]!.replace(/^[^:]*:/, ''));
  if (first.startsWith('[') || first.startsWith('{')) {
    const close = first.startsWith('[') ? ']' : '}';
    let flow = first;
    for (let i = start + 1; !flow.includes(close) && i < lines.length; i++) flow += ` ${uncommented(lines[i]!)}`;
    for (const [, key, value] of flow.slice(1).matchAll(FLOW_ENTRY)) add(close === '}' ? key : undefined, value!);
    return names;
  }
  for (const line of lines.slice(start + 1)) {
    const plain = uncommented(line);
    if (plain === '') continue;
    const entry = /^-\s+(.*)$/.exec(plain) ?? (/^\s/.test(line) ? /^(["']?\d+["']?)\s*:\s*(.*)$/.exec(plain) : null);
    if (!entry) break;
    add(entry[2] === undefined ? undefined : entry[1], entry.at(-1)!);
  }
  return names;
}

const FLOW_ENTRY = /(?:(["']?\d+["']?)\s*:\s*)?("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,[\]{}][^,[\]{}]*)/g;

/** Without a comment at its end and the space around. */
function uncommented(line: string): string {
  return line.replace(/(^|\s)#.*$/, '').trim();
}

function unquoted(text: string): string {
  const plain = text.trim();
  if (/^".*"$/s.test(plain)) return plain.slice(1, -1).replace(/\\(["\\])/g, '$1');
  if (/^'.*'$/s.test(plain)) return plain.slice(1, -1).replaceAll("''", "'");
  return plain;
}
