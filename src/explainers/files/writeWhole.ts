import { randomBytes } from 'node:crypto';
import { link, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The name of a file until it is complete: short, so that it fits wherever the final name does. */
const UNFINISHED = /^\.saliency-lens-\d+-[0-9a-f]{12}\.part$/;

/**
 * Writes a file completely or not at all: under a temporary name in the same folder, flushed to the disk, and then
 * renamed. A concurrent reader gets the old file; after a crash there is the old one or the new one. On failure the
 * temporary file is removed.
 * @param options.replace false: an existing file stays, and EEXIST is thrown
 */
export async function writeWhole(
  file: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
  { replace = true }: { readonly replace?: boolean } = {},
): Promise<void> {
  const folder = path.dirname(file);
  const unfinished = path.join(folder, `.saliency-lens-${process.pid}-${randomBytes(6).toString('hex')}.part`);
  try {
    const handle = await open(unfinished, 'wx');
    try {
      await writeFile(handle, content);
      // A full disk may only report its error here.
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (replace) await rename(unfinished, file);
    else await linkOnce(unfinished, file);
  } catch (thrown) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw thrown;
  }
  await syncFolder(folder);
}

/**
 * Removes the leftovers of a process that was killed in {@link writeWhole}. Only for a folder that nobody else writes
 * to.
 */
export async function removeUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (UNFINISHED.test(name)) await rm(path.join(folder, name), { force: true });
}

/** A rename that does not replace: the name is taken atomically, or EEXIST is thrown. */
async function linkOnce(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    // On disks without links (FAT), an empty file takes the name first, and the complete file then replaces it.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw thrown;
    await (await open(to, 'wx')).close();
    await rename(from, to);
    return;
  }
  await rm(from, { force: true });
}

/** Makes the new name survive a power failure; not every system supports it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close().catch(() => {});
}
