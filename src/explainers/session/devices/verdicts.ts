import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isAlive } from '../../files/isAlive.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { readWholeFile } from '../../files/plainFile.ts';
import { writeWhole } from '../../files/writeWhole.ts';
import { type Check, isCheck } from './check.ts';

/** The subject of a verdict; another driver, runtime or model needs a new one. */
export interface Question {
  readonly device: string;
  readonly driver: string;
  readonly runtime: string;
  /** SHA-256 of the model file. */
  readonly model: string;
}

/** The version of the check; verdicts of other versions do not count. */
const VERSION = 1;
const KEPT = 256;
const LONGEST = 4096;
/** A device that could not be used at all may come back. */
const BROKEN_LASTS = 24 * 3600 * 1000;

/** The content of a verdict's file. */
interface Entry {
  readonly device: string;
  readonly at: string;
  readonly check?: Check;
  /** The process that makes the check; without a result, it never finished. */
  readonly process: number;
}

/**
 * Verdicts on devices, each a small file in a folder of the user's. A check is recorded before it starts, so that a
 * device whose driver kills the process is not tried again.
 */
export class Verdicts {
  readonly #folder: string | undefined;
  readonly #memory = new Map<string, Check>();

  /** @param folder absent: verdicts last as long as this process */
  constructor(folder?: string) {
    this.#folder = folder;
  }

  async find(question: Question): Promise<Check | null> {
    const key = keyOf(question);
    const known = this.#memory.get(key);
    if (known || this.#folder === undefined) return known ?? null;
    const entry = await read(this.#file(key));
    if (!entry) return null;
    if (!entry.check) {
      if (entry.process !== process.pid && isAlive(entry.process)) {
        return { outcome: 'late', reason: 'another window is comparing it with the CPU' };
      }
      return { outcome: 'broken', reason: 'the last comparison with the CPU ended the process' };
    }
    if (entry.check.outcome === 'broken' && Date.now() - Date.parse(entry.at) > BROKEN_LASTS) return null;
    return entry.check;
  }

  /** Call this before a check: determines the result of `find` until {@link keep}. */
  async begin(question: Question): Promise<void> {
    await this.#write(question, undefined);
  }

  async keep(question: Question, check: Check): Promise<void> {
    this.#memory.set(keyOf(question), check);
    await this.#write(question, check);
  }

  async #write(question: Question, check: Check | undefined): Promise<void> {
    if (this.#folder === undefined) return;
    const entry: Entry = {
      device: question.device,
      at: new Date().toISOString(),
      process: process.pid,
      ...(check && { check }),
    };
    try {
      await makeFolder(this.#folder);
      await writeWhole(this.#file(keyOf(question)), `${JSON.stringify(entry)}\n`);
      await forgetOldest(this.#folder);
    } catch {
      // If nothing can be written, each process repeats the check.
    }
  }

  #file(key: string): string {
    return path.join(this.#folder!, `${key}.json`);
  }
}

const keyOf = (question: Question): string =>
  createHash('sha256')
    .update(JSON.stringify([VERSION, question.device, question.driver, question.runtime, question.model]))
    .digest('hex')
    .slice(0, 32);

async function read(file: string): Promise<Entry | null> {
  try {
    const entry = JSON.parse((await readWholeFile(file, LONGEST)).toString()) as Entry;
    const sound = Number.isFinite(Date.parse(entry.at)) && (entry.check === undefined || isCheck(entry.check));
    return sound ? entry : null;
  } catch {
    return null;
  }
}

async function forgetOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{32}\.json$/.test(name));
  if (names.length <= KEPT) return;
  const aged = await Promise.all(
    names.map(async (name) => [(await stat(path.join(folder, name))).mtimeMs, name] as const),
  );
  aged.sort(([a], [b]) => a - b);
  for (const [, name] of aged.slice(0, names.length - KEPT)) await rm(path.join(folder, name), { force: true });
}
