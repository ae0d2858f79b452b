import { type BigIntStats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { insideOf, insideOfSync } from './inside.ts';

type StampedStats = Pick<BigIntStats, 'size' | 'mtimeNs' | 'ctimeNs' | 'ino'>;

/** The file does not exist, or may not be inspected. */
const ABSENT = 'absent';

/**
 * The properties of a file that change whenever its content may have changed: size, times of modification and of status
 * change in nanoseconds, and the inode. A copy that keeps size and modification time (`cp -p`, rsync) still differs in
 * the other two.
 * @param stats of `stat(…, { bigint: true })`, because numbers would round inodes and nanoseconds
 */
export function stampOfStats({ size, mtimeNs, ctimeNs, ino }: StampedStats): string {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
}

/**
 * The stamp of a file; of one in a container, that of the container. A missing file has a stamp too, which changes when
 * the file appears.
 */
export async function fileStamp(file: string): Promise<string> {
  const stats = await stat(file, { bigint: true }).catch(() => null);
  if (stats) return stampOfStats(stats);
  const inside = await insideOf(file);
  return inside ? `${await fileStamp(inside.container)} ${inside.name}` : ABSENT;
}

/** As {@link fileStamp}, but synchronous; a name that no file can have counts as absent. */
function stampNow(file: string): string {
  try {
    return stampOfStats(statSync(file, { bigint: true }));
  } catch {
    const inside = insideOfSync(file);
    return inside ? `${stampNow(inside.container)} ${inside.name}` : ABSENT;
  }
}

/**
 * The files that something was made from, including those that were looked for in vain, each with its stamp before it
 * was read.
 */
export class ReadFiles {
  readonly #stamps = new Map<string, string>();

  /** Call this before opening the file, so that a file written in the meantime counts as changed. */
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
