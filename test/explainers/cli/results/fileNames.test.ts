import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { className, imageNames, mapName, ofMap } from '../../../../src/explainers/cli/results/fileNames.ts';

const names = (...images: readonly string[]) => {
  const paths = images.map((name) => `/d/${name}`);
  const given = imageNames(paths.map((each) => ({ path: each })), '/d'); // biome-ignore format: one line
  return paths.map((each) => given.get(each));
};
const nasty = fc.string({ unit: fc.constantFrom('a', 'B', 'ß', 'é', 'e\u0301', '.', ' ', ':', '*', '_', '\u0085', '\u202e', '\u001b', '😀', '漢', '-', '2', '\ud800'), minLength: 1, maxLength: 90 }); // biome-ignore format: one line

describe('names of results', () => {
  test('names that fall together get a number, also where only the case differs; a name that is safe is kept', () => {
    expect(names('a:b.png', 'a_b.png', 'A_B.PNG')).toEqual(['a_b-3.png', 'a_b.png', 'A_B-2.PNG']);
    expect(names('x/a?.png', 'x/a*.png', 'x/a_-2.png')).toEqual(['x/a_.png', 'x/a_-3.png', 'x/a_-2.png']);
    expect(names('é.png', 'e\u0301.png')).toEqual(['é.png', 'é-2.png']);
  });

  test.each([
    ['CON', 'CON_'],
    ['con.png', 'con_.png'],
    ['CON.', 'CON_'],
    ['com1.tar.png', 'com1_.tar.png'],
    ['LPT9 .png', 'LPT9_ .png'],
    ['console.png', 'console.png'],
    ['a\u0085b\u009b.png', 'a_b_.png'],
    ['a\u202egnp.exe', 'a_gnp.exe'],
    ['a\u2066b\u200f.png', 'a_b_.png'],
    ['a\u001b]0;x\u0007.png', 'a_]0;x_.png'],
    ['a . . ', 'a_'],
  ])('%j becomes %j', (name, safe) => {
    expect(names(name)).toEqual([safe]);
  });

  test('a long name is cut by bytes, between characters, and keeps its ending; two of them stay two', () => {
    const [one, other] = names(`${'漢'.repeat(80)}a.png`, `${'漢'.repeat(80)}b.png`);
    expect(one).toMatch(/^漢+~[0-9a-f]{8}\.png$/);
    expect(Buffer.byteLength(one!)).toBeLessThanOrEqual(140);
    expect(one).not.toBe(other);
    expect(Buffer.byteLength(className(999, '😀'.repeat(300)))).toBeLessThanOrEqual(64);
    expect(className(3, '👩‍👩‍👧'.repeat(10))).toBe(`3-${'👩‍👩‍👧'.repeat(3)}`);
  });

  test('whatever images and classes are called, names are apart, short, and take no step elsewhere', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          nasty.filter((name) => !/^\.\.?$/.test(name)),
          { maxLength: 6 },
        ),
        nasty,
        (images, label) => {
          const given = [
            ...imageNames(
              images.map((name) => ({ path: `/d/${name}` })),
              '/d',
            ).values(),
          ];
          const files = given.map(
            (name) => `${mapName(name, { method: 'integratedGradients', index: 12345, label })}.best.png`,
          );
          expect(new Set(files.map((file) => file.normalize('NFC').toLowerCase())).size).toBe(new Set(images.map((name) => path.join('/d', name))).size); // biome-ignore format: one line
          for (const file of files) {
            expect(Buffer.byteLength(file)).toBeLessThanOrEqual(255);
            expect(file).not.toMatch(/[<>:"/\\|?*\p{Cc}\p{Bidi_Control}\p{Surrogate}]/u);
            expect(file).toBe(Buffer.from(file).toString());
            expect(ofMap(file)).not.toBeNull();
          }
        },
      ),
    );
  });
});
