import { realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface Folders {
  /** Of an editor: what lies in one of them reaches that folder and nothing else. */
  readonly workspace?: readonly string[];
  /** That a person named, or works in: what lies in one of them reaches it too. */
  readonly named?: readonly string[];
}

/**
 * How far files may lead that nobody named. What a person names is read, wherever it lies and whatever links lead to it. What is
 * found beside that, and what a model card names, is read if it really lies, all links followed, in the reach of the file that led to
 * it: its workspace folder; without one, the folder above its own, and the folder that the person works in if that holds it.
 * A hard link cannot be told from the file itself.
 */
export class Reach {
  readonly #workspace: readonly string[];
  readonly #named: readonly string[];

  constructor({ workspace = [], named = [] }: Folders = {}) {
    this.#workspace = workspace;
    this.#named = named.filter((folder) => !holdsMore(folder));
  }

  /** The folders that an absolute path reaches. */
  of(file: string): readonly string[] {
    const holding = (folders: readonly string[]) => folders.filter((folder) => isWithin(file, folder));
    const workspace = holding(this.#workspace);
    if (workspace.length > 0) return workspace;
    const own = path.dirname(file);
    const above = path.dirname(own);
    return [holdsMore(above) ? own : above, ...holding(this.#named)];
  }
}

/** Is the path, all its links followed, outside of the folders? One that does not exist is judged by its name. */
export function leadsOut(file: string, folders: readonly string[]): boolean {
  const named = path.resolve(file);
  // Another machine is not even asked.
  if (namesMachine(named) && !folders.some((folder) => isWithin(named, folder))) return true;
  const place = real(file);
  return !folders.some((folder) => isWithin(place ?? named, place === null ? folder : (real(folder) ?? folder)));
}

/** Does a path that stands in a file name another machine, as `\\server\share` does? Opening it would log in there. */
export function namesMachine(text: string): boolean {
  return /^[\\/]{2}/.test(text);
}

export function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

function real(file: string): string | null {
  try {
    return realpathSync.native(file);
  } catch {
    return null;
  }
}

/** A whole disk, a person's home, all that is temporary: no project. */
function holdsMore(folder: string): boolean {
  return [os.homedir(), os.tmpdir()].some((place) => isWithin(place, folder));
}
