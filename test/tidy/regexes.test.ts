// No pattern takes more than about linear time: what it is given comes from files, and 60 KB of spaces once took ten
// seconds. Patterns are judged by scslre, which finds what backtracks without bound and what begins again at every
// character of a run.
import { type Node, parse } from 'acorn';
import { transformSync } from 'esbuild';
import { analyse } from 'scslre';
import { expect, test } from 'vitest';
import { readText, sourceFiles } from './files.ts';

interface Pattern {
  readonly pattern: string;
  readonly flags: string;
}

/** The regular expressions that a source file writes down. */
function patternsOf(code: string, loader: 'ts' | 'tsx' = 'ts'): Pattern[] {
  const found: Pattern[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node & Record<string, unknown>;
    if (node.type === 'Literal' && node['regex']) found.push(node['regex'] as Pattern);
    for (const [key, child] of Object.entries(node)) if (key !== 'regex') visit(child);
  };
  const { code: plain } = transformSync(code, { loader, target: 'esnext', jsx: 'automatic' });
  visit(parse(plain, { ecmaVersion: 'latest', sourceType: 'module' }));
  return found;
}

const slow = ({ pattern, flags }: Pattern) => analyse({ source: pattern, flags }).reports.length > 0;

test.each([
  String.raw`const a = /\s*\n\s*/g`,
  'const a = /[. ]+$/',
  String.raw`const a = /^(\d+\.?\d*)$/`,
  'const a = /^(a+)+$/',
])('%s is found', (code) => expect(patternsOf(code).map(slow)).toEqual([true]));

test.each(['const a = /(?<![. ])[. ]+$/', String.raw`const a = /^\d+(?:\.\d*)?$/`, 'const a = 8 / 2 / 1'])(
  '%s is none of these',
  (code) => expect(patternsOf(code).some(slow)).toBe(false),
);

test('in the sources', () => {
  const files = sourceFiles('src').filter((file) => !file.includes('/generated/'));
  const patterns = files.flatMap((file) =>
    patternsOf(readText(file), file.endsWith('x') ? 'tsx' : 'ts').map((each) => ({ file, ...each })),
  );
  expect(patterns.length).toBeGreaterThan(150);
  expect(patterns.filter(slow)).toEqual([]);
});
