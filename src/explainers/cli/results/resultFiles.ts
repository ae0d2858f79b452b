import { appendFile, lstat, mkdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ExplainError } from '../../errors.ts';
import { diskError } from '../../files/diskError.ts';
import { isAlive } from '../../files/isAlive.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { readWholeFile } from '../../files/plainFile.ts';
import { removeUnfinished, writeWhole } from '../../files/writeWhole.ts';
import { ofMap } from './fileNames.ts';

/** The list of a run's files; its folder holds a complete run if and only if this file exists. */
const MANIFEST = 'manifest.json';
/**
 * The process that writes into the folder, followed by each file before it is written; a run that was killed leaves it
 * behind.
 */
const UNFINISHED = '.unfinished-run';
/** The run that the folder held before, until the current one is complete. */
const EARLIER = '.earlier-run';
const MOST_BYTES = 2 ** 29;

/** Folders of the runs that this process has in progress. */
const open = new Set<string>();

/**
 * The files of a run's folder, which never holds the files of two runs at once. An existing run is set aside
 * completely, its manifest first, and is restored if this run is killed. When this run ends, only the files that it did
 * not write itself are restored.
 */
export class ResultFiles {
  readonly #folder: string;
  #names: string[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * @param inputs absolute paths of files that are never touched, even if an earlier run wrote them
   * @throws ExplainError `usage` if the folder cannot be written, or another run is writing to it
   */
  static async begin(folder: string, inputs: readonly string[]): Promise<ResultFiles> {
    try {
      await makeFolder(folder);
      if (await isFolder(path.join(folder, MANIFEST))) throw Object.assign(new Error(), { code: 'EISDIR' });
      const files = new ResultFiles(folder);
      await files.#claim();
      open.add(folder);
      try {
        await files.#recover();
        await files.#setAside(new Set(inputs));
      } catch (thrown) {
        // This run has written nothing yet, so the folder is restored.
        await files.#recover().catch(() => {});
        files.release();
        await rm(files.#at(UNFINISHED), { force: true }).catch(() => {});
        throw thrown;
      }
      return files;
    } catch (thrown) {
      throw unwritable(thrown, folder);
    }
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** @throws ExplainError `usage` */
  async put(name: string, content: string | Uint8Array): Promise<void> {
    const file = this.#at(name);
    try {
      await appendFile(this.#at(UNFINISHED), `${JSON.stringify(name)}\n`);
      await makeFolder(path.dirname(file));
      await writeWhole(file, content);
    } catch (thrown) {
      throw unwritable(thrown, file);
    }
    this.#names.push(name);
  }

  /** Removes files of this run again. */
  async discard(names: readonly string[]): Promise<void> {
    for (const name of names) await rm(this.#at(name), { force: true }).catch(() => {});
    this.#names = this.#names.filter((name) => !names.includes(name));
  }

  /** The run is complete: its manifest is written, and the other files of an earlier run are restored. */
  async finish(manifest: string): Promise<void> {
    try {
      await writeWhole(this.#at(MANIFEST), manifest);
    } catch (thrown) {
      throw unwritable(thrown, this.#at(MANIFEST));
    }
    await this.#settle(this.#names);
    await rm(this.#at(UNFINISHED), { force: true });
  }

  /** The folder is as it was before this run. */
  async abandon(): Promise<void> {
    await this.discard(this.#names);
    await this.#recover();
    await rm(this.#at(UNFINISHED), { force: true });
  }

  /** Others may write into the folder again; an unfinished run then counts as killed. */
  release(): void {
    open.delete(this.#folder);
  }

  #at(name: string): string {
    return path.join(this.#folder, name);
  }

  /** One run at a time; leftovers of a killed run are removed. */
  async #claim(): Promise<void> {
    const claim = `${JSON.stringify({ pid: process.pid, host: os.hostname(), started: new Date().toISOString() })}\n`;
    const file = this.#at(UNFINISHED);
    for (let attempt = 0; ; attempt++) {
      try {
        return await writeFile(file, claim, { flag: 'wx' });
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 0) throw thrown;
      }
      const [owner, ...names] = jsonLines(await readWholeFile(file, MOST_BYTES));
      if (isRunning(owner, this.#folder)) throw inUse(this.#folder, file);
      const written = names.filter(isResult);
      if (!(await exists(this.#at(MANIFEST)))) {
        for (const name of written) if (await this.#isWithin(name)) await rm(this.#at(name), { force: true });
      }
      for (const folder of new Set(['.', ...written.map((name) => path.posix.dirname(name))]))
        if (await this.#isWithin(`${folder}/_`)) await removeUnfinished(this.#at(folder));
      await rm(file, { force: true });
    }
  }

  /** Restores the files that were set aside for a run that did not finish. */
  async #recover(): Promise<void> {
    if (!(await isFolder(this.#at(EARLIER)))) return rm(this.#at(EARLIER), { force: true });
    const ended = await this.#listed(MANIFEST);
    // The run after it was already complete.
    if (ended) return this.#settle(ended);
    for (const name of (await this.#listed(`${EARLIER}/${MANIFEST}`)) ?? []) await this.#move(name, EARLIER, '.');
    await this.#move(MANIFEST, EARLIER, '.');
    await rm(this.#at(EARLIER), { recursive: true, force: true });
  }

  /** The manifest goes first, because without it the remaining files are not a complete run. */
  async #setAside(inputs: ReadonlySet<string>): Promise<void> {
    const names = await this.#listed(MANIFEST);
    if (!names) return rm(this.#at(MANIFEST), { force: true });
    await mkdir(this.#at(EARLIER));
    await this.#move(MANIFEST, '.', EARLIER);
    for (const name of names) if (!inputs.has(this.#at(name))) await this.#move(name, '.', EARLIER);
  }

  /**
   * From an earlier run, maps of images and methods that the new one did not produce are restored; the rest is deleted.
   */
  async #settle(names: readonly string[]): Promise<void> {
    const made = new Set(names.map((name) => ofMap(name)?.method));
    for (const name of (await this.#listed(`${EARLIER}/${MANIFEST}`)) ?? []) {
      const map = ofMap(name);
      if (map && !made.has(map.method) && !(await exists(this.#at(name)))) await this.#move(name, EARLIER, '.');
    }
    await rm(this.#at(EARLIER), { recursive: true, force: true });
  }

  /** Null if there is no such manifest. A manifest may come from anywhere, so only files named like results count. */
  async #listed(manifest: string): Promise<readonly string[] | null> {
    if (!(await exists(this.#at(manifest)))) return null;
    const bytes = await readWholeFile(this.#at(manifest), MOST_BYTES).catch(() => Buffer.alloc(0));
    const files = (jsonOf(bytes.toString('utf8')) as { readonly files?: unknown } | undefined)?.files;
    return Array.isArray(files) ? files.filter(isResult) : [];
  }

  async #move(name: string, from: string, to: string): Promise<void> {
    const [source, target] = [path.join(from, name), path.join(to, name)];
    if (!(await exists(this.#at(source))) || !(await this.#isWithin(source))) return;
    await makeFolder(path.dirname(this.#at(target)));
    if (await this.#isWithin(target)) await rename(this.#at(source), this.#at(target));
  }

  /** No linked folder leads outside. */
  async #isWithin(name: string): Promise<boolean> {
    const folder = await realpath(this.#folder);
    const place = await realpath(path.dirname(this.#at(name))).catch(() => null);
    return (
      place !== null && (place === folder || place.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep))
    );
  }
}

/** Path segments that a run never creates. */
const NO_STEP = /^(?:\.{0,2}|\.earlier-run|\.unfinished-run|\.saliency-lens-.*)$/;
const TABLES: ReadonlySet<string> = new Set(['summary.json', 'summary.csv', 'thresholds.csv']);

/** A name that a run gives its files, which never leads elsewhere. */
function isResult(name: unknown): name is string {
  if (typeof name !== 'string' || name.includes('\\') || name.includes('\0') || path.posix.isAbsolute(name))
    return false;
  return TABLES.has(name) || (ofMap(name) !== null && !name.split('/').some((step) => NO_STEP.test(step)));
}

function isRunning(owner: unknown, folder: string): boolean {
  const { pid, host } = (owner ?? {}) as { readonly pid?: unknown; readonly host?: unknown };
  if (host !== os.hostname() || !Number.isInteger(pid) || (pid as number) <= 0) return false;
  if (pid === process.pid) return open.has(folder);
  return isAlive(pid as number);
}

function jsonLines(bytes: Buffer): readonly unknown[] {
  return bytes.toString('utf8').split('\n').map(jsonOf);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // incomplete
  }
}

const exists = (file: string) => lstat(file).then(() => true, () => false); // biome-ignore format: one line
const isFolder = (file: string) => lstat(file).then((stats) => stats.isDirectory(), () => false); // biome-ignore format: one line

function inUse(folder: string, file: string): ExplainError {
  return new ExplainError({
    kind: 'usage',
    message: 'Another run is writing its results into this folder.',
    subject: folder,
    next: `Wait until it has ended, or choose another folder with --out. If no run is in progress, remove ${file}.`,
  });
}

const unwritable = (thrown: unknown, file: string) =>
  diskError(thrown, file, 'A result', 'choose another folder with --out');
