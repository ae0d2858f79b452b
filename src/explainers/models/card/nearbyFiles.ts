import path from 'node:path';
import { type ErrorKind, ExplainError } from '../../errors.ts';
import { isLfsPointer, LFS_POINTER, LFS_PULL } from '../../files/lfsPointer.ts';
import { readWholeFileSync } from '../../files/plainFile.ts';
import { plainText } from '../../files/text.ts';
import { whyUnread } from '../../files/whyUnread.ts';

/** The size limit of card and label files: far above any real one. */
const LIMIT = 4 * 2 ** 20;

/**
 * A small text file next to a model; undefined if there is none, or it is a folder. Throws `kind` if it is too large,
 * not text, or not a regular file but, for example, a named pipe.
 */
export function readText(file: string, kind: ErrorKind): string | undefined {
  const bytes = read(file, kind);
  if (bytes && isLfsPointer(bytes)) throw unreadable(kind, file, LFS_POINTER, LFS_PULL);
  if (bytes?.includes(0)) throw unreadable(kind, file, 'is not a text file');
  return bytes && plainText(bytes);
}

function read(file: string, kind: ErrorKind): Buffer | undefined {
  try {
    return readWholeFileSync(file, LIMIT);
  } catch (thrown) {
    const why = whyUnread(thrown, LIMIT);
    if (why === undefined || (thrown as NodeJS.ErrnoException).code === 'EISDIR') return undefined;
    throw unreadable(kind, file, why);
  }
}

function unreadable(
  kind: ErrorKind,
  file: string,
  why: string,
  next = 'Check that this is the right file.',
): ExplainError {
  return new ExplainError({
    kind,
    message: `'${path.basename(file)}' ${why}.`,
    subject: file,
    next,
  });
}
