import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import path from 'node:path';
import { append } from '../lists.ts';

/** Everything below a folder except folders: files, links, and whatever else a disk holds. */
export interface Below {
  readonly path: string;
  readonly entry: Dirent;
}

export interface WalkOptions {
  /** Is this one yielded? Called for everything except folders; links count by their names. */
  readonly wanted: (path: string, entry: Dirent) => boolean;
  /** Is a folder of that name skipped? */
  readonly skips?: (name: string) => boolean;
  /** Levels of folders below the first ones: 0 for none; all if omitted. */
  readonly depth?: number;
  /** The order of names within a folder; the disk's order if omitted. */
  readonly order?: (a: string, b: string) => number;
  /**
   * Visits a folder's files, then everything below its first subfolder, then its second; otherwise those nearest to the
   * first folders come first.
   */
  readonly depthFirst?: boolean;
  /** Called before every entry, even unwanted ones: false ends the walk, an error stops it. */
  readonly goOn?: () => boolean | Promise<boolean>;
  /** An unreadable folder is an error, not an empty one. */
  readonly strict?: boolean;
}

/**
 * Everything wanted below folders. Links to folders are not followed, so the walk ends. Entries are read one after
 * another, so that a folder of a million files is never held completely.
 */
export async function* walk(folders: readonly string[], options: WalkOptions): AsyncGenerator<Below> {
  const { wanted, skips = () => false, depth = Number.POSITIVE_INFINITY, order, depthFirst = false } = options;
  const goOn = options.goOn ?? (() => true);
  let waiting = folders.map((folder) => ({ folder, depth: 0 }));
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const below: string[] = [];
    const inside: Below[] = [];
    for await (const entry of await entriesOf(next.folder, options.strict)) {
      const on = goOn();
      if (!(on === true || (await on))) return;
      const full = path.join(next.folder, entry.name);
      if (entry.isDirectory()) {
        if (next.depth < depth && !skips(entry.name)) below.push(entry.name);
      } else if (wanted(full, entry)) {
        if (order) inside.push({ path: full, entry });
        else yield { path: full, entry };
      }
    }
    if (order) {
      below.sort(order);
      yield* inside.sort((a, b) => order(a.entry.name, b.entry.name));
    }
    const { folder, depth: at } = next;
    const found = below.map((name) => ({ folder: path.join(folder, name), depth: at + 1 }));
    if (depthFirst) waiting = [...found, ...waiting];
    else append(waiting, found);
  }
}

const entriesOf = (folder: string, strict = false): Promise<AsyncIterable<Dirent> | readonly Dirent[]> =>
  strict ? opendir(folder) : opendir(folder, { bufferSize: 256 }).catch(() => []);

/** By the code units of names, which is the same on every system. */
export const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
