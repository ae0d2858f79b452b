import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formats } from '../../src/explainers/annotations/formats/formats.ts';
import { unionMask } from '../../src/explainers/annotations/shapes/rasterize.ts';
import { scaleShape } from '../../src/explainers/annotations/shapes/shapes.ts';
import { ExplainError } from '../../src/explainers/errors.ts';
import { atOnce } from '../../src/explainers/steps.ts';
import { fixture, fixtures, noSegments } from '../explainers/annotations/fixture.ts';
import { LONG } from '../long.ts';

/** More of them, now and then: SALIENCY_LENS_FUZZ=10000 npx vitest run test/laws/annotations.test.ts */
const RUNS = Number(process.env['SALIENCY_LENS_FUZZ'] ?? (LONG ? 150 : 60));
const SEED = Number(process.env['SALIENCY_LENS_FUZZ_SEED'] ?? 11);
/**
 * Of the processor, for one file of some hundred kilobytes: far more than any takes, and the same on a busy machine.
 */
const SLOW_MILLISECONDS = 5000;
const INSERTED = [
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
  '}',
  '<',
  '&amp;&#x41;&lol;',
  '<![CDATA[',
  ';',
  ',',
  '\\',
  '\\u0000',
  '"__proto__":{"a":1},',
  '\n',
  '\uFEFF',
  '-1 ',
  '../../etc/passwd',
];
const FOLDER = fileURLToPath(new URL('../../src/explainers/annotations/', import.meta.url));

test('every file that declares a format is in the table', () => {
  const declared = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
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
    expect(format.folder || format.extensions.some((ending) => name.endsWith(ending))).toBe(true);
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

  test('broken at random: an answer or an annotation error, in time, never a crash', { timeout: RUNS * 1000 }, () => {
    const bytes = new Uint8Array(file.bytes);
    const place = fc.nat(bytes.length);
    const damage = fc.record({
      truncate: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      insert: fc.array(fc.tuple(place, fc.constantFrom(...INSERTED)), { maxLength: 4 }),
      nest: fc.option(fc.tuple(place, fc.constantFrom('[', '{"a":', '<a>', '('), fc.constantFrom(100, 30_000)), {
        freq: 9,
      }),
      repeat: fc.option(fc.tuple(place, fc.nat(60), fc.constantFrom(3, 500)), { freq: 5 }),
      swap: fc.tuple(place, place, fc.nat(40)),
      flip: fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 3 }),
      huge: fc.option(fc.constantFrom('1e308', '-1e308', '4294967296', '99999999999999999999', '0.1e-400'), {
        freq: 5,
      }),
    });
    fc.assert(
      fc.property(damage, (how) => {
        const broken = damaged(bytes, how);
        const start = process.cpuUsage();
        const input = { ...file, bytes: broken };
        expect(formats.filter((f) => f.sniff(input)).length).toBeLessThanOrEqual(1);
        const parsed = outcome(name, () => format.parse(input));
        if (typeof parsed !== 'string') {
          expect(structuredClone(parsed)).toEqual(parsed);
          for (const { size, annotations } of parsed.images.slice(0, 3)) {
            const shapes = annotations.flatMap(({ shape }) => (shape ? [shape] : []));
            if (size && size[0] * size[1] < 1e6) outcome('', () => unionMask(shapes.slice(0, 4), size));
          }
        }
        if (format.index) {
          const index = outcome(name, () =>
            atOnce(format.index!({ ...input, bytes: Uint8Array.from(broken) }, noSegments)),
          );
          if (typeof parsed === 'string' && typeof index === 'string') expect(index).toBe(parsed);
          if (typeof parsed !== 'string')
            expect(index).toMatchObject({ labels: parsed.labels, names: parsed.images.map(({ image }) => image) });
        }
        const { user, system } = process.cpuUsage(start);
        expect((user + system) / 1000).toBeLessThan(SLOW_MILLISECONDS);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: RUNS > 1000 },
    );
  });
});

interface Damage {
  readonly truncate: number | null;
  readonly insert: readonly (readonly [number, string])[];
  readonly nest: readonly [number, string, number] | null;
  readonly repeat: readonly [number, number, number] | null;
  readonly swap: readonly [number, number, number];
  readonly flip: readonly (readonly [number, number])[];
  readonly huge: string | null;
}

function damaged(bytes: Uint8Array, { truncate, insert, nest, repeat, swap, flip, huge }: Damage): Uint8Array {
  let broken: Buffer = Buffer.from(bytes);
  const put = (at: number, text: string | Uint8Array) => {
    broken = Buffer.concat([broken.subarray(0, at), Buffer.from(text as string), broken.subarray(at)]);
  };
  if (huge !== null) {
    // Every third number, whatever it is for.
    let n = 0;
    const text = broken.toString('latin1').replace(/\d+(?:\.\d+)?/g, (number) => (n++ % 3 === 0 ? huge : number));
    broken = Buffer.from(text, 'latin1');
  }
  for (const [at, text] of insert) put(at, text);
  if (repeat) put(repeat[0], Buffer.concat(Array(repeat[2]).fill(broken.subarray(repeat[0], repeat[0] + repeat[1]))));
  if (nest) put(nest[0], nest[1].repeat(nest[2]));
  for (const [at, mask] of flip) if (at < broken.length) broken[at]! ^= mask;
  broken.copyWithin(swap[0], swap[1], swap[1] + swap[2]);
  return truncate === null ? broken : broken.subarray(0, Math.floor(truncate * broken.length));
}

/** What the call gives, or the message of its annotation error; any other error is thrown. */
function outcome<T>(name: string, call: () => T): T | string {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof ExplainError)) throw error;
    expect(error.kind).toBe('annotation');
    if (name) expect(error.subject).toContain(name);
    expect(error.next).toBeTruthy();
    return error.message;
  }
}

test('no parser reads files: only those who look for them do', () => {
  const readers = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) =>
      /from '(?:node:(?:fs|child|net|http)|(?:\.\.\/){1,2}files\/(?:plainFile|walk))/.test(
        readFileSync(FOLDER + name, 'utf8'),
      ),
    );
  expect(readers.sort()).toEqual([
    'formats/coco.ts', // parts of the file itself, once more
    'formats/cocoPanoptic.ts', // the PNG of an image's segments, next to the file: no links, no folders
    'match/ownFiles.ts', // only whether an image is there
    'match/renamedPair.ts', // only whether an image is there
    'search/besideFiles.ts',
    'search/classFolder.ts', // only names
    'search/dataYaml.ts', // the YAML file of a set that a person named
    'search/find.ts',
    'search/mirrored.ts', // only names
    'search/openFile.ts',
    'search/surroundings.ts', // only names
    'search/workspace.ts',
    'search/workspaceWalk.ts',
    'store.ts',
  ]);
});

test('a billion laughs, and files from elsewhere: entities are not resolved', () => {
  const laughs = Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
  for (const declaration of [`<!ENTITY l0 "lol">${laughs}`, '<!ENTITY l10 SYSTEM "file:///etc/passwd">'])
    for (const [root, format] of [
      ['annotation', 'voc'],
      ['annotations', 'cvat'],
    ] as const) {
      const content = `<?xml version="1.0"?>\n<!DOCTYPE ${root} [${declaration}]>\n<${root}><image name="a.png"/><object><name>&l10;</name></object></${root}>`;
      const input = { path: 'laughs.xml', bytes: new TextEncoder().encode(content) };
      expect(() => formats.find(({ id }) => id === format)!.parse(input)).toThrow(
        /Line 2 of the .* file is not valid XML/,
      );
    }
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
