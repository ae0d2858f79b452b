// What is installed is what was locked: every package has the hash of its contents, those of other systems included.
import { expect, test } from 'vitest';
import { readText } from './files.ts';

interface Locked {
  readonly packages: Readonly<Record<string, { readonly integrity?: string; readonly link?: true }>>;
}

test.each(['package-lock.json', 'scripts/code-server/package-lock.json'])('%s', (file) => {
  const { packages } = JSON.parse(readText(file)) as Locked;
  const unsure = Object.entries(packages).filter(
    ([name, { integrity = '', link }]) => name !== '' && !link && !integrity.startsWith('sha512-'),
  );
  expect(unsure.map(([name]) => name)).toEqual([]);
});
