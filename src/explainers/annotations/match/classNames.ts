import { extname } from 'node:path';
import { plainText } from '../../files/text.ts';
import { YamlFault, yamlMembers } from '../../files/yamlText.ts';

/** Files that name classes by number; the first that exists counts, then any other YAML file that has `names`. */
export const NAME_FILES = [
  'data.yaml',
  'data.yml',
  'dataset.yaml',
  'dataset.yml',
  'classes.txt',
  'labels.txt',
  'class_names.txt',
  'obj.names',
  '_darknet.labels',
] as const;

/** The files that formats look for next to theirs: these, and others that may name classes. */
export const BESIDE_NAMES: readonly string[] = [...NAME_FILES, '*.yaml', '*.yml'];

/** More classes than any set has; a file with more is not a list of names. */
const MAX_NAMES = 100_000;

/** What the files nearby say about the classes of a set, and about its poses. */
export interface ClassList {
  /** Class number → name. */
  readonly names: ReadonlyMap<number, string>;
  /** Key points of a pose, and numbers of each (2: x and y; 3: with visibility); null: the set has none. */
  readonly pose: readonly [points: number, values: number] | null;
  /** It is a YAML file, which would know of poses. */
  readonly yaml: boolean;
}

type Beside = ReadonlyMap<string, Uint8Array> | undefined;

/** Class number → name from the files nearby; null if there is none. */
export function classNames(beside: Beside): ReadonlyMap<number, string> | null {
  return classList(beside)?.names ?? null;
}

/** The first file nearby that names classes; null if there is none. */
export function classList(beside: Beside): ClassList | null {
  const known: readonly string[] = NAME_FILES;
  const others = [...(beside?.keys() ?? [])].filter((file) => !known.includes(file)).sort();
  for (const file of [...known, ...others]) {
    const bytes = beside?.get(file);
    if (!bytes) continue;
    const list = isYaml(file) ? yamlList(bytes) : { names: lineNames(plainText(bytes)), pose: null, yaml: false };
    if (list && list.names.size > 0) return list;
  }
  return null;
}

/** The key points of the poses of a set, from the first YAML file nearby that has them. */
export function poseShape(beside: Beside): ClassList['pose'] {
  for (const [file, bytes] of beside ?? []) {
    const pose = isYaml(file) ? yamlList(bytes)?.pose : null;
    if (pose) return pose;
  }
  return null;
}

/** By its name. */
export function isYaml(file: string): boolean {
  return /^\.ya?ml$/i.test(extname(file));
}

/** One name a line. */
function lineNames(text: string): Map<number, string> {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  return new Map(lines.slice(0, MAX_NAMES).map((name, i) => [i, name]));
}

/** Thousands of label files share one data file, which is parsed once. */
const parsedLists = new WeakMap<Uint8Array, ClassList | null>();

/** The `names` and the `kpt_shape` of a YOLO data file; null if it cannot be read. */
function yamlList(bytes: Uint8Array): ClassList | null {
  const known = parsedLists.get(bytes);
  if (known !== undefined) return known;
  const list = parsedList(plainText(bytes));
  parsedLists.set(bytes, list);
  return list;
}

function parsedList(text: string): ClassList | null {
  try {
    const [names, shape] = yamlMembers(text, ['names', 'kpt_shape']);
    const entries = typeof names === 'object' ? names.slice(0, MAX_NAMES) : [];
    const numbers = typeof shape === 'object' ? shape.map(([, value]) => Number(value ?? Number.NaN)) : [];
    const [points, values] = numbers;
    const isPose = Number.isInteger(points) && points! > 0 && (values === 2 || values === 3);
    return {
      yaml: true,
      names: new Map(
        entries.flatMap(([key, name]) => (/^\d+$/.test(key) && name ? [[Number(key), name.trim()] as const] : [])),
      ),
      pose: isPose ? [points!, values!] : null,
    };
  } catch (thrown) {
    if (thrown instanceof YamlFault) return null;
    throw thrown;
  }
}
