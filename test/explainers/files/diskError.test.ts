import { describe, expect, test } from 'vitest';
import { ExplainError } from '../../../src/explainers/errors.ts';
import { diskError, isDiskFull } from '../../../src/explainers/files/diskError.ts';

const thrown = (code: string) => Object.assign(new Error(`${code}: it failed, write`), { code });
const report = (code: string) => diskError(thrown(code), '/x/a.npy', 'A result', 'choose another folder with --out');

describe('what the disk says is said in words', () => {
  test.each([
    ['ENOSPC', 'the disk is full', 'Free space, or choose another folder with --out.'],
    ['EDQUOT', 'your disk quota is used up', 'Free space, or'],
    ['EROFS', 'the disk is read-only', 'or choose another folder with --out.'],
    ['EACCES', 'you have no permission to write there', 'Allow writing there, or choose another folder with --out.'],
    ['EPERM', 'writing there is not permitted', 'Allow writing there'],
    ['ENOTDIR', 'a part of the path is a file, not a folder', 'Move that file away'],
    ['EISDIR', 'a folder of that name exists', 'Move that folder away'],
    ['ENAMETOOLONG', 'the path is too long for the disk', 'Shorten the path'],
    ['EMFILE', 'too many files are open', 'Close other programs and run it again.'],
  ])('%s', (code, why, next) => {
    expect(report(code)).toMatchObject({
      kind: 'usage',
      message: `A result cannot be written because ${why} (${code}).`,
      subject: '/x/a.npy',
      next: expect.stringContaining(next),
    });
  });

  test('an unknown code is reported in the system’s words', () => {
    expect(report('EWHATEVER').message).toBe('A result cannot be written because EWHATEVER: it failed, write.');
  });

  test('an error of ours stays; a full disk is known through what wraps it', () => {
    const own = new ExplainError({ kind: 'image', message: 'x', next: 'y' });
    expect(diskError(own, 'f', 'A result', 'z')).toBe(own);
    expect([isDiskFull(report('ENOSPC')), isDiskFull(report('EDQUOT')), isDiskFull(report('EROFS'))]).toEqual([true, true, false]); // biome-ignore format: one line
    expect(isDiskFull('ENOSPC')).toBe(false);
  });
});
