import { randomBytes } from 'node:crypto';
import { type FileHandle, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { openFileToAppend, readWholeFile } from '../files/plainFile.ts';
import { isRecord } from '../tables.ts';
import type { ImageOutcome } from './partNotes.ts';

const MOST_BYTES = 2 ** 30;

/** The name of every journal of a part; what follows is of the process that writes it. */
const beginning = (part: string) => `.${part}.journal-`;

/**
 * The outcomes of the images of a part that is not complete, one JSON line each, so that a process that is killed loses
 * only the images that it was working on. Each process writes one of its own; a complete part needs none.
 */
export class PartJournal {
  readonly #folder: string;
  readonly #part: string;
  readonly #settings: string;
  #file: FileHandle | undefined;
  /** Lines are written one after another. */
  #last: Promise<void> = Promise.resolve();

  /** @param part the name of the part's file */
  constructor(folder: string, part: string, settings: string) {
    this.#folder = folder;
    this.#part = part;
    this.#settings = settings;
  }

  /** What journals of earlier processes say; torn and foreign lines are passed over. */
  async read(wanted: ReadonlySet<string>): Promise<Map<string, ImageOutcome>> {
    const outcomes = new Map<string, ImageOutcome>();
    for (const file of await this.#files()) {
      const text = await readWholeFile(file, MOST_BYTES).catch(() => Buffer.alloc(0));
      for (const line of text.toString('utf8').split('\n')) {
        const entry = parsed(line);
        if (entry?.settings === this.#settings && wanted.has(entry.image)) outcomes.set(entry.image, entry.outcome);
      }
    }
    return outcomes;
  }

  /** Throws the disk's error. */
  add(image: string, outcome: ImageOutcome): Promise<void> {
    const written = this.#last.then(async () => {
      const name = `${beginning(this.#part)}${process.pid}-${randomBytes(4).toString('hex')}.jsonl`;
      this.#file ??= await openFileToAppend(path.join(this.#folder, name));
      await this.#file.appendFile(`${JSON.stringify({ settings: this.#settings, image, outcome })}\n`);
    });
    this.#last = written.catch(() => {});
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file?.close().catch(() => {});
    this.#file = undefined;
  }

  /** The part is complete. */
  async remove(): Promise<void> {
    await this.close();
    for (const file of await this.#files()) await rm(file, { force: true }).catch(() => {});
  }

  async #files(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => name.startsWith(beginning(this.#part))).map((name) => path.join(this.#folder, name));
  }
}

interface Entry {
  readonly settings: string;
  readonly image: string;
  readonly outcome: ImageOutcome;
}

function parsed(line: string): Entry | null {
  if (!line.endsWith('}')) return null;
  try {
    const entry: unknown = JSON.parse(line);
    return isRecord(entry) && isRecord(entry['outcome']) ? (entry as unknown as Entry) : null;
  } catch {
    return null;
  }
}
