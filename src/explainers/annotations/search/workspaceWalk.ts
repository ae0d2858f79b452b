import { dirname, relative, sep } from 'node:path';
import { walk } from '../../files/walk.ts';
import { isImageName } from '../match/names.ts';
import { Turns } from '../turns.ts';
import { mayAnnotate } from './find.ts';

/** Limits of a walk, because a workspace at the root of a data set may hold millions of files. */
export const WALK_LIMITS = { entries: 300_000, annotationFiles: 20_000, depth: 12 } as const;

/** Folders of tools, which hold none of the user's data. */
const SKIPPED = new Set(['node_modules', '__pycache__', 'site-packages', 'venv', 'env']);

export interface WalkedFiles {
  readonly annotationFiles: readonly string[];
  readonly images: readonly string[];
  /** A limit was reached, so there is more. */
  readonly more: boolean;
}

/** Is a folder of that name skipped? */
function isSkipped(name: string): boolean {
  return name.startsWith('.') || SKIPPED.has(name);
}

/** Does the walk of one of these folders reach a file with that path? */
export function isReached(folders: readonly string[], path: string): boolean {
  return folders.some((folder) => {
    const steps = relative(folder, dirname(path)).split(sep);
    return (
      steps[0] !== '..' &&
      !steps.some((step) => step !== '' && isSkipped(step)) &&
      !relative(folder, path).startsWith('..')
    );
  });
}

/**
 * All files of the folders that may annotate images, and the images, those nearest to the root first. Links are not
 * followed.
 */
export async function walkFolders(folders: readonly string[], signal: AbortSignal): Promise<WalkedFiles> {
  const annotationFiles: string[] = [];
  const images: string[] = [];
  const turns = new Turns(signal);
  let entries = 0;
  let more = false;
  const found = walk(folders, {
    wanted: (path, entry) => entry.isFile() && (mayAnnotate(path) || isImageName(path)),
    skips: isSkipped,
    depth: WALK_LIMITS.depth,
    goOn: async () => {
      await turns.rest();
      more = ++entries > WALK_LIMITS.entries || annotationFiles.length >= WALK_LIMITS.annotationFiles;
      return !more;
    },
  });
  for await (const { path } of found) {
    if (mayAnnotate(path)) annotationFiles.push(path);
    if (isImageName(path)) images.push(path);
  }
  return { annotationFiles, images, more };
}
