import { chmod } from 'node:fs/promises';
import { makeFolder } from './makeFolder.ts';

/** Creates a folder that only this user may look into, or makes an existing one so. Throws the disk's error. */
export async function ownFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  // Some disks have no permissions.
  await chmod(folder, 0o700).catch(() => {});
}
