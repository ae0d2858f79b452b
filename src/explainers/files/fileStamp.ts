import { type BigIntStats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

type StampedStats = Pick<BigIntStats, 'size' | 'mtimeNs' | 'ctimeNs' | 'ino'>;

/** There is no such file, or it may not be looked at. */
const ABSENT = 'absent';

/**
 * What of a file changes whenever its content may have: size, times of writing and of change in nanoseconds, and the inode. A copy that
 * keeps size and time of writing (`cp -p`, rsync) is another file by the other two.
 * @param stats of `stat(…, { bigint: true })`: numbers would round inodes and nanoseconds
 */
export function stampOfStats({ size, mtimeNs, ctimeNs, ino }: StampedStats): string {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
}

/** The stamp of a file; that of a missing file is a stamp too, and another once it is there. */
export async function fileStamp(file: string): Promise<string> {
  const stats = await stat(file, { bigint: true }).catch(() => null);
  return stats ? stampOfStats(stats) : ABSENT;
}

/** As {@link fileStamp}, at once: a name that no file can have is absent too. */
function stampNow(file: string): string {
  try {
    return stampOfStats(statSync(file, { bigint: true }));
  } catch {
    return ABSENT;
  }
}

/** The files that something was made from, those that were looked for in vain included, each as it was before it was read. */
export class ReadFiles {
  readonly #stamps = new Map<string, string>();

  /** To be called before the file is opened: one that is written meanwhile counts as changed. */
  readonly note = (file: string): void => {
    if (this.#stamps.has(file)) return;
    this.#stamps.set(file, stampNow(file));
  };

  get paths(): readonly string[] {
    return [...this.#stamps.keys()];
  }

  /** The same while {@link unchanged} holds, and for whoever reads the same files in the same order again. */
  get stamp(): string {
    return [...this.#stamps].map(([file, stamp]) => `${file} ${stamp}`).join('\n');
  }

  /** None of them was written, made, removed or replaced since. */
  async unchanged(): Promise<boolean> {
    const now = await Promise.all(this.paths.map(fileStamp));
    return this.paths.every((file, i) => this.#stamps.get(file) === now[i]);
  }
}
