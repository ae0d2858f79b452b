import { appendFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ResultFailure } from '../contracts/evaluation.ts';
import { ExplainError } from '../errors.ts';
import { diskError } from '../files/diskError.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { differences, MANIFEST, type Manifest, manifestText, readManifest } from './manifest.ts';
import { failuresName, timingsName } from './names.ts';
import { partOf } from './partFiles.ts';
import type { Shard } from './shard.ts';

/** How many images with other names are named. */
const LISTED = 3;

/** The folder that an evaluation writes to, alone or together with the processes of its other shards. */
export class ResultsFolder {
  readonly path: string;
  readonly #shard: Shard;

  private constructor(folder: string, shard: Shard) {
    this.path = folder;
    this.#shard = shard;
  }

  /**
   * Makes the folder ready, or takes it as an earlier process of the same evaluation left it.
   * @param resume false: a folder that already holds results is refused, unless it is that of other shards
   * @throws ExplainError `usage` for a folder with other results, and one that cannot be written
   */
  static async open(folder: string, manifest: Manifest, shard: Shard, resume: boolean): Promise<ResultsFolder> {
    const found = await readManifest(folder);
    await checkShards(folder, shard);
    if (found) checkSame(found, manifest, folder);
    if (found && !resume && shard.shards === 1) throw notEmpty(folder);
    const file = path.join(folder, MANIFEST);
    try {
      await makeFolder(folder);
      // Of several processes that begin at the same time, one writes it.
      if (!found) await writeWhole(file, manifestText(manifest), { replace: false });
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(thrown, folder);
      const first = await readManifest(folder);
      if (first) checkSame(first, manifest, folder);
    }
    return new ResultsFolder(folder, shard);
  }

  at(name: string): string {
    return path.join(this.path, name);
  }

  /** Writes a file whole. @throws ExplainError `usage` */
  async put(name: string, content: string | Uint8Array): Promise<void> {
    const file = this.at(name);
    try {
      await makeFolder(path.dirname(file));
      await writeWhole(file, content);
    } catch (thrown) {
      throw unwritable(thrown, file);
    }
  }

  /** Adds a line about how long something took. @throws ExplainError `usage` */
  async time(entry: object): Promise<void> {
    const file = this.at(timingsName(this.#shard));
    try {
      await appendFile(file, `${JSON.stringify(entry)}\n`);
    } catch (thrown) {
      throw unwritable(thrown, file);
    }
  }

  /** The failures of the whole run, in the order of its images. @throws ExplainError `usage` */
  async putFailures(failures: readonly ResultFailure[]): Promise<void> {
    await this.put(failuresName(this.#shard), failures.map((each) => `${JSON.stringify(each)}\n`).join(''));
  }
}

export function unwritable(thrown: unknown, file: string): ExplainError {
  return diskError(thrown, file, 'The results', 'choose another folder with --out');
}

/** A folder holds the parts of one division into shards, so that no row is in it twice. */
async function checkShards(folder: string, { shards }: Shard): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const other = names.map(partOf).find((part) => part && part.shards !== shards);
  if (!other) return;
  const of = (count: number) => (count === 1 ? 'of a run without shards' : `of a run in ${count} shards`);
  throw new ExplainError({
    kind: 'usage',
    message: `The folder holds results ${of(other.shards)}, and these would be ${of(shards)}.`,
    subject: folder,
    next: 'Choose another folder with --out; saliency-lens merge joins shards.',
  });
}

function checkSame(found: Manifest, manifest: Manifest, folder: string): void {
  const differ = differences(found, manifest);
  if (differ.length === 0) return;
  throw new ExplainError({
    kind: 'usage',
    message: `The folder holds results of another evaluation. These differ: ${differ.join(', ')}.${imagesText(found, manifest)}`,
    subject: folder,
    next: 'Choose another folder with --out, or run it as its manifest.json says.',
  });
}

function imagesText({ images: { names: before } }: Manifest, { images: { names: now } }: Manifest): string {
  const [had, has] = [new Set(before), new Set(now)];
  const lost = before.filter((name) => !has.has(name));
  const added = now.filter((name) => !had.has(name));
  const said = [
    [lost, 'no longer there'],
    [added, 'new'],
  ] as const;
  return said
    .filter(([names]) => names.length > 0)
    .map(([names, what]) => {
      const first = names.slice(0, LISTED).join(', ');
      return ` ${names.length} image${names.length === 1 ? ' is' : 's are'} ${what}: ${first}${names.length > LISTED ? ', …' : ''}.`;
    })
    .join('');
}

function notEmpty(folder: string): ExplainError {
  return new ExplainError({
    kind: 'usage',
    message: 'The folder already holds results of this evaluation.',
    subject: folder,
    next: 'Add --resume to compute what is missing, or choose another folder with --out.',
  });
}
