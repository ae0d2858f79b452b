import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  openFileToAppend,
  openFileToRead,
  readWholeFile,
  readWholeFileSync,
  TooLarge,
} from '../../../src/explainers/files/plainFile.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'plain-'));
afterAll(() => rmSync(folder, { recursive: true }));
const windows = process.platform === 'win32';

describe('a file is opened without ever waiting', () => {
  test('its bytes, up to a limit', async () => {
    const file = path.join(folder, 'a.txt');
    writeFileSync(file, 'hello');
    expect(String(await readWholeFile(file, 5))).toBe('hello');
    expect(String(readWholeFileSync(file, 5))).toBe('hello');
    await expect(readWholeFile(file, 4)).rejects.toThrow(TooLarge);
    expect(() => readWholeFileSync(file, 4)).toThrow(TooLarge);
  });

  test.skipIf(windows)('a named pipe, a socket, a device and a folder are called what they are', async () => {
    const at = (name: string) => path.join(folder, name);
    execFileSync('mkfifo', [at('pipe')]);
    const server = createServer().listen(at('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const kinds = [
      [at('pipe'), 'a named pipe'],
      [at('socket'), 'a socket'],
      ['/dev/zero', 'a device'],
      [folder, 'a folder'],
    ] as const;
    for (const [file, what] of kinds) {
      await expect(openFileToRead(file)).rejects.toMatchObject({ what });
      await expect(openFileToAppend(file)).rejects.toMatchObject({ what });
      await expect(readWholeFile(file)).rejects.toMatchObject({ what });
      expect(() => readWholeFileSync(file, 9)).toThrow(what);
    }
    server.close();
  });

  test.skipIf(windows)('no descriptor is left open', async () => {
    if (process.platform !== 'linux') return;
    const count = () => readdirSync('/proc/self/fd').length;
    const before = count();
    for (let i = 0; i < 50; i++) await readWholeFile(folder).catch(() => {});
    expect(count()).toBeLessThan(before + 10);
  });
});
