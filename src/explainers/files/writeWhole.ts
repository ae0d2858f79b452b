import { randomBytes } from 'node:crypto';
import { link, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** What a file is called until it is whole: short, so that it fits wherever the final name does. */
const UNFINISHED = /^\.saliency-lens-\d+-[0-9a-f]{12}\.part$/;

/**
 * Writes a file as a whole or not at all: under another name in the same folder, onto the disk, and then renamed. Who reads the
 * file meanwhile gets the old one; after a crash, there is the old one or the new one. What was begun is removed on failure.
 * @param options.replace false: a file that is there already stays, and EEXIST is thrown
 */
export async function writeWhole(
  file: string,
  content: string | Uint8Array,
  { replace = true }: { readonly replace?: boolean } = {},
): Promise<void> {
  const folder = path.dirname(file);
  const unfinished = path.join(folder, `.saliency-lens-${process.pid}-${randomBytes(6).toString('hex')}.part`);
  try {
    const handle = await open(unfinished, 'wx');
    try {
      await handle.writeFile(content);
      // A full disk may show itself only now.
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

/** Removes what a process that was killed in {@link writeWhole} left in a folder. Only for a folder that nobody else writes to. */
export async function removeUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (UNFINISHED.test(name)) await rm(path.join(folder, name), { force: true });
}

/** A rename that does not replace: the name is taken in one step, or EEXIST is thrown. */
async function linkOnce(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    // Disks without links (FAT): the name is taken by an empty file first, which the whole one then replaces.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw thrown;
    await (await open(to, 'wx')).close();
    await rename(from, to);
    return;
  }
  await rm(from, { force: true });
}

/** So that the new name outlives a power cut; not every system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close().catch(() => {});
}
