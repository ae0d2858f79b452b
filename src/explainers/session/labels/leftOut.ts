import { stat } from 'node:fs/promises';
import type { AnnotationStore } from '../../annotations/store.ts';
import type { AnnotationSource } from '../../contracts/card.ts';
import { throwIfCancelled } from '../../errors.ts';

/** The folders among places, as sources of annotation files. */
export async function foldersOf(places: readonly string[]): Promise<readonly AnnotationSource[]> {
  const isFolder = (place: string) =>
    stat(place).then(
      (info) => info.isDirectory(),
      () => false,
    );
  const folders: AnnotationSource[] = [];
  for (const path of places) if (await isFolder(path)) folders.push({ path });
  return folders;
}

/** The annotation files in folders that the sources leave out, without broken ones and those of no format. */
export async function leftOut(
  store: AnnotationStore,
  sources: readonly AnnotationSource[],
  places: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  if (sources.length === 0) return [];
  const read = new Set((await store.expand(sources)).candidates.map(({ path }) => path));
  const found: string[] = [];
  for (const candidate of (await store.expand(await foldersOf(places))).candidates) {
    throwIfCancelled(signal);
    if (read.has(candidate.path)) continue;
    const file = await store.index(candidate, undefined, signal).catch(() => null);
    throwIfCancelled(signal);
    if (file && file.index.names.length > 0) found.push(candidate.path);
  }
  return found;
}
