import { realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface Folders {
  /** Workspace folders of an editor: a file in one of them reaches that folder and nothing else. */
  readonly workspace?: readonly string[];
  /** Folders that a person named or works in: a file in one of them also reaches that folder. */
  readonly named?: readonly string[];
  /** A person agreed that links are followed wherever they lead on this machine. */
  readonly everywhere?: boolean;
}

/**
 * How far files may lead if nobody named them. A file that a person names is read wherever it is and through any links.
 * A file found next to that, or named by a model card, is read only if its real path, with all links resolved, is
 * within reach of the file that led to it: its workspace folder; or without one, the parent of its own folder, and the
 * folder that the person works in if that contains it. A hard link cannot be distinguished from the file itself.
 */
export class Reach {
  readonly #workspace: readonly string[];
  readonly #named: readonly string[];
  readonly #everywhere: boolean;

  constructor({ workspace = [], named = [], everywhere = false }: Folders = {}) {
    this.#everywhere = everywhere;
    this.#workspace = workspace;
    this.#named = named.filter((folder) => !holdsMore(folder));
  }

  /** The folders within reach of an absolute path. */
  of(file: string): readonly string[] {
    if (this.#everywhere) return [path.parse(path.resolve(file)).root];
    const workspace = this.#holding(this.#workspace, file);
    if (workspace.length > 0) return workspace;
    const own = path.dirname(file);
    const above = path.dirname(own);
    return [holdsMore(above) ? own : above, ...this.#holding(this.#named, file)];
  }

  /** The folders within reach of a folder that a person named: itself, and those of the workspace that hold it. */
  around(folder: string): readonly string[] {
    if (this.#everywhere) return this.of(folder);
    return [folder, ...this.#holding([...this.#workspace, ...this.#named], folder)];
  }

  #holding(folders: readonly string[], file: string): readonly string[] {
    return folders.filter((folder) => isWithin(file, folder));
  }
}

/** Is the real path, with all links resolved, outside the folders? A path that does not exist is judged by its name. */
export function leadsOut(file: string, folders: readonly string[]): boolean {
  const named = path.resolve(file);
  // Other machines are never contacted.
  if (namesMachine(named) && !folders.some((folder) => isWithin(named, folder))) return true;
  const place = real(file);
  return !folders.some((folder) => isWithin(place ?? named, place === null ? folder : (real(folder) ?? folder)));
}

/** Does a path in a file name another machine, like `\\server\share`? Opening it would log in there. */
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

/** A whole disk, a home folder or the folder for temporary files is not a project. */
function holdsMore(folder: string): boolean {
  return [os.homedir(), os.tmpdir()].some((place) => isWithin(place, folder));
}
