import { NotAFile, TooLarge } from './plainFile.ts';

/**
 * Why `readWholeFile` could not read a file, for the end of a sentence that begins with its name; undefined: there
 * is no such file.
 * @param limit bytes
 */
export function whyUnread(thrown: unknown, limit: number): string | undefined {
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  if (thrown instanceof NotAFile) return `is ${thrown.what}, not a file`;
  if (thrown instanceof TooLarge) return `has ${thrown.bytes} bytes, but at most ${limit} are read`;
  return `cannot be opened (${code})`;
}
