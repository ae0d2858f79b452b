import { stat } from 'node:fs/promises';
import path from 'node:path';
import { leadsOut, Reach } from '../../explainers/files/reach.ts';
import type { PathText } from './pathsAt.ts';

/** Folders above a document that a path may be relative to. */
const MAX_LEVELS = 12;

/**
 * The image that a document names: relative to its folder, to a folder above it, or to a folder of the workspace.
 * Nobody asked for it, so it must be within reach of the document, all links resolved. Undefined: there is none.
 * @param workspace the folders of the workspace
 */
export async function namedImage(
  texts: readonly PathText[],
  document: string,
  workspace: readonly string[],
): Promise<{ readonly image: string; readonly text: PathText } | undefined> {
  const within = new Reach({ workspace }).of(document);
  const bases = [...foldersAbove(document, within), ...workspace];
  for (const text of texts) {
    for (const base of new Set(bases)) {
      const image = path.resolve(base, text.path);
      // Its place is judged before the disk is asked about it.
      if (leadsOut(image, within)) continue;
      const found = await stat(image).catch(() => undefined);
      if (found?.isFile()) return { image, text };
    }
  }
  return undefined;
}

function foldersAbove(document: string, within: readonly string[]): readonly string[] {
  const folders: string[] = [];
  let folder = path.dirname(document);
  for (let level = 0; level < MAX_LEVELS; level++) {
    folders.push(folder);
    if (within.includes(folder) || folder === path.dirname(folder)) break;
    folder = path.dirname(folder);
  }
  return folders;
}
