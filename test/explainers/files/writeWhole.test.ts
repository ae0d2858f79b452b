import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { removeUnfinished, writeWhole } from '../../../src/explainers/files/writeWhole.ts';
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
