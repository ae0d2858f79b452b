import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { stampOfStats } from '../files/fileStamp.ts';
import { readWholeFile } from '../files/plainFile.ts';
import { formats } from './formats.ts';

/** Larger files are no lists of names. */
const MAX_BYTES = 1 << 20;
/** `data.yaml` of YOLO lies two folders above `labels/train/a.txt`. */
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

/** The small files that formats ask for beside an annotation file, each read once: one of these per search. */
export class BesideFiles {
  readonly #read = new Map<string, Promise<Small | null>>();

  /** By name; the nearest of several of the same name. `format`: the one that its source names, else by the path's ending. */
  async of(path: string, format?: string): Promise<Beside> {
    const beside = new Map<string, Uint8Array>();
    const stamps: string[] = [];
    for (const folder of foldersOf(path)) {
      for (const name of namesFor(path, format)) {
        if (beside.has(name)) continue;
        const found = await this.#small(join(folder, name));
        if (!found) continue;
        beside.set(name, found.bytes);
        stamps.push(`${folder} ${name} ${found.stamp}`);
      }
    }
    return { beside, stamp: stamps.join('\n') };
  }

  #small(path: string): Promise<Small | null> {
    const known = this.#read.get(path) ?? read(path);
    this.#read.set(path, known);
    return known;
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

/** Is it called like a small file that formats look for beside theirs? */
export function isBesideName(path: string): boolean {
  return ALL_NAMES.has(basename(path));
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
