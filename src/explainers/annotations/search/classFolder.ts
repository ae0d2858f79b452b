import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import { hasImageEnding } from '../../contracts/imageEndings.ts';
import { leadsOut, type Reach } from '../../files/reach.ts';
import { byName, walk } from '../../files/walk.ts';
import { classFoldersIn } from '../match/classFolders.ts';
import { isImageRole } from '../match/folderRoles.ts';
import { labelMatcher } from '../match/labels.ts';
import type { MatchRequest } from '../match/match.ts';
import type { Candidate } from './candidate.ts';

/** Images of a data set that are listed, and folders next to each other. */
const MAX_IMAGES = 2_000_000;
const MAX_FOLDERS = 20_000;
/** Images that show whether a folder has one folder per class. */
const SAMPLE = 200;

const isHidden = (name: string) => name.startsWith('.') || name === 'node_modules' || name === '__pycache__';

/** The images below a folder as the format of class folders reads them: one path a line, with `/`. */
export async function listImages(folder: string, most = MAX_IMAGES): Promise<Uint8Array> {
  const lines: string[] = [];
  const found = walk([folder], {
    wanted: (path, entry) => hasImageEnding(path) && (entry.isFile() || entry.isSymbolicLink()),
    skips: isHidden,
    order: byName,
    depthFirst: true,
    goOn: () => lines.length < most,
  });
  for await (const { path } of found) {
    const below = relative(folder, path).split(sep).join('/');
    if (!below.includes('\n')) lines.push(below);
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

/** Does the folder have a folder of images for each class? */
export async function hasClassFolders(folder: string): Promise<boolean> {
  const listed = new TextDecoder().decode(await listImages(folder, SAMPLE)).split('\n');
  const inFolders = listed.filter((line) => line.includes('/'));
  return inFolders.length > 0 && classFoldersIn(inFolders).size > 0;
}

/**
 * The folder of a data set with a folder per class, if the image's own folder has the name of a class of the model;
 * null: it has not. Of the set only the names of its folders are read.
 */
export async function classFolderOf(
  { path: image, labels, aliases }: Pick<MatchRequest, 'path' | 'labels' | 'aliases'>,
  reach: Reach,
): Promise<Candidate | null> {
  const own = dirname(image);
  const folder = isImageRole(basename(own)) ? dirname(own) : own;
  const root = dirname(folder);
  if (root === folder || labelMatcher(labels, aliases).index(basename(folder)) === null) return null;
  if (leadsOut(root, reach.of(image))) {
    reach.refused(root);
    return null;
  }
  const entries: readonly Dirent[] = await readdir(root, { withFileTypes: true }).catch(() => []);
  const siblings = entries.filter((entry) => entry.isDirectory() && !isHidden(entry.name)).slice(0, MAX_FOLDERS);
  const lines = [relative(root, image).split(sep).join('/'), ...siblings.map(({ name }) => `${name}/`)];
  return {
    path: root,
    named: false,
    listing: new TextEncoder().encode(lines.filter((line) => !line.includes('\n')).join('\n')),
  };
}
