import { type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Files that hold images as folders do: `set.tar/cat/1.jpg`, `set.parquet/row12`. */
export const CONTAINER_ENDINGS = ['tar', 'parquet'] as const;
const ENDING = new RegExp(`\\.(${CONTAINER_ENDINGS.join('|')})$`, 'i');

/** A file within a container, as a path names it. */
export interface Inside {
  readonly container: string;
  readonly kind: 'tar' | 'parquet';
  /** The rest of the path, with `/`. */
  readonly name: string;
}

/** Judged by its name. */
export function kindOfContainer(file: string): Inside['kind'] | null {
  return (ENDING.exec(file)?.[1]?.toLowerCase() as Inside['kind'] | undefined) ?? null;
}

/**
 * The container that a path leads into. A path can lead into a file only if that is a container, so no other file is
 * meant. Null: it leads into none.
 */
export async function insideOf(file: string): Promise<Inside | null> {
  for (const each of candidates(file))
    if (
      await stat(each.container).then(
        (info) => info.isFile(),
        () => false,
      )
    )
      return each;
  return null;
}

/** As {@link insideOf}, but synchronous. */
export function insideOfSync(file: string): Inside | null {
  const isFile = (place: string) => {
    try {
      return (statSync(place) as Stats).isFile();
    } catch {
      return false;
    }
  };
  return candidates(file).find(({ container }) => isFile(container)) ?? null;
}

function candidates(file: string): readonly Inside[] {
  const parts = file.split(/[/\\]/);
  return parts.flatMap((part, i) => {
    const kind = i < parts.length - 1 ? kindOfContainer(part) : null;
    const name = parts.slice(i + 1).join('/');
    return kind && name !== '' ? [{ container: file.slice(0, file.length - name.length - 1), kind, name }] : [];
  });
}

/** The file that holds what a path names: the container if it leads into one, else the path itself. */
export function fileOnDisk(file: string): string {
  return insideOfSync(file)?.container ?? file;
}
