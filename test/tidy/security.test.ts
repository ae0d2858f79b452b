// Each threat that SECURITY.md names has a test that is there, by its file and its title.
import { expect, test } from 'vitest';
import { readText, repositoryFiles } from './files.ts';

const rows = readText('SECURITY.md')
  .split('\n')
  .filter((line) => /^\| (?!from |---)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('there is a table of threats, each with what holds it', () => {
  expect(rows.length).toBeGreaterThan(15);
  for (const [, from, threat, holds] of rows) expect([from, threat, holds].every((cell) => cell !== '')).toBe(true);
});

test.each(rows.map(([, , threat, , proof]) => [threat, proof!]))('%s', (_, proof) => {
  const [, file, title] = /^`(test\/[^`]+)` “([^”]+)”$/.exec(proof) ?? [];
  expect(repositoryFiles()).toContain(file);
  // Titles in code may have their apostrophes escaped.
  expect(readText(file!).replaceAll("\\'", "'")).toContain(title);
});
