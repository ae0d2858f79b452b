import { randomBytes } from 'node:crypto';
import { link, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

type Content = string | Uint8Array | AsyncIterable<Uint8Array>;

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
  content: Content,
  { replace = true }: { readonly replace?: boolean } = {},
): Promise<void> {
  const unfinished = await written(file, content);
  await discardingOnFailure([unfinished], () => (replace ? rename(unfinished, file) : linkOnce(unfinished, file)));
  await syncFolder(path.dirname(file));
}

/**
 * Writes files of one folder that belong together, completely or not at all: all of them are complete before the first
 * gets its name. The last one, which leads to the others, is removed before they are replaced, so that an old one never
 * stands next to new ones.
 */
export async function writeTogether(files: readonly (readonly [file: string, content: Content])[]): Promise<void> {
  const unfinished: string[] = [];
  const last = files.at(-1)![0];
  await discardingOnFailure(unfinished, async () => {
    for (const [file, content] of files) unfinished.push(await written(file, content));
    if (files.length > 1) await rm(last, { force: true });
    for (const [i, [file]] of files.entries()) await rename(unfinished[i]!, file);
  });
  await syncFolder(path.dirname(last));
}

/** Writes the content next to the file, under a temporary name, which is returned. */
async function written(file: string, content: Content): Promise<string> {
  const name = `.saliency-lens-${process.pid}-${randomBytes(6).toString('hex')}.part`;
  const unfinished = path.join(path.dirname(file), name);
  await discardingOnFailure([unfinished], async () => {
    const handle = await open(unfinished, 'wx');
    try {
      await writeFile(handle, content);
      // A full disk may only report its error here.
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
  return unfinished;
}

/** @param unfinished temporary files, which are removed if the work fails; it may add some */
async function discardingOnFailure(unfinished: readonly string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    for (const file of unfinished) await rm(file, { force: true }).catch(() => {});
    throw thrown;
  }
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
