import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A small disk of its own, for tests of what happens when it is full or can only be read. */
export interface Disk {
  readonly folder: string;
  /** From now on it can only be read: also by the superuser, whom permissions do not bind. */
  readOnly(): void;
  remove(): void;
}

/** Makes a disk of so many kilobytes, in memory. Throws where this process may not mount one. */
export function makeDisk(kilobytes: number): Disk {
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-disk-')), 'disk');
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], { stdio: 'pipe' });
  return {
    folder,
    readOnly: () => execFileSync('mount', ['-o', 'remount,ro', folder], { stdio: 'pipe' }),
    remove: () => {
      execFileSync('umount', [folder], { stdio: 'pipe' });
      rmSync(path.dirname(folder), { recursive: true });
    },
  };
}

/** Why tests that mount disks are skipped; undefined: they can run. */
export function noDisks(): string | undefined {
  try {
    makeDisk(16).remove();
    return undefined;
  } catch (thrown) {
    return `disks cannot be mounted here (${(thrown as Error).message.split('\n')[0]})`;
  }
}
