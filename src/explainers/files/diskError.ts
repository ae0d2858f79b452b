import { ExplainError } from '../errors.ts';

/** What stands in the way, and what helps; a `next` that ends in '…' goes on with the way out that the caller knows. */
interface Obstacle {
  readonly why: string;
  readonly next: string;
}

const FREE = 'Free space, or …';
const ALLOW = 'Allow writing there, or …';

/** By the error codes of the operating system. */
const OBSTACLES: ReadonlyMap<string, Obstacle> = new Map([
  ['ENOSPC', { why: 'the disk is full', next: FREE }],
  ['EDQUOT', { why: 'your share of the disk is used up', next: FREE }],
  ['EFBIG', { why: 'the file would be larger than the disk allows', next: 'Write less, or …' }],
  ['EROFS', { why: 'the disk can only be read', next: 'Make the disk one that can be written, or …' }],
  ['EACCES', { why: 'you may not write there', next: ALLOW }],
  ['EPERM', { why: 'writing there is not allowed', next: ALLOW }],
  ['ENOENT', { why: 'the folder does not exist any more', next: 'Make the folder again, or …' }],
  ['ENOTDIR', { why: 'a part of the path is a file, not a folder', next: 'Move that file away, or …' }],
  ['EISDIR', { why: 'there is a folder of that name', next: 'Move that folder away, or …' }],
  ['ENOTEMPTY', { why: 'there is a folder of that name', next: 'Move that folder away, or …' }],
  ['EEXIST', { why: 'there is a file of that name', next: 'Move that file away, or …' }],
  ['ELOOP', { why: 'a part of the path is a link that leads in a circle', next: 'Mend the link, or …' }],
  ['ENAMETOOLONG', { why: 'the path is too long for the disk', next: 'Shorten the path, or …' }],
  ['EBUSY', { why: 'another program holds the file', next: 'Close the program that has it open, or …' }],
  ['ETXTBSY', { why: 'another program holds the file', next: 'Close the program that has it open, or …' }],
  ['EMFILE', { why: 'too many files are open', next: 'Close other programs and run it again.' }],
  ['ENFILE', { why: 'too many files are open', next: 'Close other programs and run it again.' }],
  ['EIO', { why: 'the disk reports a fault', next: 'Check the disk, or …' }],
  ['EINVAL', { why: 'the disk does not take such a name', next: 'Rename the file or the folder, or …' }],
]);

/** The disk has no room for anything more: nothing that comes after will be written either. */
export function isDiskFull(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/**
 * What kept a file from being written, as an error of kind `usage`; an {@link ExplainError} stays as it is.
 * @param what the file as people call it, such as 'The review file'
 * @param otherwise what one can do instead, such as 'choose another folder with --out'
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

/** The error code of the operating system, also of an error that was wrapped; '' where there is none. */
function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  const { code } = thrown as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : codeOf(thrown.cause);
}
