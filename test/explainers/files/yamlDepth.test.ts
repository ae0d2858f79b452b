import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument, stringify, visit } from 'yaml';
import { deepest } from '../../../src/explainers/files/yamlDepth.ts';
import { YamlFault, yamlMembers } from '../../../src/explainers/files/yamlText.ts';

/** The levels of collections, as the parser finds them. */
function levels(text: string): number {
  let most = 0;
  visit(parseDocument(text), {
    Collection: (_, __, path) => {
      most = Math.max(most, 1 + path.filter((each) => 'items' in each && Array.isArray(each.items)).length);
    },
  });
  return most;
}

const value = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'medium', maxDepth: 6 },
    fc.constantFrom('a', 'b c', '[x', 3, null),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'names', 'x y'), tie('node'), { maxKeys: 3 }),
  ),
})).node;

test('no text is nested deeper than it is said to be', () => {
  fc.assert(
    fc.property(value, fc.boolean(), fc.integer({ min: 1, max: 4 }), (data, flow, indent) => {
      const text = stringify(data, { indent: Math.max(2, indent), ...(flow && { collectionStyle: 'flow' }) });
      expect(deepest(text)).toBeGreaterThanOrEqual(levels(text));
    }),
  );
});

describe('a text that is nested too deeply is refused before it is parsed', () => {
  const many = 50_000;
  test.each([
    ['maps in braces', '{"a":'.repeat(many)],
    ['lists in brackets', '['.repeat(many)],
    ['lists on one line', `${'- '.repeat(many)}a`],
    ['keys on one line', `${'? '.repeat(many)}a`],
    ['values on one line', `${': '.repeat(many)}a`],
    ['a level in each line', Array.from({ length: 900 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['a list in each line', Array.from({ length: 400 }, (_, i) => `${' '.repeat(2 * i)}- - a:`).join('\n')],
  ])('%s', (_, text) => {
    expect(() => yamlMembers(`names:\n${text}`, ['names'])).toThrow(YamlFault);
    expect(() => yamlMembers(text, ['names'])).toThrow(/nested more than 100 levels deep/);
  });
});

test('lists of names are not', () => {
  const names = Array.from({ length: 2000 }, (_, i) => `  ${i}: "[thing] {${i}}"`).join('\n');
  expect(yamlMembers(`train: a\nnames:\n${names}`, ['names'])[0]).toHaveLength(2000);
  const unclosed = Array.from({ length: 90 }, (_, i) => `- "[${i}"`).join('\n');
  expect(yamlMembers(`names:\n${unclosed}`, ['names'])[0]).toHaveLength(90);
});
