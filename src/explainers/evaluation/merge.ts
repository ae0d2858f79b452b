import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ResultFailure } from '../contracts/evaluation.ts';
import { ExplainError, throwIfCancelled } from '../errors.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { readWholeFile } from '../files/plainFile.ts';
import { walk } from '../files/walk.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { append } from '../lists.ts';
import { type Copied, copiedColumns } from './copiedColumns.ts';
import { differences, MANIFEST, type Manifest, readManifest, settingsKey } from './manifest.ts';
import { failuresName, isTimings, timingsName } from './names.ts';
import { partFiles, partName, partOf, TABLES, type TableName } from './partFiles.ts';
import { notesOf, partNotes } from './partNotes.ts';
import { unwritable } from './resultsFolder.ts';
import { shardOf, WHOLE } from './shard.ts';
import { type Source, SourceParts } from './sourceParts.ts';
import { writeTable } from './writeTable.ts';

/** How many missing images and differing settings are named. */
const LISTED = 5;

export interface MergeRequest {
  /** Folders with the parts of one evaluation. */
  readonly folders: readonly string[];
  readonly out: string;
}

export interface Merged {
  readonly images: number;
  readonly failures: number;
  readonly parts: number;
}

/**
 * Joins the parts of shards, each image once: the same files, byte for byte, as those of a run without shards. The
 * manifest comes last, so that a folder with one is complete.
 * @throws ExplainError `usage` for parts of different evaluations, for missing images, and for a folder in use
 */
export async function mergeResults({ folders, out }: MergeRequest, signal: AbortSignal): Promise<Merged> {
  const manifest = await commonManifest(folders);
  const sources = await sourcesIn(folders, manifest);
  const of = sourceOfEach(sources);
  refuseMissing(manifest, of, sources);
  await checkOut(out, folders, manifest);
  const { metrics, partImages, images } = manifest;
  const tables: readonly TableName[] = TABLES.filter((table) => table !== 'pairs' || metrics.comparison.length > 0);
  const failures: ResultFailure[] = [];
  const parts = new SourceParts(images.names, of);
  let number = 0;
  for (; number * partImages < images.count; number++) {
    throwIfCancelled(signal);
    const names = images.names.slice(number * partImages, (number + 1) * partImages);
    const own = failuresOf(names, of);
    append(failures, own);
    for (const table of [...tables].reverse()) {
      const rows: Copied[] = [];
      for (const name of names) append(rows, await parts.rows(table, name));
      const notes = table === 'part' ? notesOf({ settings: settingsKey(manifest), images: names, failures: own }) : undefined; // biome-ignore format: one line
      await put(out, partName(table, { shard: 0, shards: 1, number }), writeTable(copiedColumns(table, metrics), rows, notes)); // biome-ignore format: one line
    }
    parts.passed(names);
  }
  if (manifest.maps) await copyMaps(folders, out, signal);
  await put(out, timingsName(WHOLE), await timings(folders));
  await put(out, failuresName(WHOLE), failures.map((each) => `${JSON.stringify(each)}\n`).join(''));
  await put(out, MANIFEST, await readWholeFile(path.join(folders[0]!, MANIFEST)));
  return { images: images.count, failures: failures.length, parts: number };
}

async function commonManifest(folders: readonly string[]): Promise<Manifest> {
  const manifests: Manifest[] = [];
  for (const folder of folders) {
    const manifest = await readManifest(folder);
    if (!manifest) throw wrong('The folder holds no results, because it has no manifest.json.', folder, CHECK);
    const differ = manifests[0] ? differences(manifests[0], manifest) : [];
    if (differ.length > 0)
      throw wrong(
        `The folders hold results of different evaluations. These differ: ${differ.join(', ')}.`,
        folder,
        'Merge only shards of one evaluation: the same model, settings, images and version.',
      );
    manifests.push(manifest);
  }
  return manifests[0]!;
}

const CHECK = 'Name the folders that saliency-lens evaluate --out wrote.';

