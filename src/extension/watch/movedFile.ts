import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** The properties of a file that survive renaming. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  /** Modification time, nanoseconds. */
  readonly written: bigint;
}

/** Not even written since then: a new name, or other permissions, do not change the content. */
export function isSame(a: FileIdentity, b: FileIdentity): boolean {
  return a.device === b.device && a.inode === b.inode && a.size === b.size && a.written === b.written;
}

/** The number of files inspected around a missing file; larger folders are not searched completely. */
const MAX_LOOKED_AT = 5000;

/**
 * Null: the file does not exist, or cannot be distinguished from others (several names of one file, a system without
 * inodes).
 */
export async function identityOf(file: string): Promise<FileIdentity | null> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  if (!found?.isFile() || found.ino === 0n || found.nlink !== 1n) return null;
  return { device: found.dev, inode: found.ino, size: found.size, written: found.mtimeNs };
}

/**
 * The new name of a file that was renamed or moved: in its folder, the parent, a sibling folder or a subfolder. Null:
 * it was not found.
 */
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
