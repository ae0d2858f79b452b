import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formats } from '../../src/explainers/annotations/formats.ts';
import { unionMask } from '../../src/explainers/annotations/rasterize.ts';
import { scaleShape } from '../../src/explainers/annotations/shapes.ts';
import { ExplainError } from '../../src/explainers/errors.ts';
import { fixture, fixtures } from '../explainers/annotations/fixture.ts';

const FOLDER = fileURLToPath(new URL('../../src/explainers/annotations/', import.meta.url));

test('every file that declares a format is in the table', () => {
  const declared = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      [...readFileSync(FOLDER + name, 'utf8').matchAll(/defineFormat\(\{\s*id: '(\w+)'/g)].map((m) => m[1]!),
    );
  expect(formats.map(({ id }) => id).sort()).toEqual(declared.sort());
  expect(new Set(declared).size).toBe(declared.length);
});

test('every format has a fixture', () => {
  const covered = new Set(fixtures().map((name) => name.split('/')[0]!));
  expect(formats.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([]);
});

describe.each(fixtures())('%s', (name) => {
  const file = fixture(name);
  const format = formats.find(({ id }) => id === name.split('/')[0])!;

  test('is claimed by its format and no other', () => {
    expect(formats.filter((f) => f.sniff(file)).map(({ id }) => id)).toEqual([format.id]);
    expect(format.extensions.some((ending) => name.endsWith(ending))).toBe(true);
  });

  test('is plain data with lines, names and shapes that can be drawn', () => {
    const parsed = format.parse(file);
    expect(structuredClone(parsed)).toEqual(parsed);
    expect(parsed).toMatchObject({ path: name, format: format.id });
    expect(parsed.images.length).toBeGreaterThan(0);
    for (const { image, size, annotations } of parsed.images) {
      expect(image).not.toBe('');
      for (const { label, shape, line } of annotations) {
        expect(label).toBe(label.trim());
        expect(label).not.toBe('');
        if (line !== undefined) expect(line).toBeGreaterThan(0);
        if (!shape || !size) continue;
        // [1, 1]: coordinates are shares of the image.
        const drawn = size[0] === 1 && size[1] === 1 ? ([64, 64] as const) : size;
        expect(unionMask([scaleShape(shape, size, drawn)], drawn).data.includes(1)).toBe(true);
      }
    }
  });

  test('broken at random: an answer or an annotation error, never a crash', { timeout: 120_000 }, () => {
    const bytes = new Uint8Array(file.bytes);
    const digits = [
      '1e308',
      '-1e308',
      'NaN',
      '-Infinity',
      '99999999999999999999',
      '[[[[[[[[',
      '{"a":',
      '"',
      '\u0000',
      ']',
      '<',
      ';',
      '\\',
    ];
    const damage = fc.record({
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
      at: fc.array(fc.tuple(fc.nat(bytes.length), fc.constantFrom(...digits)), { maxLength: 4 }),
      truncate: fc.boolean(),
      swap: fc.tuple(fc.nat(bytes.length), fc.nat(bytes.length), fc.nat(40)),
    });
    fc.assert(
      fc.property(damage, ({ cut, at, truncate, swap: [a, b, length] }) => {
        let swapped: Uint8Array = bytes;
        for (const [place, insert] of at)
          swapped = Buffer.concat([swapped.subarray(0, place), Buffer.from(insert), swapped.subarray(place)]);
        swapped = swapped.slice(0, truncate ? Math.floor(cut * swapped.length) : undefined);
        swapped.copyWithin(a, b, b + length);
        const input = { ...file, bytes: swapped };
        const claims = formats.filter((f) => f.sniff(input));
        expect(claims.length).toBeLessThanOrEqual(1);
        try {
          const parsed = format.parse(input);
          for (const { size, annotations } of parsed.images.slice(0, 3)) {
            const shapes = annotations.flatMap(({ shape }) => (shape ? [shape] : []));
            if (size && size[0] * size[1] < 1e6) unionMask(shapes.slice(0, 4), size);
          }
        } catch (error) {
          if (!(error instanceof ExplainError)) throw error;
          expect(error.kind).toBe('annotation');
          expect(error.subject).toContain(name);
          expect(error.next).toBeTruthy();
        }
      }),
      { numRuns: 150, seed: 11 },
    );
  });
});

test('nesting a million deep is refused or read, in time', () => {
  const broken = `${'['.repeat(3e4)}x${']'.repeat(3e4)}`;
  for (const content of [
    `{"images":[],"categories":[],"annotations":[{"a":${broken}}]}`,
    '['.repeat(1e6),
    '{"images":'.repeat(2e5),
    `{"images":[],"annotations":[${'['.repeat(1e6)}`,
  ]) {
    const input = { path: 'deep.json', bytes: new TextEncoder().encode(content) };
    for (const format of formats) {
      if (!format.sniff(input)) continue;
      expect(() => format.parse(input)).toThrow(ExplainError);
    }
  }
});
