// Words from outside never meet what every plain object knows, and lists of any length never meet the stack.
import { describe, expect, test } from 'vitest';
import { own, table } from '../../src/explainers/tables.ts';
import { readText, sourceFiles } from './files.ts';

const code = sourceFiles('src').map((file) => ({ file, text: readText(file) }));

/** Every place where the pattern stands, as `file:line text`. */
function found(pattern: RegExp, except: readonly string[] = []): string[] {
  return code
    .filter(({ file }) => !except.includes(file))
    .flatMap(({ file, text }) =>
      [...text.matchAll(pattern)].map((match) => {
        const line = text.slice(0, match.index).split('\n').length;
        return `${file}:${line} ${match[0].trim().slice(0, 80)}`;
      }),
    );
}

describe('look-ups by words from outside', () => {
  test('no table of ours that is keyed by any string is a plain object: `constructor` would be in it', () => {
    // Declared with a type, by `satisfies`, or by `as`.
    const declared = /\bconst \w+\s*:\s*(?:Readonly<|Partial<)*Record<string,[^;]*?=\s*\{/g;
    const satisfied = /=\s*\{(?:(?!\n\}|;\n)[\s\S])*\n\} (?:as const )?satisfies (?:Readonly<)?Record<string,/g;
    const filled = /\b(?:\w*[cC]ounts?|by[A-Z]\w*|operators)\s*:\s*Record<string,[^=;]*= \{\}/g;
    expect([...found(declared).filter((place) => !isDraft(place)), ...found(satisfied), ...found(filled)]).toEqual([]);
  });

  test('the patterns find what they are for', () => {
    const planted = `const ROLES: Readonly<Record<string, (node: Node) => boolean>> = {\n  Relu: () => true,\n};`;
    expect(planted).toMatch(/\bconst \w+\s*:\s*(?:Readonly<|Partial<)*Record<string,[^;]*?=\s*\{/);
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])('%s is in no table', (word) => {
    expect(table({ a: 1 })[word]).toBeUndefined();
    expect(own(JSON.parse('{"a": 1}') as Record<string, number>, word)).toBeUndefined();
    expect(own(JSON.parse(`{"${word}": 1}`) as Record<string, number>, word)).toBe(1);
  });
});

/** An object that is being made, with keys that the code itself gives: `const values: Record<string, T> = {}`. */
const isDraft = (place: string) => /= \{$/.test(place) && /const [a-z]/.test(place);

describe('lists of any length', () => {
  test('no list is spread into the arguments of Math.min, Math.max, push or String.fromCharCode', () => {
    expect(found(/Math\.(?:min|max)\(\.\.\.(?!\[)/g)).toEqual([]);
    expect(found(/\.push\(\.\.\.\w[^;]*;/g, ['src/webview/state/plan/plan.ts'])).toEqual([]); // a handful of requests
    expect(found(/String\.fromCharCode\(\.\.\./g)).toEqual([]);
  });

  test('no typed array is made of a list and a function: from some 90 million values on, that ends the process', () => {
    const mapping =
      /\b(?:Float|Int|Uint|BigInt|BigUint)\d+(?:Clamped)?Array\.from\(\s*[\w.!]+(?:\([^()\n]*\))?(?: as [^,\n]+)?,\s/g;
    expect(found(mapping)).toEqual([]);
    expect('Float32Array.from(tensor.data as Half, (x) => x)').toMatch(mapping);
  });
});
