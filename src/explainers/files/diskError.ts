import { ExplainError } from '../errors.ts';

/** The obstacle, and what helps; a `next` that ends in '…' continues with the alternative that the caller knows. */
interface Obstacle {
  readonly why: string;
  readonly next: string;
}

const FREE = 'Free space, or …';
const ALLOW = 'Allow writing there, or …';

/** By the error codes of the operating system. */
const OBSTACLES: ReadonlyMap<string, Obstacle> = new Map([
  ['ENOSPC', { why: 'the disk is full', next: FREE }],
  ['EDQUOT', { why: 'your disk quota is used up', next: FREE }],
  ['EFBIG', { why: 'the file would be larger than the disk allows', next: 'Write less, or …' }],
  ['EROFS', { why: 'the disk is read-only', next: 'Make the disk writable, or …' }],
  ['EACCES', { why: 'you have no permission to write there', next: ALLOW }],
  ['EPERM', { why: 'writing there is not permitted', next: ALLOW }],
  ['ENOENT', { why: 'the folder no longer exists', next: 'Create the folder again, or …' }],
  ['ENOTDIR', { why: 'a part of the path is a file, not a folder', next: 'Move that file away, or …' }],
  ['EISDIR', { why: 'a folder of that name exists', next: 'Move that folder away, or …' }],
  ['ENOTEMPTY', { why: 'a folder of that name exists', next: 'Move that folder away, or …' }],
  ['EEXIST', { why: 'a file of that name exists', next: 'Move that file away, or …' }],
  ['ELOOP', { why: 'a part of the path is a circular link', next: 'Repair the link, or …' }],
  ['ENAMETOOLONG', { why: 'the path is too long for the disk', next: 'Shorten the path, or …' }],
  ['EBUSY', { why: 'another program holds the file', next: 'Close the program that has it open, or …' }],
  ['ETXTBSY', { why: 'another program holds the file', next: 'Close the program that has it open, or …' }],
  ['EMFILE', { why: 'too many files are open', next: 'Close other programs and run it again.' }],
  ['ENFILE', { why: 'too many files are open', next: 'Close other programs and run it again.' }],
  ['EIO', { why: 'the disk reports a fault', next: 'Check the disk, or …' }],
  ['EINVAL', { why: 'the disk does not accept such a name', next: 'Rename the file or the folder, or …' }],
]);

/** The disk is full, so later writes will fail too. */
export function isDiskFull(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/**
 * The obstacle to writing a file, as an error of kind `usage`; an {@link ExplainError} is returned unchanged.
 * @param what the file as people call it, such as 'The review file'
 * @param otherwise what people can do instead, such as 'choose another folder with --out'
 */
export function diskError(thrown: unknown, file: string, what: string, otherwise: string): ExplainError {
  if (thrown instanceof ExplainError) return thrown;
  const code = codeOf(thrown);
  const obstacle = OBSTACLES.get(code);
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const why = obstacle ? `${obstacle.why} (${code})` : reason.replace(/\.$/, '');
  const next = obstacle?.next ?? 'Check the disk, or …';
  return new ExplainError(
    {
      kind: 'usage',
      message: `${what} cannot be written because ${why}.`,
      subject: file,
      next: next.endsWith('…') ? `${next.slice(0, -1)}${otherwise}.` : next,
    },
    { cause: thrown },
  );
}

/** The error code of the operating system, also from a wrapped error; '' if there is none. */
function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  const { code } = thrown as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : codeOf(thrown.cause);
}
