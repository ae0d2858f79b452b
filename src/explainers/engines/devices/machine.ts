import { readdirSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';

/**
 * The parts of a machine by which candidates judge whether it may have a device: a few names in the file system, which
 * takes no time.
 */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Version of the operating system. */
  readonly release: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Size and time of a file or folder; null: it does not exist. */
  stamp(path: string): string | null;
  /** Names in a folder; none if the folder does not exist. */
  list(folder: string): readonly string[];
  /** The first bytes of a text file; null: it does not exist. */
  text(file: string): string | null;
}

/** No driver manifest or version file is longer. */
const LONGEST = 65_536;

export const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  release: os.release(),
  env: process.env,
  stamp: (path) => quietly(() => stampOf(path)),
  list: (folder) => quietly(() => readdirSync(folder).sort()) ?? [],
  text: (file) => quietly(() => (statSync(file).isFile() ? readFileSync(file, 'utf8').slice(0, LONGEST) : null)),
};

function stampOf(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${size} ${Math.round(mtimeMs)}`;
}

function quietly<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
