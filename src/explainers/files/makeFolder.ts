import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Creates a folder and its missing parents; throws the disk's error. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
    // Node reports a read-only disk as a missing folder; creating the first missing folder gives the true error.
    await mkdir(await firstMissing(path.resolve(folder)));
    await mkdir(folder, { recursive: true });
  }
}

async function firstMissing(folder: string): Promise<string> {
  const above = path.dirname(folder);
  const there = above === folder || (await stat(above).catch(() => null)) !== null;
  return there ? folder : firstMissing(above);
}
