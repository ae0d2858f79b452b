// What the documents point at is there.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readText, repositoryFiles, root } from './files.ts';

const documents = repositoryFiles().filter((file) => file.endsWith('.md') && file !== 'THIRD-PARTY-NOTICES.md');

test.each(documents)('%s points at files that exist', (file) => {
  const text = readText(file);
  const links = [...text.matchAll(/\]\((?!https?:|#|command:|mailto:)([^)#\s]+)[^)]*\)/g)].map((match) => match[1]!);
  const broken = links.filter((link) => !fs.existsSync(path.join(root, path.dirname(file), link)));
  // In backticks: paths that begin with a folder of ours.
  const named = [...text.matchAll(/`((?:src|test|scripts|docs|media|examples)\/[\w./-]*\w)`/g)].map(
    (match) => match[1]!,
  );
  const absent = named.filter((name) => !/NAME/.test(name) && !fs.existsSync(path.join(root, name)));
  expect([...broken, ...absent]).toEqual([]);
});

test('every npm script that the documents name is there', () => {
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
  const named = documents.flatMap((file) =>
    [...readText(file).matchAll(/npm run ([a-z]+)/g)].map((match) => match[1]!),
  );
  expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
});
