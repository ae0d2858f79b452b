import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { stampOfStats } from '../../files/fileStamp.ts';
import { leadsOut, Reach } from '../../files/reach.ts';
import { byName, walk } from '../../files/walk.ts';
import { formats } from '../formats/formats.ts';
import type { Candidate } from './candidate.ts';
import { type Found, isFileWithin, mayAnnotate } from './find.ts';
import { mirroredFolders, ownNames } from './mirrored.ts';

/** The limit for one folder, if nobody named a file; those named like the image come first. */
const MAX_GUESSES = 32;
/** Folders whose listings are kept for the next image. */
const FOLDERS = 64;
/** Milliseconds; file systems count time in steps of up to two seconds. */
const LATELY = 2500;

/** The files of a folder that may annotate images. */
interface Listed {
  readonly files: readonly string[];
  /** By their names without extension. */
  readonly byStem: ReadonlyMap<string, readonly string[]>;
  /** Of the folder, which changes with every name in it; null: it changed a moment ago, or has links. */
  readonly stamp: string | null;
}

/**
 * Looks for annotation files near images. A folder is listed once until it changes, because listing one of 10,000
 * images takes longer than explaining one of them.
 */
export class Surroundings {
  readonly #reach: Reach;
  readonly #listed = new LRUCache<string, Promise<Listed>>({ max: FOLDERS });

  constructor(reach = new Reach()) {
    this.#reach = reach;
  }

  /**
   * The files near an image that may annotate it: in its folder, in the parent folder, in an `annotations`, `labels` or
   * `masks` folder in either, and in folders next to that of the images (`images/train/1.png`, `labels/train/1.txt`). A
   * file named like an image belongs to one image, so only this image's own is used. Links are followed only within the
   * image's reach.
   */
  async of(image: string): Promise<Found> {
    const within = this.#reach.of(image);
    const folders = [dirname(image), dirname(dirname(image))];
    const places = folders.flatMap((folder) => [
      folder,
      ...['annotations', 'labels', 'masks'].map((name) => join(folder, name)),
    ]);
    const candidates: Candidate[] = [];
    const mirrored = await mirroredFolders(image);
    const endings = [...new Set(formats.flatMap(({ extensions }) => extensions))];
    for (const folder of mirrored.folders.filter((each) => ![...places, ...mirrored.roots].includes(each))) {
      // Such a folder may hold a million files, of which one is the image's.
      for (const path of ownNames(image, endings).map((name) => join(folder, name)))
        if (mayAnnotate(path) && (await isFileWithin(path, within, this.#reach)))
          candidates.push({ path, named: false });
    }
    for (const place of new Set([...places, ...mirrored.roots])) {
      const linked = leadsOut(place, [dirname(place)]);
      if (linked && leadsOut(place, within)) {
        this.#reach.refused(place);
        continue;
      }
      const { files, byStem } = await this.#list(place, within);
      // 'a.json' and 'a.png.json' belong to the image 'a.png'.
      const names = new Set([basename(image), basename(image, extname(image))]);
      const own = new Set([...names].flatMap((name) => byStem.get(name) ?? []));
      const some = [...own].sort(byName).slice(0, MAX_GUESSES);
      for (const path of files) {
        if (some.length >= MAX_GUESSES) break;
        if (!own.has(path)) some.push(path);
      }
      for (const path of some) candidates.push({ path, named: false });
    }
    return { candidates, problems: [] };
  }

  /** A file was written, created or removed. */
  clear(): void {
    this.#listed.clear();
  }

  async #list(folder: string, within: readonly string[]): Promise<Listed> {
    const key = JSON.stringify([folder, within]);
    const info = await stat(folder, { bigint: true }).catch(() => null);
    if (!info) return NOTHING;
    const stamp = stampOfStats(info);
    const known = await this.#listed.get(key);
    if (known && known.stamp === stamp) return known;
    // Two changes of a folder within a tick of the file system's clock have one stamp.
    const settled = Math.abs(Date.now() - Number(info.ctimeMs)) >= LATELY;
    const listing = list(folder, within, this.#reach, settled ? stamp : null);
    this.#listed.set(key, listing);
    return listing;
  }
}

const NOTHING: Listed = { files: [], byStem: new Map(), stamp: null };

async function list(folder: string, within: readonly string[], reach: Reach, stamp: string | null): Promise<Listed> {
  const files: string[] = [];
  const byStem = new Map<string, string[]>();
  let linked = false;
  for await (const { path, entry } of walk([folder], { wanted: mayAnnotate, order: byName, depth: 0 })) {
    linked ||= entry.isSymbolicLink();
    if (!entry.isFile() && !(entry.isSymbolicLink() && (await isFileWithin(path, within, reach)))) continue;
    files.push(path);
    const stem = basename(path, extname(path));
    byStem.set(stem, [...(byStem.get(stem) ?? []), path]);
  }
  // What a link leads to may change without its folder.
  return { files, byStem, stamp: linked ? null : stamp };
}
