import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../tidy/files.ts';

const { missing } = (await import(path.join(root, 'scripts/steps/install.mjs'))) as {
  missing(folder?: string): readonly string[];
};
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-install-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const write = (file: string, packages: object) => {
  fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  fs.writeFileSync(path.join(folder, file), JSON.stringify({ packages }));
};

test('what is not installed, or in another version, is missing; what is optional may be', () => {
  write('package-lock.json', {
    '': { name: 'x' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/@b/c': { version: '2.0.0' },
    'node_modules/a/node_modules/d': { version: '3.0.0' },
    'node_modules/e': { version: '1.0.0', optional: true },
  });
  expect(missing(folder)).toEqual(['a', '@b/c', 'd']);
  write('node_modules/.package-lock.json', {
    'node_modules/a': { version: '1.0.0' },
    'node_modules/@b/c': { version: '1.9.0' },
    'node_modules/a/node_modules/d': { version: '3.0.0' },
  });
  expect(missing(folder)).toEqual(['@b/c']);
});

test('the lock file has every platform: no package of it wants an optional one that it lacks', () => {
  const { packages } = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const names = new Set(Object.keys(packages).map((key) => key.replace(/^.*node_modules\//, '')));
  const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  expect(wanted.filter((name) => !names.has(name))).toEqual([]);
});
