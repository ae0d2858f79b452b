import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** What a file keeps when it is renamed. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  /** Time of writing, nanoseconds. */
  readonly written: bigint;
}

/** Not even written since: a new name, or other rights, change nothing of what is in it. */
export function isSame(a: FileIdentity, b: FileIdentity): boolean {
  return a.device === b.device && a.inode === b.inode && a.size === b.size && a.written === b.written;
}

/** Looked at around a file that is gone; a folder with more is not searched to its end. */
const MAX_LOOKED_AT = 5000;

/** Null: there is no such file, or it cannot be told from others (several names of one file, a system without inodes). */
export async function identityOf(file: string): Promise<FileIdentity | null> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  if (!found?.isFile() || found.ino === 0n || found.nlink !== 1n) return null;
  return { device: found.dev, inode: found.ino, size: found.size, written: found.mtimeNs };
}

/** The new name of a file that was renamed or moved: in its folder, the one above, or one beside or below. Null: it is not there. */
export async function movedTo(file: string, { device, inode, size }: FileIdentity): Promise<string | null> {
  const own = path.dirname(file);
  const above = path.dirname(own);
  const folders = [own, ...(await foldersIn(own)), ...(above === own ? [] : [above, ...(await foldersIn(above))])];
  let left = MAX_LOOKED_AT;
  for (const folder of new Set(folders)) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      if (left-- === 0) return null;
      const candidate = path.join(folder, entry.name);
      const found = await stat(candidate, { bigint: true }).catch(() => null);
      if (found?.ino === inode && found.dev === device && found.size === size) return candidate;
    }
  }
  return null;
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return folders.slice(0, 100).map(({ name }) => path.join(folder, name));
}
