import path from 'node:path';
import { ExplainError } from '../errors.ts';
import { isLfsPointer, LFS_POINTER, LFS_PULL } from '../files/lfsPointer.ts';
import { readWholeFile } from '../files/plainFile.ts';
import { sha256OfBytes } from '../files/sha256.ts';
import { whyUnread } from '../files/whyUnread.ts';

/** A file that a card names for its inputs, or that is next to an image. */
export interface InputFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** The size limits of a table or a tokenizer, and of a file next to an image. */
const LIMIT = 2 ** 28;
export const BESIDE_LIMIT = 2 ** 20;

/**
 * Undefined if there is no such file. Whoever calls has checked that it is within reach.
 * @throws ExplainError `card`
 */
export async function readInputFile(file: string, limit = LIMIT): Promise<InputFile | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readWholeFile(file, limit);
  } catch (thrown) {
    const why = whyUnread(thrown, limit);
    if (why === undefined) return undefined;
    throw refused(file, why);
  }
  if (isLfsPointer(bytes)) throw refused(file, LFS_POINTER, LFS_PULL);
  return { path: file, bytes, sha256: sha256OfBytes(bytes) };
}

const refused = (file: string, why: string, next = 'Check that this is the right file.') =>
  new ExplainError({ kind: 'card', message: `'${path.basename(file)}' ${why}.`, subject: file, next });
