import { realpathSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface Folders {
  /** Workspace folders of an editor: a file in one of them reaches that folder and nothing else. */
  readonly workspace?: readonly string[];
  /** Folders that a person named or works in: a file in one of them also reaches that folder. */
  readonly named?: readonly string[];
  /** A person agreed that links are followed wherever they lead on this machine. */
  readonly everywhere?: boolean;
  /** Real folders outside the workspace that a person allowed: files of the workspace reach them too. */
  readonly linked?: readonly string[];
  /** Called once for each folder that a link of the workspace leads to and that is out of reach. */
  readonly onLinkOut?: (link: LinkOut) => void;
}

/** A link in a workspace folder, and the real folder outside that it leads to, or in which the file is. */
export interface LinkOut {
  readonly link: string;
  readonly folder: string;
}

/** The number of folders that are reported; a workspace with more is not asked about one by one. */
const MAX_REPORTED = 100;

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
  readonly #linked: readonly string[];
  readonly #onLinkOut: (link: LinkOut) => void;
  readonly #reported = new Set<string>();

  constructor({ workspace = [], named = [], everywhere = false, linked = [], onLinkOut = () => {} }: Folders = {}) {
    this.#everywhere = everywhere;
    this.#workspace = workspace;
    // A folder that has become a link since it was allowed is another folder now.
    this.#linked = linked.filter((folder) => !holdsMore(folder) && real(folder) === folder);
    this.#onLinkOut = onLinkOut;
    this.#named = named.filter((folder) => !holdsMore(folder));
  }

  /** The folders within reach of an absolute path. */
  of(file: string): readonly string[] {
    if (this.#everywhere) return [path.parse(path.resolve(file)).root];
    const workspace = this.#holding(this.#workspace, file);
    if (workspace.length > 0) return [...workspace, ...this.#linked];
    const own = path.dirname(file);
    const above = path.dirname(own);
    return [holdsMore(above) ? own : above, ...this.#holding(this.#named, file)];
  }

  /** The folders within reach of a folder that a person named: itself, and those of the workspace that hold it. */
  around(folder: string): readonly string[] {
    if (this.#everywhere) return this.of(folder);
    const workspace = this.#holding(this.#workspace, folder);
    return [folder, ...workspace, ...(workspace.length > 0 ? this.#linked : []), ...this.#holding(this.#named, folder)];
  }

  /**
   * Reports a path that was refused, if a link in the workspace is the reason: a person may allow where it leads. A
   * path that names a place outside, a whole disk, a home folder and another machine are never asked about.
   */
  refused(file: string): void {
    const link = path.resolve(file);
    if (this.#holding(this.#workspace, link).length === 0) return;
    const place = real(link);
    if (place === null || namesMachine(place) || this.#holding(this.#workspace.map(realOr), place).length > 0) return;
    const folder = isFolder(place) ? place : path.dirname(place);
    if (holdsMore(folder) || this.#reported.has(folder) || this.#reported.size >= MAX_REPORTED) return;
    this.#reported.add(folder);
    this.#onLinkOut({ link, folder });
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

const realOr = (folder: string): string => real(folder) ?? folder;

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A whole disk, a home folder or the folder for temporary files is not a project. */
function holdsMore(folder: string): boolean {
  return [os.homedir(), os.tmpdir()].some((place) => isWithin(place, folder));
}
