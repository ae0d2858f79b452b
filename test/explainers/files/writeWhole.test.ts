import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { removeUnfinished, writeTogether, writeWhole } from '../../../src/explainers/files/writeWhole.ts';
import { childProgram } from '../../childProgram.ts';
import { makeDisk, noDisks } from '../../disks.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whole-'));
afterAll(() => rmSync(folder, { recursive: true }));
const skipped = noDisks();

describe('a file is written as a whole', () => {
  test('it replaces what was there, or keeps it where asked to', async () => {
    const file = path.join(folder, 'a.txt');
    await writeWhole(file, 'one', { replace: false });
    await writeWhole(file, 'two');
    await expect(writeWhole(file, 'three', { replace: false })).rejects.toMatchObject({ code: 'EEXIST' });
    expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['two', ['a.txt']]);
  });

  test('what cannot be put in place leaves nothing behind', async () => {
    const below = path.join(folder, 'below');
    mkdirSync(path.join(below, 'taken', 'x'), { recursive: true });
    await expect(writeWhole(path.join(below, 'taken'), 'x')).rejects.toThrow();
    await expect(writeWhole(path.join(below, 'taken', 'gone', 'x'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readdirSync(below)).toEqual(['taken']);
  });

  test.skipIf(skipped)(`on a full disk the old file stays${skipped ? `: ${skipped}` : ''}`, async () => {
    const disk = makeDisk(64);
    try {
      const file = path.join(disk.folder, 'a.bin');
      await writeWhole(file, Buffer.alloc(20_000, 1));
      await expect(writeWhole(file, Buffer.alloc(60_000, 2))).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(readdirSync(disk.folder)).toEqual(['a.bin']);
      expect(readFileSync(file).equals(Buffer.alloc(20_000, 1))).toBe(true);
      disk.readOnly();
      await expect(writeWhole(file, 'x')).rejects.toMatchObject({ code: 'EROFS' });
    } finally {
      disk.remove();
    }
  });

  test('a process that is killed while it writes leaves the old file or the new one', async () => {
    const program = await childProgram(
      'writeWholeForEver',
      `import { writeWhole } from './src/explainers/files/writeWhole.ts';
       const [file] = process.argv.slice(2);
       for (let i = 0; ; i = (i + 1) % 10) await writeWhole(file!, String(i).repeat(300_000));`,
    );
    const below = path.join(folder, 'killed');
    mkdirSync(below);
    const file = path.join(below, 'a.txt');
    writeFileSync(file, 'old');
    for (let kill = 0; kill < 4; kill++) {
      try {
        execFileSync(process.execPath, [program, file], { timeout: 250 + 40 * kill, killSignal: 'SIGKILL' });
      } catch {
        // it was killed
      }
      const text = readFileSync(file, 'utf8');
      expect(text === 'old' || (text.length === 300_000 && new Set(text).size === 1)).toBe(true);
    }
    await removeUnfinished(below);
    expect(readdirSync(below)).toEqual(['a.txt']);
  });
});

describe('files that belong together', () => {
  const read = (place: string) =>
    ['a.data', 'a'].map((name) => readFileSync(path.join(place, name), 'utf8').slice(0, 5));
  const pair = (place: string, text: string, size = 1) =>
    ['a.data', 'a'].map((name, i) => [path.join(place, name), text.repeat(i === 0 ? size : 1)] as const);

  test.skipIf(skipped)(`on a full disk the old ones stay, both${skipped ? `: ${skipped}` : ''}`, async () => {
    const disk = makeDisk(64);
    try {
      await writeTogether(pair(disk.folder, 'old'));
      await writeTogether(pair(disk.folder, 'newer'));
      await expect(writeTogether(pair(disk.folder, 'large'.repeat(4000), 3))).rejects.toMatchObject({ code: 'ENOSPC' });
      // The first one fits, and the second one does not.
      await writeTogether([[path.join(disk.folder, 'filler'), Buffer.alloc(40_000)]]);
      const second = [[path.join(disk.folder, 'a.data'), 'x'], [path.join(disk.folder, 'a'), Buffer.alloc(20_000)]] as const; // biome-ignore format: one line
      await expect(writeTogether(second)).rejects.toMatchObject({ code: 'ENOSPC' });
      expect([read(disk.folder), readdirSync(disk.folder)]).toEqual([
        ['newer', 'newer'],
        ['a', 'a.data', 'filler'],
      ]);
    } finally {
      disk.remove();
    }
  });

  test('a process that is killed while it writes leaves two of one kind, or the last one missing', async () => {
    const program = await childProgram(
      'writeTogetherForEver',
      `import { writeTogether } from './src/explainers/files/writeWhole.ts';
       const [file] = process.argv.slice(2);
       for (let i = 0; ; i = (i + 1) % 10) await writeTogether([[file + '.data', String(i).repeat(300_000)], [file, String(i).repeat(5)]]);`,
    );
    const below = path.join(folder, 'together');
    mkdirSync(below);
    for (let kill = 0; kill < 6; kill++) {
      try {
        execFileSync(process.execPath, [program, path.join(below, 'a')], { timeout: 250 + 37 * kill, killSignal: 'SIGKILL' }); // biome-ignore format: one line
      } catch {
        // It was killed.
      }
      await removeUnfinished(below);
      if (!readdirSync(below).includes('a')) continue;
      const [data, last] = read(below);
      expect(data).toBe(last);
    }
  });
});
