import { describe, expect, test } from 'vitest';
import { pathsAt } from '../../../src/extension/hover/pathsAt.ts';

/** The likeliest path where the line has a bar. */
const at = (marked: string) => {
  const position = marked.indexOf('¦');
  return pathsAt(marked.replace('¦', ''), position)[0]?.path;
};

describe('the path of an image under the pointer', () => {
  test.each([
    ['Python', 'image = Image.open("data/a¦.png").convert("RGB")', 'data/a.png'],
    ['Python, in single quotes', "paths = ['a.png', '¦b 2.jpg']", 'b 2.jpg'],
    ['Python, a raw Windows path', String.raw`open(r'img\ca¦t.png')`, String.raw`img\cat.png`],
    ['JSON', '{"file_name": "train/00¦1.dcm", "id": 3}', 'train/001.dcm'],
    ['JSON, with escapes', String.raw`{"file": "a\/b¦\u00e9.png"}`, String.raw`a\/b\u00e9.png`],
    ['YAML, a value', 'image: photos/co¦ffee.png  # the cup', 'photos/coffee.png'],
    ['YAML, an entry', '  - photos/my c¦at.png', 'photos/my cat.png'],
    ['YAML, in a list', 'images: [a.png, b¦.png]', 'b.png'],
    ['CSV', '12,train/a¦.png,espresso', 'train/a.png'],
    ['CSV, with spaces in the name', '12,my dog¦.webp,1', 'my dog.webp'],
    ['CSV, in quotes', '12,"a, b¦.png",1', 'a, b.png'],
    ['Markdown, a picture', '![cup](photos/co¦ffee.png "A cup")', 'photos/coffee.png'],
    ['Markdown, with spaces', '![cup](<my co¦ffee.png>)', 'my coffee.png'],
    ['Markdown, on its words', '[the c¦up](photos/coffee.png)', 'photos/coffee.png'],
    ['Markdown, a table', '| coffee | photos/cof¦fee.png | 0.9 |', 'photos/coffee.png'],
    ['upper case', 'x = "A¦.PNG"', 'A.PNG'],
  ])('%s', (_, line, path) => {
    expect(at(line)).toBe(path);
  });

  test('in a sentence, too', () => {
    expect(pathsAt('Look at photos/coffee.png.', 18).map(({ path }) => path)).toContain('photos/coffee.png');
  });

  test('with its escapes, too', () => {
    expect(pathsAt(String.raw`"a\/b\u00e9.png"`, 4).map(({ path }) => path)).toContain('a/bé.png');
    expect(pathsAt('![x](my%20cat.png)', 8).map(({ path }) => path)).toContain('my cat.png');
    expect(pathsAt(String.raw`"img\\cat.png"`, 4).map(({ path }) => path)).toContain('img/cat.png');
  });

  test.each([
    ['an address', '"https://example.org/a¦.png"'],
    ['another machine', String.raw`"\\server\share\a¦.png"`],
    ['another ending', '"model¦.onnx"'],
    ['an ending without a name', '".p¦ng"'],
    ['nothing', '¦'],
    ['between two paths', '"a.png",¦ "b.png"'],
  ])('%s is none', (_, line) => {
    expect(at(line)).toBeUndefined();
  });

  test('says where it lies in the line', () => {
    const line = 'open("data/a.png")';
    const [first] = pathsAt(line, 8);
    expect(line.slice(first?.start, first?.end)).toBe('data/a.png');
  });

  test('a line of megabytes is looked at around the pointer, in no time', () => {
    const line = `${'"x", '.repeat(1_000_000)}"a.png"${', "y"'.repeat(1_000_000)}`;
    const start = performance.now();
    expect(pathsAt(line, 5_000_003)[0]?.path).toBe('a.png');
    expect(pathsAt('('.repeat(3_000_000), 1_500_000)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(500);
  });

  test('whatever a line holds, every answer is a piece of it or its reading, and ends like an image', () => {
    const pieces = [
      '"',
      "'",
      '`',
      '](',
      ')',
      '<',
      '>',
      ',',
      '\t',
      '|',
      ' ',
      ': ',
      '- ',
      '\\',
      '%',
      '%zz',
      'a.png',
      '#',
      '[',
    ];
    let state = 7;
    const next = (below: number) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
    for (let round = 0; round < 2000; round++) {
      const line = Array.from({ length: next(12) }, () => pieces[next(pieces.length)]!).join('');
      for (let position = 0; position <= line.length; position++) {
        for (const { path, start, end } of pathsAt(line, position)) {
          expect(path).toMatch(/[^/\\]\.png$/);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(line.length);
          expect(start).toBeLessThan(end);
        }
      }
    }
  });
});
