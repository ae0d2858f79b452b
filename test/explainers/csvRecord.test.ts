import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRecord, csvText } from '../../src/explainers/csvRecord.ts';

const text = fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', "'", '"', ',', ';', ' ', 'a', '1', '.', 'e', '＝', 'é') }); // biome-ignore format: one line
const read = (record: string) => (parse(`${record}\n`) as string[][])[0]!;

describe('a record of a CSV file', () => {
  test.each([
    ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
    ['@SUM(1)', "'@SUM(1)"],
    ['+1+1', "'+1+1"],
    ['-1+cmd', "'-1+cmd"],
    ['＝1', "'＝1"],
    [' =1', "' =1"],
    ['\t=1', "'\t=1"],
    ['a\rb', '"a\rb"'],
    ['\rx', '"\'\rx"'],
    ['-0.5', '-0.5'],
    ['+1', '+1'],
    [-1e-7, '-1e-7'],
    [null, ''],
    ["'quoted'", "'quoted'"],
    ["'=x", "''=x"],
  ])('%j is written %j', (value, cell) => {
    expect(csvRecord([value])).toBe(cell);
  });

  test('whatever the cells hold, none is a formula, and each comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 5 }), (cells) => {
        const found = read(csvRecord(cells));
        expect(found.map(csvText)).toEqual(cells);
        for (const cell of found) expect(Number.isFinite(Number(cell)) || !/^\s*[=+\-@\t\r＝]/.test(cell)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
