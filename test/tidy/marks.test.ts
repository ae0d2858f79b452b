// What tests look for in the panel is what its views promise, no more and no less.
import { expect, test } from 'vitest';
import { readText, repositoryFiles, sourceFiles } from './files.ts';

const code = (file: string) => readText(file).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

/** `data-…` attributes in a text, also as `dataset['…']` and `dataset.…`. */
function marksIn(text: string): string[] {
  const written = [...text.matchAll(/\bdata-[a-z]+(?:-[a-z]+)*/g)].map(([name]) => name);
  const set = [...text.matchAll(/\bdataset(?:\.|\[')(\w+)/g)].map(
    ([, name]) => `data-${name!.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  );
  return [...written, ...set];
}

const unique = (names: readonly string[]) => [...new Set(names)].sort();

const views = sourceFiles('src/webview').map(code);
/** A mark in the interface `Marks`, which each section adds its own to. */
const declared = /^ +'(data-[\w-]+)'\?:/gm;
const promised = views.flatMap((view) => [...view.matchAll(declared)].map(([, name]) => name!)).sort();

test('every mark is declared once, and each is given by a view', () => {
  expect(promised.length).toBeGreaterThan(50);
  expect(promised).toEqual(unique(views.flatMap((view) => marksIn(view.replace(declared, '')))));
});

/** Of VS Code's own pages. */
const FOREIGN = ['data-vscode-theme-kind', 'data-dir'];

test('tests, scripts and styles look for no others', () => {
  const looking = repositoryFiles().filter((file) =>
    /^(?:test\/(?:webview|vscode|bench)|scripts)\/.*\.(?:ts|tsx|mjs)$|^src\/webview\/.*\.css$/.test(file),
  );
  const unknown = looking.flatMap((file) =>
    unique(marksIn(code(file)))
      .filter((name) => !promised.includes(name) && !FOREIGN.includes(name))
      .map((name) => `${file}: ${name}`),
  );
  expect(unknown).toEqual([]);
});
