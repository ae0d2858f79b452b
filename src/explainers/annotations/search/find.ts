import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { AnnotationSource } from '../../contracts/card.ts';
import { parseGlob } from '../../files/glob.ts';
import { kindOfContainer } from '../../files/inside.ts';
import { leadsOut, type Reach } from '../../files/reach.ts';
import { headOf, mayBeUnnamedDicom } from '../../files/unnamedDicom.ts';
import { byName, walk } from '../../files/walk.ts';
import { append } from '../../lists.ts';
import { isSegmentation } from '../formats/dicomSeg.ts';
import { formats } from '../formats/formats.ts';
import { isYaml } from '../match/classNames.ts';
import { isBesideName } from './besideFiles.ts';
import type { Candidate } from './candidate.ts';
import { hasClassFolders } from './classFolder.ts';
import { labelFolders } from './dataYaml.ts';

export interface Found {
  readonly candidates: readonly Candidate[];
  readonly problems: readonly string[];
}

/** The number of characters in the stored paths, about half a million files. Further files are not searched. */
const MAX_PATH_CHARACTERS = 64 * 2 ** 20;
const MAX_VISITED = 5_000_000;
const PAPERS = /^(?:readme|licen[cs]e|copying|notice|changelog|citation|requirements)\b/i;

/** The files that sources name: paths, folders and globs. */
export async function expandSources(sources: readonly AnnotationSource[], reach: Reach): Promise<Found> {
  const candidates = new Map<string, Candidate>();
  const problems: string[] = [];
  for (const { path, format, uncertain, within } of sources) {
    const { paths, problems: own } = await expand(path, within, reach);
    append(problems, own);
    for (const found of paths) {
      if (!candidates.has(found))
        candidates.set(found, {
          path: found,
          named: true,
          ...(format !== undefined && { format }),
          ...(uncertain !== undefined && { uncertain }),
        });
    }
  }
  return { candidates: [...candidates.values()], problems };
}

/** By its name, before it is opened. */
export function mayAnnotate(path: string): boolean {
  const lower = path.toLowerCase();
  return (
    !lower.endsWith('.explain.json') &&
    (kindOfContainer(path) !== null ||
      formats.some(
        ({ extensions, mayBe }) => extensions.some((ending) => lower.endsWith(ending)) && (mayBe?.(path) ?? true),
      ))
  );
}

/** In a named folder: lists of names and papers about the set are not annotation files. */
function isWanted(path: string): boolean {
  return mayAnnotate(path) && !isBesideName(path) && !PAPERS.test(basename(path));
}

interface Expanded {
  readonly paths: readonly string[];
  readonly problems: readonly string[];
}

async function expand(pattern: string, within: readonly string[] | undefined, reach: Reach): Promise<Expanded> {
  const info = await stat(pattern).catch(() => null);
  const folder = info?.isDirectory() ?? false;
  const glob = folder ? { base: pattern, deep: false, matches: isWanted } : info?.isFile() ? null : parseGlob(pattern);
  if (within && leadsOut(glob?.base ?? pattern, within)) {
    reach.refused(glob?.base ?? pattern);
    const next = 'a model card may only name files near it; move the file there, or name it yourself (--annotations)';
    return { paths: [], problems: [`${pattern} leads out of ${within.join(', ')}, so it is not read: ${next}`] };
  }
  if (info?.isFile() && isYaml(pattern)) return filesOfSet(pattern, within ?? reach.around(dirname(pattern)), reach);
  if (info?.isFile()) return { paths: [pattern], problems: [] };
  if (!glob) return { paths: [], problems: [`there is no annotation file ${pattern}`] };
  const reached = within ?? reach.around(glob.base);
  let found = await filesBelow(glob.base, glob.deep, (path) => glob.matches(path), reached, reach, folder);
  if (folder && found.paths.length + found.linked.length === 0) {
    // Without annotation files: a folder per class, or a set that keeps its files further down.
    if (await hasClassFolders(pattern)) return { paths: [pattern], problems: [] };
    found = await filesBelow(glob.base, true, (path) => glob.matches(path), reached, reach, true);
  }
  const { paths, more, linked } = found;
  const problems: string[] = [];
  if (linked.length > 0) {
    const names =
      linked
        .slice(0, 3)
        .map((path) => basename(path))
        .join(', ') + (linked.length > 3 ? ', …' : '');
    problems.push(`${pattern} holds ${linked.length} links out of its folder, which are not followed: ${names}`);
  } else if (paths.length === 0 && !folder) problems.push(`no annotation file matches ${pattern}`);
  if (more) problems.push(`${pattern} holds too many files, so only the first ${paths.length} are read`);
  return { paths, problems };
}

/** The label files of the set that a YAML file describes; where it names no folder that exists, those below its own. */
async function filesOfSet(file: string, within: readonly string[], reach: Reach): Promise<Expanded> {
  const named = await labelFolders(file);
  const folders = (named ?? [dirname(file)]).filter((folder) => !leadsOut(folder, within));
  const outside = (named ?? []).filter((folder) => !folders.includes(folder));
  for (const folder of outside) reach.refused(folder);
  const paths: string[] = [];
  for (const folder of folders) append(paths, (await filesBelow(folder, true, isYolo, within, reach)).paths);
  const problems = outside.map(
    (folder) => `${file} names ${folder}, which is out of reach, so its labels are not read; name the folder itself`,
  );
  if (paths.length === 0) problems.push(`${file} names no folder with label files`);
  return { paths: [...new Set(paths)], problems };
}

function isYolo(path: string): boolean {
  return path.toLowerCase().endsWith('.txt') && isWanted(path);
}

interface Walked extends Omit<Expanded, 'problems'> {
  readonly more: boolean;
  /** Links that lead out of the folders that the walk must stay in. */
  readonly linked: readonly string[];
}

/**
 * Files below a folder, in the order of their names.
 * @param objects DICOM segmentations too, whatever they are called
 */
async function filesBelow(
  base: string,
  deep: boolean,
  wanted: (path: string) => boolean,
  within: readonly string[],
  reach: Reach,
  objects = false,
): Promise<Walked> {
  const paths: string[] = [];
  const linked: string[] = [];
  let visited = 0;
  let characters = 0;
  let more = false;
  const found = walk([base], {
    wanted: (path) => wanted(path) || (objects && (isDicomName(path) || mayBeUnnamedDicom(path))),
    skips: (name) => name === 'node_modules' || name.startsWith('.'),
    order: byName,
    ...(!deep && { depth: 0 }),
    goOn: () => {
      more = ++visited > MAX_VISITED || characters > MAX_PATH_CHARACTERS;
      return !more;
    },
  });
  for await (const { path, entry } of found) {
    if (!wanted(path) && !isSegmentation({ path, bytes: await headOf(path, 1024) })) continue;
    if (entry.isSymbolicLink() && leadsOut(path, within)) {
      linked.push(path);
      reach.refused(path);
    } else if (!entry.isSymbolicLink() || (await isFileWithin(path, within, reach))) {
      paths.push(path);
      characters += path.length;
    }
  }
  return { paths, more, linked };
}

const isDicomName = (path: string) => /\.(?:dcm|dicom)$/i.test(path);

/** A file, or a link to one that does not lead out of these folders. */
export async function isFileWithin(path: string, within: readonly string[], reach: Reach): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  if (info?.isFile() !== true) return false;
  if (!leadsOut(path, within)) return true;
  reach.refused(path);
  return false;
}
