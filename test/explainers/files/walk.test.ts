import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { byName, type WalkOptions, walk } from '../../../src/explainers/files/walk.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-walk-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const file of ['b.txt', 'a.txt', 'one/c.txt', 'one/deep/d.txt', 'two/e.txt', '.git/f.txt']) {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), '');
}

async function names(options: Partial<WalkOptions>, bases = [folder]): Promise<string[]> {
  const found: string[] = [];
  const all = walk(bases, { wanted: () => true, order: byName, ...options });
  for await (const each of all) found.push(path.relative(folder, each.path).replaceAll('\\', '/'));
  return found;
}

test('the nearest files first, or folder by folder, in the order of their names', async () => {
  const near = ['a.txt', 'b.txt', '.git/f.txt', 'one/c.txt', 'two/e.txt', 'one/deep/d.txt'];
  expect(await names({})).toEqual(near);
  const along = ['a.txt', 'b.txt', '.git/f.txt', 'one/c.txt', 'one/deep/d.txt', 'two/e.txt'];
  expect(await names({ depthFirst: true })).toEqual(along);
  const asTheyCome: string[] = [];
  for await (const each of walk([folder], { wanted: () => true })) asTheyCome.push(path.relative(folder, each.path));
  expect(asTheyCome.sort()).toEqual(near.map((name) => path.normalize(name)).sort());
});

test('folders that are skipped or too deep, and files that are not wanted, are left out', async () => {
  expect(await names({ skips: (name) => name.startsWith('.'), depth: 1 })).not.toContain('.git/f.txt');
  expect(await names({ depth: 0 })).toEqual(['a.txt', 'b.txt']);
  expect(await names({ wanted: (file) => /[ad]\.txt$/.test(file) })).toEqual(['a.txt', 'one/deep/d.txt']);
});

test('every entry is asked about before it is looked at: false ends the walk, an error stops it', async () => {
  let asked = 0;
  const found = await names({ wanted: () => false, goOn: async () => ++asked < 4 });
  expect(found).toEqual([]);
  expect(asked).toBe(4);
  const stop = () => {
    throw new Error('cancelled');
  };
  await expect(names({ goOn: stop })).rejects.toThrow('cancelled');
});

test('a folder that cannot be read is an empty one, or an error where that is wanted', async () => {
  const missing = path.join(folder, 'missing');
  expect(await names({}, [missing, path.join(folder, 'two')])).toEqual(['two/e.txt']);
  await expect(names({ strict: true }, [missing])).rejects.toThrow('ENOENT');
});

test.skipIf(process.platform === 'win32')('links to folders are yielded as links and never followed', async () => {
  symlinkSync(folder, path.join(folder, 'two', 'loop'));
  const links: string[] = [];
  for await (const { path: found, entry } of walk([folder], { wanted: (_, each) => each.isSymbolicLink() })) {
    expect(entry.isSymbolicLink()).toBe(true);
    links.push(path.basename(found));
  }
  expect(links).toEqual(['loop']);
});
