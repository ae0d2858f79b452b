import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { ExplainError } from '../errors.ts';
import { diskError } from '../files/diskError.ts';
import { NotAFile, openFileToAppend } from '../files/plainFile.ts';
import { loadObservation, type Observation, saveObservation } from './observation.ts';

const NEWLINE = 0x0a;

/** What a line must match to be used. */
export interface JournalKey {
  readonly modelSha256: string;
  /** How images become inputs and how maps are computed; a change here means other evidence. */
  readonly how: string;
  readonly classes: number;
}

/**
 * The model's output for each image, one JSON line per image, so that an interrupted run can continue. A line is valid
 * for its image as it was (time and size), its model and settings. Incomplete or foreign lines are ignored.
 */
export class Journal {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #key: JournalKey;
  /** The file ends in the middle of a line, so the next line begins with a line break. */
  #torn = false;
  readonly #known = new Map<string, { readonly stamp: string; readonly at: number; readonly length: number }>();

  private constructor(file: string, handle: FileHandle, key: JournalKey) {
    this.#file = file;
    this.#handle = handle;
    this.#key = key;
  }

  /** @throws ExplainError `usage` for a file that cannot be read or written */
  static async open(file: string, key: JournalKey): Promise<Journal> {
    let handle: FileHandle | undefined;
    try {
      handle = await openFileToAppend(file);
      const journal = new Journal(file, handle, key);
      await journal.#read();
      return journal;
    } catch (thrown) {
      await handle?.close();
      throw unusable(file, thrown as Error);
    }
  }

  /** The model's output for the image, if the image has not changed. `stamp` is its state on disk. */
  async get(image: string, stamp: string): Promise<Observation | null> {
    const entry = this.#known.get(this.#name(image));
    if (entry?.stamp !== stamp) return null;
    const bytes = Buffer.alloc(entry.length);
    await this.#handle.read(bytes, 0, entry.length, entry.at);
    const line = parse(bytes.toString('utf8'));
    return line ? loadObservation(line['said'], this.#key.classes) : null;
  }

  /** @throws ExplainError `usage` if the disk is full */
  async add(image: string, stamp: string, observation: Observation): Promise<void> {
    const { modelSha256, how } = this.#key;
    const name = this.#name(image);
    const line = Buffer.from(
      `${JSON.stringify({ image: name, stamp, modelSha256, how, said: saveObservation(observation) })}\n`,
    );
    try {
      const { size } = await this.#handle.stat();
      const start = this.#torn ? 1 : 0;
      await this.#handle.appendFile(this.#torn ? Buffer.concat([Buffer.of(NEWLINE), line]) : line);
      this.#torn = false;
      this.#known.set(name, { stamp, at: size + start, length: line.length });
    } catch (thrown) {
      this.#torn = true;
      throw unusable(this.#file, thrown as Error);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Records the position of each line. */
  async #read(): Promise<void> {
    let at = 0;
    let pieces: Buffer[] = [];
    for await (const chunk of this.#handle.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        const text = Buffer.concat([...pieces, chunk.subarray(from, end)]);
        this.#note(text, at);
        at += text.length + 1;
        pieces = [];
        from = end + 1;
      }
      pieces.push(chunk.subarray(from));
    }
    this.#torn = pieces.some((piece) => piece.length > 0);
  }

  #note(text: Buffer, at: number): void {
    const line = parse(text.toString('utf8'));
    if (line?.['modelSha256'] !== this.#key.modelSha256 || line['how'] !== this.#key.how) return;
    this.#known.set(String(line['image']), { stamp: String(line['stamp']), at, length: text.length });
  }

  /** Relative to the journal, so that both can be moved together. */
  #name(image: string): string {
    return path.relative(path.dirname(this.#file), image).split(path.sep).join('/');
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}

function unusable(file: string, thrown: Error): ExplainError {
  if (!(thrown instanceof NotAFile))
    return diskError(thrown, file, 'The journal', 'name another file, or leave out the journal');
  return new ExplainError({
    kind: 'usage',
    message: `The journal cannot be used: ${thrown.message}.`,
    subject: file,
    next: 'Name a file in a writable folder, or leave out the journal.',
  });
}
