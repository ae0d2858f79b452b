// An error that a person can act on says what to do next.
import { expect, test } from 'vitest';
import { readText, sourceFiles } from './files.ts';

/** The object literals given to `new ExplainError(…)`, with the file they are in. */
function reports(file: string): string[] {
  const text = readText(file);
  const found: string[] = [];
  for (const { 0: call, index } of text.matchAll(/new ExplainError\(\s*\{/g)) {
    const start = index + call.length - 1;
    let depth = 0;
    let end = start;
    do {
      if (text[end] === '{') depth++;
      if (text[end] === '}') depth--;
      end++;
    } while (depth > 0 && end < text.length);
    found.push(text.slice(start, end));
  }
  return found;
}

test('every error but a cancel says what to do next', () => {
  const silent = sourceFiles('src').flatMap((file) =>
    reports(file)
      .filter(
        (report) =>
          !/^\s*next\b\s*[,:}]|[{,]\s*next\s*[,:}]/m.test(report) && !/kind: '(cancelled|internal)'/.test(report),
      )
      .map((report) => `${file}: ${report.replace(/\s+/g, ' ').slice(0, 120)}`),
  );
  expect(silent).toEqual([]);
  expect(sourceFiles('src').flatMap(reports).length).toBeGreaterThan(120);
});

test('every defect says what it happened to', () => {
  const silent = sourceFiles('src').flatMap((file) => {
    const text = readText(file);
    return [...text.matchAll(/kind: 'internal',/g)]
      .filter(({ index }) => !/\bsubject\b/.test(text.slice(index, text.indexOf('}', text.indexOf('next', index)))))
      .map(({ index }) => `${file}:${text.slice(0, index).split('\n').length}`);
  });
  expect(silent).toEqual([]);
});
