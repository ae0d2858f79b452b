import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, sep } from 'node:path';
import { least } from '../../lists.ts';
import { quoted } from '../problems.ts';
import { isRole, setOf } from './folderRoles.ts';
import { maskName } from './maskNames.ts';
import type { Mention } from './match.ts';
import type { ImageName } from './names.ts';

/** Possible extensions of an image of the same name. */
const ENDINGS = ['.png', '.jpg', '.jpeg', '.bmp', '.tif', '.tiff', '.webp', '.dcm'];

export interface OwnFiles {
  readonly mentions: readonly Mention[];
  readonly problems: readonly string[];
}

/**
 * Selects, among the files that mention an image by its name, those that belong to this very image: `labels/val/1.txt`
 * does not belong to `images/train/1.png`. A file belongs to another image if that one is nearer to it. Among files of
 * one format and name in several folders, the nearest counts; if two are equally near, none does, and a problem names
 * both. Files that identify the image by an id, or by a folder as well, always belong to it.
 */
export async function ownFiles(image: ImageName, mentions: readonly Mention[]): Promise<OwnFiles> {
  const near = mentions.map((mention) => ({ mention, distance: distanceOf(mention, image) }));
  const kept: typeof near = [];
  for (const each of near) if (!(await isOfNamesake(each.mention, each.distance, image.path))) kept.push(each);
  const problems: string[] = [];
  const dropped = new Set<Mention>();
  for (const group of groupsOf(kept.filter(({ distance }) => distance !== null))) {
    const nearestOf = least(group.map(({ distance }) => distance!));
    const nearest = group.filter(({ distance }) => distance === nearestOf);
    for (const { mention } of group) dropped.add(mention);
    if (nearest.length === 1) dropped.delete(nearest[0]!.mention);
    else {
      const paths = nearest.map(({ mention }) => mention.path);
      const [first, second] = apart(paths);
      const more = paths.length > 2 ? ` and ${paths.length - 2} more` : '';
      problems.push(
        `${quoted(first)} and ${quoted(second)}${more} are equally near to this image, so none of them is used. Name the one that belongs to it`,
      );
    }
  }
  return { mentions: kept.map(({ mention }) => mention).filter((mention) => !dropped.has(mention)), problems };
}

/**
 * The number of folders between a file and the image, ignoring folders for kinds of files; null: the file knows the
 * image by more than its name.
 */
function distanceOf(mention: Mention, { path, ids }: ImageName): number | null {
  if (mention.images.length === 0) return null;
  const folders = foldersOf(path);
  const byMore = mention.images.every(({ image }) => {
    const written = image.split(/[/\\]+/).filter((part) => part !== '' && part !== '.');
    return ids.includes(image) || (written.length > 1 && folded(written.at(-2)!) === folded(folders.at(-1) ?? ''));
  });
  return byMore ? null : between(placeOfFile(mention), places(folders));
}

const foldersOf = (path: string) => dirname(path).split(/[/\\]+/);
const folded = (name: string) => name.normalize('NFC').toLowerCase();

/** The folders by which files of one image match. */
function places(folders: readonly string[]): string[] {
  return folders.map(folded).flatMap((name) => (isRole(name) ? [] : [setOf(name) ?? name]));
}

/** A file of many images may have the part of the data set in its own name: `instances_val2017.json`. */
function placeOfFile({ path, count }: Mention): string[] {
  const own = places(foldersOf(path));
  const word = count > 1 ? setWord(path) : null;
  return word && !own.includes(setOf(word)!) ? [...own, setOf(word)!] : own;
}

function setWord(path: string): string | null {
  const words = basename(path, extname(path)).split(/[^\p{L}\d]+/u);
  const found = words.filter((word) => setOf(word) !== null);
  return found.length === 1 ? found[0]! : null;
}

/** How many names are in one list but not in the other, in order. */
function between(a: readonly string[], b: readonly string[]): number {
  let row: number[] = b.map(() => 0).concat(0);
  for (const name of a) {
    const next = [0];
    for (const [j, other] of b.entries()) next.push(name === other ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!));
    row = next;
  }
  return a.length + b.length - 2 * row.at(-1)!;
}

/** Is there another image of the same name that the file belongs to? */
async function isOfNamesake(mention: Mention, distance: number | null, image: string): Promise<boolean> {
  if (distance === null || distance === 0) return false;
  const place = placeOfFile(mention);
  const stem = basename(image, extname(image));
  const names = new Set([basename(image), ...ENDINGS.map((ending) => stem + ending)]);
  for (const folder of imageFolders(mention, image)) {
    if (between(place, places(folder.split(/[/\\]+/))) >= distance) continue;
    for (const name of names) {
      const path = join(folder, name);
      if (path !== image && path !== mention.path && (await isFile(path))) return true;
    }
  }
  return false;
}

/**
 * Where the images of a file may be: its own folder, the folder of images next to it, and that of its part of the set.
 */
function imageFolders({ path, count }: Mention, image: string): ReadonlySet<string> {
  const own = dirname(path);
  const parts = own.split(sep);
  const roles = foldersOf(image).filter((name) => isRole(name));
  const found = new Set([own]);
  for (const role of new Set([...roles, 'images'])) {
    found.add(join(own, role));
    for (const [i, part] of parts.entries()) {
      if (isRole(part)) found.add(parts.with(i, role).join(sep));
    }
  }
  for (const [i, part] of parts.entries()) if (isRole(part)) found.add(parts.toSpliced(i, 1).join(sep));
  // The image's own folder, with a folder of the file's (or the part of the set in its name) where the two differ.
  const imageParts = dirname(image).split(sep);
  const word = count > 1 ? setWord(path) : null;
  const others = [...parts.filter((part) => !imageParts.includes(part)), ...(word ? [word, setOf(word)!] : [])];
  for (const [i, part] of imageParts.entries()) {
    if (!parts.includes(part)) for (const other of others) found.add(imageParts.with(i, other).join(sep));
  }
  return found;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
}

/** Files of one format and name in several folders; masks of several classes are not duplicates. */
function groupsOf<T extends { readonly mention: Mention }>(all: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const { path, format } = each.mention;
    const label = format === 'maskImage' ? (maskName(path).label ?? '') : '';
    const key = JSON.stringify([format, folded(basename(path)), label]);
    const known = groups.get(key) ?? [];
    known.push(each);
    groups.set(key, known);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Two paths without their common folders at the beginning. */
function apart([a, b]: readonly string[]): [string, string] {
  const [one, other] = [a!, b!].map((path) => path.split(sep)) as [string[], string[]];
  let same = 0;
  while (same < Math.min(one.length, other.length) - 1 && one[same] === other[same]) same++;
  return [one.slice(same).join('/'), other.slice(same).join('/')];
}
