import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Makes a folder and those above it; throws what the disk says. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
    // So does Node call a disk that can only be read; the first folder that is missing tells the truth.
    await mkdir(await firstMissing(path.resolve(folder)));
    await mkdir(folder, { recursive: true });
  }
}

async function firstMissing(folder: string): Promise<string> {
  const above = path.dirname(folder);
  const there = above === folder || (await stat(above).catch(() => null)) !== null;
  return there ? folder : firstMissing(above);
}
