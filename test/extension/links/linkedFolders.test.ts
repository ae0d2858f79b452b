import path from 'node:path';
import { expect, test } from 'vitest';
import type * as vscode from 'vscode';
import { LinkedFolders } from '../../../src/extension/links/linkedFolders.ts';
import { LinkQuestions } from '../../../src/extension/links/linkQuestions.ts';

const cache = path.resolve('/data/cache');
const below = path.join(cache, 'blobs');
const link = path.resolve('/data/labels');

/** The storage of one workspace. */
function storage(stored?: unknown): vscode.Memento {
  let value = stored;
  const update = async (_: string, changed: unknown) => void (value = structuredClone(changed));
  return { keys: () => [], get: () => value, update } as unknown as vscode.Memento;
}

test('an answer is kept for its folder and those below, outlasts the window, and can be taken back', async () => {
  const state = storage();
  const folders = new LinkedFolders(state, () => true);
  expect([folders.of(cache), folders.allowed]).toEqual([null, []]);
  await folders.keep(cache, true);
  await folders.keep(below, false);
  const later = new LinkedFolders(state, () => true);
  expect([later.of(cache), later.of(below), later.of(path.join(below, 'x')), later.of(path.dirname(cache))]).toEqual([true, false, false, null]); // biome-ignore format: one line
  expect(later.allowed).toEqual([cache]);
  await later.forget([cache]);
  expect([later.of(cache), later.allowed, later.answers.length]).toEqual([null, [], 1]);
});

test('before the workspace is trusted, no answer counts, and nobody is asked', async () => {
  const folders = new LinkedFolders(storage([{ folder: cache, read: true }]), () => false);
  expect(folders.allowed).toEqual([]);
  let asked = 0;
  const questions = new LinkQuestions({
    folders,
    trusted: () => false,
    ask: async () => ++asked > 0,
    allowed: () => expect.unreachable(),
  });
  await questions.met({ link, folder: path.resolve('/other') });
  expect(asked).toBe(0);
});

test('what is stored by another version or by hand is no answer', () => {
  for (const stored of [
    { folder: cache, read: true },
    'yes',
    [null, 1, { folder: 'relative', read: true }, { folder: cache, read: 'yes' }],
  ])
    expect(new LinkedFolders(storage(stored), () => true).allowed).toEqual([]);
});

test('asks once for each folder, one question at a time; a question that was closed keeps nothing', async () => {
  const folders = new LinkedFolders(storage(), () => true);
  const said: string[] = [];
  let open = 0;
  const answers = new Map<string, boolean | undefined>([
    [cache, true],
    [path.resolve('/no'), false],
  ]);
  const questions = new LinkQuestions({
    folders,
    trusted: () => true,
    ask: async ({ folder }) => {
      expect(++open).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      open--;
      said.push(folder);
      return answers.get(folder);
    },
    allowed: ({ folder }) => said.push(`allowed ${folder}`),
  });
  const [no, closed] = [path.resolve('/no'), path.resolve('/closed')];
  await Promise.all([cache, below, cache, no, closed, no, closed].map((folder) => questions.met({ link, folder })));
  // The answer for the cache holds for its folder of blobs too.
  expect(said).toEqual([cache, `allowed ${cache}`, no, closed]);
  expect(folders.answers).toEqual([{ folder: no, read: false }, { folder: cache, read: true }]); // biome-ignore format: one line
  await folders.forget([no]);
  questions.forget([no]);
  await questions.met({ link, folder: no });
  expect(said.at(-1)).toBe(no);
});
