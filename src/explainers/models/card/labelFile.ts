import { ExplainError } from '../../errors.ts';
import { YamlFault, yamlMembers } from '../../files/yamlText.ts';

/** Usual names of class lists next to models, best first. */
export const LABEL_FILES = ['labels.txt', 'classes.txt', 'classes.json', 'labels.json', 'data.yaml', 'data.yml'];

/**
 * The class names in a file's text, by its extension: one name a line (an index before each is dropped), JSON (a list,
 * or an object of index to name), or the `names` of a YOLO data.yaml.
 * @throws ExplainError `card`
 */
export function parseLabels(text: string, file: string): readonly string[] {
  const ending = /\.[^.]*$/.exec(file.toLowerCase())?.[0] ?? '';
  const labels =
    ending === '.json' ? jsonLabels(text, file) : /^\.ya?ml$/.test(ending) ? yamlLabels(text, file) : lineLabels(text);
  if (labels.length > 0) return labels;
  throw new ExplainError({
    kind: 'card',
    message: 'The label file names no classes.',
    subject: file,
    next: 'Write one class name per line, in the order of the outputs.',
  });
}

function lineLabels(text: string): readonly string[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  const numbered = lines.every((line, i) => new RegExp(`^${i}[\\s:,]+\\S`).test(line));
  return numbered ? lines.map((line) => line.replace(/^\d+[\s:,]+/, '')) : lines;
}

function jsonLabels(text: string, file: string): readonly string[] {
  try {
    return labelsOf(JSON.parse(text));
  } catch (thrown) {
    throw new ExplainError({
      kind: 'card',
      message: `The label file is not valid JSON: ${(thrown as Error).message}.`,
      subject: file,
      next: 'Correct it, or list the names in the model card.',
    });
  }
}

/** Class names of a parsed list, of objects with `name` (and `index`), or of an object of index to name; else none. */
export function labelsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    const byIndex = [...value];
    if (value.every((entry) => Number.isInteger(entry?.index))) byIndex.sort((a, b) => a.index - b.index);
    const names = byIndex.map(nameOf);
    return names.every((name) => name !== undefined) ? (names as string[]) : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value);
  const inner = entries.find(([key]) => ['names', 'labels', 'classes', 'id2label'].includes(key));
  if (inner) return labelsOf(inner[1]);
  if (entries.every(([, index]) => Number.isInteger(index)))
    return inOrder(entries.map(([name, index]) => [index, name]));
  return entries.every(([key]) => /^\d+$/.test(key))
    ? inOrder(entries.map(([key, entry]) => [Number(key), nameOf(entry)]))
    : [];
}

/** A name, an object with one, or Keras' [WordNet id, name]. */
function nameOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  if (Array.isArray(entry)) return typeof entry.at(-1) === 'string' ? entry.at(-1) : undefined;
  const name =
    (entry as { name?: unknown; label?: unknown } | null)?.name ?? (entry as { label?: unknown } | null)?.label;
  return typeof name === 'string' ? name : undefined;
}

/** Names by index; none if an index is missing or repeated. */
function inOrder(pairs: readonly (readonly [number, string | undefined])[]): readonly string[] {
  const labels: string[] = [];
  for (const [index, name] of pairs) if (name !== undefined && index < pairs.length) labels[index] = name;
  return labels.length === pairs.length && Object.keys(labels).length === pairs.length ? labels : [];
}

/** The `names` of a data.yaml: a list, or a map of index to name. */
function yamlLabels(text: string, file: string): readonly string[] {
  try {
    const [names] = yamlMembers(text, ['names']);
    return typeof names === 'object' ? byIndex(names) : [];
  } catch (thrown) {
    if (!(thrown instanceof YamlFault)) throw thrown;
    throw new ExplainError({
      kind: 'card',
      message: `The label file is not valid YAML: ${thrown.message}.`,
      subject: thrown.line === null ? file : `${file}:${thrown.line}`,
      next: 'Correct it, or list the names in the model card.',
    });
  }
}

function byIndex(entries: readonly (readonly [key: string, name: string | null])[]): readonly string[] {
  return entries.every(([key]) => /^\d+$/.test(key))
    ? inOrder(entries.map(([key, name]) => [Number(key), name ?? undefined]))
    : [];
}

/** A Python literal of names, such as Ultralytics' `{0: 'tench', 1: "goldfish"}`; none if it is something else. */
export function pythonLabels(literal: string): readonly string[] {
  const text = literal.trim();
  const body = /^[[{]/.test(text) && /[\]}]$/.test(text) ? text.slice(1, -1) : null;
  if (body === null) return [];
  const pairs: (readonly [number, string])[] = [];
  for (let at = skipped(body, 0); at < body.length; ) {
    const index = /(\d{1,9})\s*:/y;
    index.lastIndex = at;
    const key = index.exec(body);
    if (key) at = skipped(body, index.lastIndex);
    const end = itemEnd(body, at);
    const name = unquote(body.slice(at, end).trim());
    if (end === at || /["'{}[\]]/.test(body[at]!) !== /["']/.test(body[at]!)) return [];
    pairs.push([key ? Number(key[1]) : pairs.length, name]);
    at = skipped(body, end);
    if (at < body.length && body[at] !== ',') return [];
    at = skipped(body, at + 1);
  }
  return inOrder(pairs);
}

function skipped(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}

/** The end of a quoted text, or of a bare one, which extends to the next comma. */
function itemEnd(text: string, start: number): number {
  const quote = text[start];
  if (quote !== '"' && quote !== "'") {
    const comma = text.indexOf(',', start);
    return comma < 0 ? text.length : comma;
  }
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at + 1;
  }
  return start;
}

function unquote(text: string): string {
  return /^(['"])[\s\S]*\1$/.test(text) ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}
