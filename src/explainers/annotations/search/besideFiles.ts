import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { stampOfStats } from '../../files/fileStamp.ts';
import { readWholeFile } from '../../files/plainFile.ts';
import { leadsOut, Reach } from '../../files/reach.ts';
import { formats } from '../formats/formats.ts';

/** Larger files are not lists of names. */
const MAX_BYTES = 1 << 20;
/** `data.yaml` of YOLO is two folders above `labels/train/a.txt`. */
const LEVELS = 3;

interface Beside {
  readonly beside: ReadonlyMap<string, Uint8Array>;
  /** Changes when one of the files does. */
  readonly stamp: string;
}

interface Small {
  readonly bytes: Uint8Array;
  readonly stamp: string;
}

/** The small files that formats request next to an annotation file, each read once. Create one of these per search. */
export class BesideFiles {
  readonly #read = new Map<string, Promise<Small | null>>();
  readonly #listed = new Map<string, Promise<readonly string[]>>();
  readonly #reach: Reach;
  readonly #note: (file: string) => void;

  /**
   * @param reach how far links are followed
   * @param note called before a file is read
   */
  constructor(reach = new Reach(), note: (file: string) => void = () => {}) {
    this.#reach = reach;
    this.#note = note;
  }

  /**
   * By name; the nearest of several with the same name. `format`: the one named by its source, else by the path's
   * extension.
   */
  async of(path: string, format?: string): Promise<Beside> {
    const beside = new Map<string, Uint8Array>();
    const stamps: string[] = [];
    const wanted = namesFor(path, format);
    for (const folder of wanted.size > 0 ? foldersOf(path) : []) {
      for (const name of await this.#namesIn(folder, wanted)) {
        if (beside.has(name)) continue;
        const found = await this.#small(join(folder, name));
        if (!found) continue;
        if (leadsOut(join(folder, name), [folder, ...this.#reach.of(path)])) {
          this.#reach.refused(join(folder, name));
          continue;
        }
        beside.set(name, found.bytes);
        stamps.push(`${folder} ${name} ${found.stamp}`);
      }
    }
    return { beside, stamp: stamps.join('\n') };
  }

  /** The requested names, and those in the folder that match a requested extension ('*.yaml'). */
  async #namesIn(folder: string, wanted: ReadonlySet<string>): Promise<readonly string[]> {
    const endings = [...wanted].filter((name) => name.startsWith('*')).map((name) => name.slice(1));
    const names = [...wanted].filter((name) => !name.startsWith('*'));
    if (endings.length === 0) return names;
    const listed = this.#listed.get(folder) ?? yamlFilesIn(folder, endings);
    this.#listed.set(folder, listed);
    return [...new Set([...names, ...(await listed)])];
  }

  #small(path: string): Promise<Small | null> {
    const known = this.#read.get(path);
    if (known) return known;
    this.#note(path);
    const reading = read(path);
    this.#read.set(path, reading);
    return reading;
  }
}

async function read(path: string): Promise<Small | null> {
  try {
    const info = await stat(path, { bigint: true });
    if (!info.isFile() || info.size > MAX_BYTES) return null;
    return { bytes: await readWholeFile(path, MAX_BYTES), stamp: stampOfStats(info) };
  } catch {
    return null;
  }
}

const ALL_NAMES = new Set(formats.flatMap(({ beside }) => beside ?? []));

/** If there are more than this in one folder, they are not lists of names. */
const MAX_LISTED = 16;

/** Names of files with such extensions, the first in alphabetical order. */
async function yamlFilesIn(folder: string, endings: readonly string[]): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => endings.some((ending) => name.toLowerCase().endsWith(ending)))
    .sort()
    .slice(0, MAX_LISTED);
}

/** Does it have the name of a small file that formats look for next to theirs? */
export function isBesideName(path: string): boolean {
  const name = basename(path);
  return ALL_NAMES.has(name) || ALL_NAMES.has(`*${extname(name).toLowerCase()}`);
}

function namesFor(path: string, format: string | undefined): ReadonlySet<string> {
  const lower = path.toLowerCase();
  const mayBe = formats.filter(({ id, extensions }) =>
    format === undefined ? extensions.some((ending) => lower.endsWith(ending)) : id === format,
  );
  return new Set(mayBe.flatMap(({ beside }) => beside ?? []));
}

function foldersOf(path: string): string[] {
  const folders = [dirname(path)];
  while (folders.length < LEVELS) folders.push(dirname(folders.at(-1)!));
  return [...new Set(folders)];
}