/** In an order that does not depend on the order of the folders. */
async function sourcesIn(folders: readonly string[], manifest: Manifest): Promise<readonly Source[]> {
  const key = settingsKey(manifest);
  const sources: Source[] = [];
  for (const folder of folders)
    for (const file of await partFiles(folder, 'part')) {
      const notes = await partNotes(file);
      if (!notes) throw wrong(`'${path.basename(file)}' is not complete or damaged.`, file, AGAIN);
      if (notes.settings !== key)
        throw wrong(
          `'${path.basename(file)}' was computed with other settings than its manifest.json says.`,
          file,
          AGAIN,
        );
      sources.push({ folder, file, notes });
    }
  return sources.sort((a, b) => (path.basename(a.file) < path.basename(b.file) ? -1 : 1));
}

const AGAIN = 'Remove the file, run its shard again, and merge then.';

/** An image that is in several parts is taken from the first: all of them have the same rows. */
function sourceOfEach(sources: readonly Source[]): ReadonlyMap<string, Source> {
  const of = new Map<string, Source>();
  for (const source of sources) for (const image of source.notes.images) if (!of.has(image)) of.set(image, source);
  return of;
}

function refuseMissing({ images }: Manifest, of: ReadonlyMap<string, Source>, sources: readonly Source[]): void {
  const missing = images.names.filter((name) => !of.has(name));
  if (missing.length === 0) return;
  const counts = new Set(sources.map(({ file }) => partOf(path.basename(file))!.shards));
  const shards = [...counts].filter((count) => count > 1);
  const idle = shards.length === 1 ? idleShards(missing, shards[0]!) : '';
  const first = missing.slice(0, LISTED).join(', ');
  throw wrong(
    `${missing.length} of ${images.count} images are missing: ${first}${missing.length > LISTED ? ', …' : ''}.${idle}`,
    'merge',
    'Run the missing shards, or run them again with --resume, and merge then.',
  );
}

function idleShards(missing: readonly string[], count: number): string {
  const shards = [...new Set(missing.map((name) => shardOf(name, count)))].sort((a, b) => a - b);
  const named = shards.slice(0, 2 * LISTED).join(', ');
  return ` Of ${count} shards, these are not complete: ${named}${shards.length > 2 * LISTED ? ', …' : ''}.`;
}

function failuresOf(names: readonly string[], of: ReadonlyMap<string, Source>): readonly ResultFailure[] {
  return names.flatMap((name) => of.get(name)!.notes.failures.filter(({ image }) => image === name));
}

/** A folder that is merged again may be there; everything else is refused. */
async function checkOut(out: string, folders: readonly string[], manifest: Manifest): Promise<void> {
  const next = 'Choose a new folder with --out.';
  if (folders.some((folder) => path.resolve(folder) === path.resolve(out)))
    throw wrong('The merged results cannot be written into a folder that is merged.', out, next);
  const found = await readManifest(out);
  const names = await readdir(out).catch(() => []);
  const foreign = found ? differences(found, manifest).length > 0 : names.some((name) => partOf(name)?.shards !== 1 && partOf(name)); // biome-ignore format: one line
  if (foreign) throw wrong('The folder of --out holds other results.', out, next);
}

/** As lines without an order. */
async function timings(folders: readonly string[]): Promise<string> {
  let text = '';
  for (const folder of folders)
    for (const name of (await readdir(folder)).sort())
      if (isTimings(name)) text += (await readWholeFile(path.join(folder, name))).toString('utf8');
  return text;
}

async function copyMaps(folders: readonly string[], out: string, signal: AbortSignal): Promise<void> {
  for (const folder of folders) {
    const maps = path.join(folder, 'maps');
    if (!(await stat(maps).catch(() => null))?.isDirectory()) continue;
    for await (const { path: file } of walk([maps], { wanted: (name) => name.endsWith('.npz') })) {
      throwIfCancelled(signal);
      await put(out, path.join('maps', path.relative(maps, file)), await readWholeFile(file));
    }
  }
}

async function put(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const file = path.join(folder, name);
  try {
    await makeFolder(path.dirname(file));
    await writeWhole(file, content);
  } catch (thrown) {
    throw unwritable(thrown, file);
  }
}

const wrong = (message: string, subject: string, next: string) =>
  new ExplainError({ kind: 'usage', message, subject, next });
