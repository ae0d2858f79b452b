// A fix of a label, over every fixture of the formats that are changed in place: the file afterwards says what it said,
// with exactly that change, and no byte differs that does not belong to it.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FormatInput } from '../../src/explainers/annotations/format.ts';
import { formats } from '../../src/explainers/annotations/formats/formats.ts';
import { bounds } from '../../src/explainers/annotations/shapes/shapes.ts';
import type { AnnotatedImage, AnnotationFile } from '../../src/explainers/contracts/labels/annotation.ts';
import type { FixBox, LabelChange } from '../../src/explainers/contracts/labels/fix.ts';
import { ExplainError } from '../../src/explainers/errors.ts';
import type { FixTarget } from '../../src/explainers/fixes/fixer.ts';
import { fixers } from '../../src/explainers/fixes/fixers.ts';
import { type FixedFile, fixLabel } from '../../src/explainers/fixes/fixLabel.ts';
import { fixture, fixtures, text, thrown } from '../explainers/annotations/fixture.ts';

const KINDS = ['class', 'remove', 'move', 'add box', 'add label'] as const;
type Kind = (typeof KINDS)[number];

interface Case {
  readonly kind: Kind;
  readonly target: FixTarget;
  readonly change: LabelChange;
}

const formatOf = (id: string) => formats.find((format) => format.id === id)!;
const changed = fixtures().filter((name) => fixers.has(name.split('/')[0]!));

/** Every change of every label, to another class of the file and to a place in the middle. */
function casesOf(file: AnnotationFile): Case[] {
  const used = file.images.flatMap(({ annotations }) => annotations.map(({ label }) => label));
  const labels = [...new Set([...(file.labels ?? []), ...used])];
  return file.images.flatMap((image, i): Case[] => {
    const box = boxIn(image);
    const fresh = labels.find((label) => !image.annotations.some((each) => each.label === label)) ?? labels[0];
    const own = image.annotations.flatMap(({ label }, annotation): Case[] => {
      const target = { image: i, annotation };
      const to = labels.find((each) => each !== label);
      return [
        ...(to === undefined ? [] : [{ kind: 'class' as const, target, change: { kind: 'class', to } as const }]),
        { kind: 'remove', target, change: { kind: 'remove' } },
        { kind: 'move', target, change: { kind: 'move', box } },
      ];
    });
    if (fresh === undefined) return own;
    const target = { image: i, annotation: null };
    return [
      ...own,
      { kind: 'add box', target, change: { kind: 'add', label: fresh, box } },
      { kind: 'add label', target, change: { kind: 'add', label: fresh, box: null } },
    ];
  });
}

function boxIn({ size }: AnnotatedImage): FixBox {
  return size?.[0] === 1 ? { x: 0.125, y: 0.25, width: 0.5, height: 0.25 } : { x: 3, y: 2, width: 4, height: 3 };
}

/** What a file says of each image, without lines: for comparison, written apart from what the fix itself compares. */
function said({ images }: AnnotationFile): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const { image, annotations } of images) {
    const own = annotations.map(({ label, shape, reader, id }) => {
      const place = shape
        ? shape.kind === 'box'
          ? bounds(shape)
              .map((v) => Math.round(v * 100))
              .join()
          : digest(shape)
        : '';
      return [label, place, reader ?? '', id ?? ''].join('\u0000');
    });
    all.set(image, [...(all.get(image) ?? []), ...own].sort());
  }
  return all;
}

const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** How many bytes at the beginning and at the end are the same. */
function common(a: Uint8Array, b: Uint8Array): readonly [start: number, end: number] {
  let [start, end] = [0, 0];
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [start, end];
}

/** The fix, or null where it is refused with a reason and a next step. */
function fixed(file: FormatInput, id: string, { target, change }: Case): FixedFile | null {
  try {
    return fixLabel(file, formatOf(id), target, change);
  } catch (error) {
    expect(error).toBeInstanceOf(ExplainError);
    expect((error as ExplainError).kind).toBe('annotation');
    expect((error as ExplainError).next).toBeTruthy();
    return null;
  }
}

/** The other images say the same, and this one differs by at most one label each way. */
function expectOneChange(before: AnnotationFile, after: AnnotationFile, { target, kind }: Case): void {
  const [a, b] = [said(before), said(after)];
  const name = before.images[target.image]!.image;
  for (const image of new Set([...a.keys(), ...b.keys()]))
    if (image !== name) expect(b.get(image)).toEqual(a.get(image));
  const [old, now] = [a.get(name) ?? [], [...(b.get(name) ?? [])]];
  const gone = old.filter((each) => {
    const at = now.indexOf(each);
    if (at >= 0) now.splice(at, 1);
    return at < 0;
  });
  if (kind === 'remove') expect([gone.length, now.length]).toEqual([1, 0]);
  else if (kind.startsWith('add')) expect([gone.length, now.length]).toEqual([0, 1]);
  else expect(gone.length <= 1 && now.length <= gone.length).toBe(true);
}

describe.each(changed)('%s', (name) => {
  const id = name.split('/')[0]!;
  const file = fixture(name);
  const before = formatOf(id).parse(file);
  const all = casesOf(before);
  const many = file.bytes.length > 10_000;
  const cases = many ? all.filter((_, i) => i % 19 === 0) : all;

  test('each change is made alone, and only its own bytes differ', () => {
    const done = new Map<Kind, number>();
    for (const each of cases) {
      const result = fixed(file, id, each);
      if (!result) continue;
      done.set(each.kind, (done.get(each.kind) ?? 0) + 1);
      expectOneChange(before, formatOf(id).parse({ ...file, bytes: result.after }), each);
      // All edits lie between the first and the last byte that differ.
      const [start, end] = common(file.bytes, result.after);
      const touched = file.bytes.length - start - end;
      const edits = [...result.edits].sort((a, b) => a.start - b.start);
      const reach = edits.length > 0 ? edits.at(-1)!.end - edits[0]!.start : 0;
      expect(touched).toBeLessThanOrEqual(
        Buffer.byteLength(result.text.slice(edits[0]?.start ?? 0, edits.at(-1)?.end ?? 0)),
      );
      if (each.kind === 'remove' || each.kind === 'move') expect(reach).toBeLessThan(Math.max(400, file.bytes.length));
    }
    const labels = before.images.reduce((sum, { annotations }) => sum + annotations.length, 0);
    const tracks = before.images.filter(({ image }) => image.startsWith('frame_')).length;
    if (labels > 0 && !many) expect((done.get('remove') ?? 0) + tracks).toBe(labels);
  });

  test('a change of class and back gives the file’s own bytes', () => {
    for (const each of cases.filter(({ kind }) => kind === 'class')) {
      const there = fixed(file, id, each);
      if (!there) continue;
      const own = before.images[each.target.image]!.annotations[each.target.annotation!]!.label;
      const now = { ...file, bytes: there.after };
      const had = before.images[each.target.image]!.annotations;
      const image = formatOf(id).parse(now).images[each.target.image]!;
      const to = (each.change as Extract<LabelChange, { kind: 'class' }>).to;
      // Of two equal labels of an image, one is left, so there is no way back.
      if (had.some(({ label }) => label === to)) continue;
      const place = image.annotations.findIndex(({ label }) => label === to);
      if (place < 0) continue;
      const back = fixed(now, id, {
        kind: 'class',
        target: { image: each.target.image, annotation: place },
        change: { kind: 'class', to: own },
      });
      // A table of columns had nothing in the new class's cell, and now has a 0.
      if (back && !isColumns(file, id)) expect(Buffer.from(back.after).equals(Buffer.from(file.bytes))).toBe(true);
    }
  });
});

function isColumns(file: FormatInput, id: string): boolean {
  return id === 'chexpert' || /image_labels|_classes/.test(file.path);
}

const ONE = { image: 0, annotation: 0 };

test.each([
  ['UTF-16 with a mark', Buffer.from('\uFEFFfilename,label\r\na.png,Katze\r\nb.png,Größe\r\n', 'utf16le')],
  ['UTF-8 with a mark', Buffer.from('\uFEFFfilename,label\r\na.png,Katze\r\nb.png,Größe\r\n')],
  ['cp1252', Buffer.from('filename,label\r\na.png,Katze\r\nb.png,Größe\r\n', 'latin1')],
])('keeps the encoding: %s', (_, bytes) => {
  const file = { path: 'labels.csv', bytes };
  const after = fixLabel(file, formatOf('labelTable'), ONE, { kind: 'class', to: 'Größe' }).after;
  const decoder = new TextDecoder(bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xef ? 'utf-8' : 'windows-1252', {
    ignoreBOM: true,
  });
  expect(decoder.decode(after)).toBe(decoder.decode(bytes).replace('Katze', 'Größe'));
});

test('a letter that the encoding does not have is refused, and so is an encoding that is only read', () => {
  const file = { path: 'labels.csv', bytes: Buffer.from('filename,label\na.png,Größe\nb.png,x\n', 'latin1') };
  const change = { kind: 'class', to: '猫' } as const;
  expect(thrown(() => fixLabel(file, formatOf('labelTable'), ONE, change)).message).toContain('windows-1252');
  const sjis = Buffer.from(
    '<?xml version="1.0" encoding="shift_jis"?><annotation><object><name>\x94L</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></object></annotation>',
    'latin1',
  );
  const report = thrown(() => fixLabel({ path: 'a.xml', bytes: sjis }, formatOf('voc'), ONE, { kind: 'remove' }));
  expect(report.message).toContain('shift_jis');
});

test('random tables: the change is the only difference, in any dialect', () => {
  const label = fc.constantFrom('cat', 'dog', 'Pleural effusion', 'a,b', 'say "hi"', 'Größe');
  const table = fc.record({
    rows: fc.array(fc.record({ label, quoted: fc.boolean(), spaced: fc.boolean() }), { minLength: 1, maxLength: 8 }),
    delimiter: fc.constantFrom(',', ';', '\t'),
    newline: fc.constantFrom('\n', '\r\n'),
    last: fc.boolean(),
    mark: fc.boolean(),
    which: fc.nat(7),
    to: label,
    kind: fc.constantFrom('class', 'remove', 'move', 'add'),
  });
  let done = 0;
  fc.assert(
    fc.property(table, ({ rows, delimiter, newline, last, mark, which, to, kind }) => {
      const quote = (value: string, always: boolean) =>
        always || value.includes(delimiter) || value.includes('"') ? `"${value.replaceAll('"', '""')}"` : value;
      const lines = rows.map(({ label: own, quoted, spaced }, i) =>
        [`i${i % 3}.png`, '640', '480', quote(own, quoted), ...[10 + i, 20.5, 30 + i, '40.25']].join(
          spaced ? `${delimiter} ` : delimiter,
        ),
      );
      const header = ['filename', 'width', 'height', 'class', 'xmin', 'ymin', 'xmax', 'ymax'].join(delimiter);
      const content = `${mark ? '\uFEFF' : ''}${[header, ...lines].join(newline)}${last ? newline : ''}`;
      const file = text('boxes.csv', content);
      const format = formatOf('boxCsv');
      const before = format.parse(file);
      const image = which % before.images.length;
      const annotation = which % before.images[image]!.annotations.length;
      const box = { x: 1, y: 2, width: 3, height: 4 };
      const change: LabelChange =
        kind === 'class'
          ? { kind, to }
          : kind === 'remove'
            ? { kind }
            : kind === 'move'
              ? { kind, box }
              : { kind: 'add', label: to, box };
      const target = { image, annotation: kind === 'add' ? null : annotation };
      const result = fixed(file, 'boxCsv', { kind: kind === 'add' ? 'add box' : (kind as Kind), target, change });
      if (!result) return;
      done++;
      const after = new TextDecoder('utf-8', { ignoreBOM: true }).decode(result.after);
      const [a, b] = [content.split(newline), after.split(newline)];
      const odd = a.filter((line) => !b.includes(line)).length;
      expect(odd).toBeLessThanOrEqual(1);
    }),
    { numRuns: 150, seed: 5 },
  );
  expect(done).toBeGreaterThan(120);
});

test('random JSON, in any layout: COCO keeps all other bytes', () => {
  const layout = fc.record({
    indent: fc.constantFrom<string | number>('', 1, 2, 4, '\t'),
    crlf: fc.boolean(),
    which: fc.nat(5),
    kind: fc.constantFrom('class', 'remove', 'move', 'add', 'new class'),
  });
  fc.assert(
    fc.property(layout, ({ indent, crlf, which, kind }) => {
      const annotations = [0, 1, 2, 3, 4, 5].map((id) => ({
        id,
        image_id: id % 2,
        category_id: 1 + (id % 2),
        bbox: [id, 2.5, 10, 20],
        area: 200,
        iscrowd: 0,
      }));
      const content = {
        images: [0, 1].map((id) => ({ id, file_name: `${id}.png`, width: 64, height: 48 })),
        annotations,
        categories: [
          { id: 1, name: 'cat', supercategory: 'animal' },
          { id: 2, name: 'dog', supercategory: 'animal' },
        ],
      };
      const json = JSON.stringify(content, null, indent);
      const written = crlf ? json.replaceAll('\n', '\r\n') : json;
      const [image, annotation] = [which % 2, Math.floor(which / 2)];
      const box = { x: 4, y: 5, width: 6, height: 7 };
      const change: LabelChange =
        kind === 'remove'
          ? { kind }
          : kind === 'move'
            ? { kind, box }
            : kind === 'add'
              ? { kind, label: 'dog', box }
              : { kind: 'class', to: kind === 'class' ? (image ? 'cat' : 'dog') : 'Ähre' };
      const { after } = fixLabel(
        text('c.json', written),
        formatOf('coco'),
        { image, annotation: kind === 'add' ? null : annotation },
        change,
      );
      const expected = structuredClone(content);
      const own = expected.annotations.find(({ id }) => id === which)!;
      if (kind === 'remove') expected.annotations.splice(which, 1);
      if (kind === 'move') Object.assign(own, { bbox: [4, 5, 6, 7], area: 42 });
      if (kind === 'add')
        expected.annotations.push({ id: 6, image_id: image, category_id: 2, bbox: [4, 5, 6, 7], area: 42, iscrowd: 0 });
      if (kind === 'class') own.category_id = image ? 1 : 2;
      if (kind === 'new class') {
        own.category_id = 3;
        expected.categories.push({ id: 3, name: 'Ähre', supercategory: 'animal' });
      }
      const text2 = JSON.stringify(expected, null, indent);
      expect(JSON.parse(Buffer.from(after).toString())).toEqual(expected);
      const result = Buffer.from(after).toString();
      // Bytes, too: what JSON.stringify would write.
      expect(result).toBe(crlf ? text2.replaceAll('\n', '\r\n') : text2);
    }),
    { numRuns: 100, seed: 6 },
  );
});

test('an annotation added to COCO gets an id that no other has, also where ids are words', () => {
  const idAfter = (...ids: readonly unknown[]) => {
    const content = {
      images: [{ id: 1, file_name: '1.png', width: 64, height: 48 }],
      annotations: ids.map((id) => ({ id, image_id: 1, category_id: 1, bbox: [1, 2, 3, 4] })),
      categories: [{ id: 1, name: 'cat' }],
    };
    const change: LabelChange = { kind: 'add', label: 'cat', box: { x: 4, y: 5, width: 6, height: 7 } };
    const { after } = fixLabel(
      text('c.json', JSON.stringify(content)),
      formatOf('coco'),
      { image: 0, annotation: null },
      change,
    );
    return (JSON.parse(Buffer.from(after).toString()) as typeof content).annotations.at(-1)!.id;
  };
  expect([idAfter(7, 3), idAfter('7', '3'), idAfter('cat-a', '4'), idAfter('cat-a')]).toEqual([8, '8', '5', '1']);
});

test('a change that the file already has is refused', () => {
  const content = {
    images: [{ id: 1, file_name: '1.png', width: 64, height: 48 }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [4, 5, 6, 7] }],
    categories: [{ id: 1, name: 'cat' }],
  };
  const file = text('c.json', JSON.stringify(content));
  const same: readonly LabelChange[] = [
    { kind: 'move', box: { x: 4, y: 5, width: 6, height: 7 } },
    { kind: 'class', to: 'cat' },
  ];
  for (const change of same)
    expect(thrown(() => fixLabel(file, formatOf('coco'), ONE, change))).toMatchObject({
      kind: 'annotation',
      message: 'The file already says this, so there is nothing to change.',
    });
});

test('formats that are only read are refused by name, with the export as the way on', () => {
  for (const name of ['maskImage/files/n1_mask.npy', 'labelStudio/files/export.json']) {
    const id = name.split('/')[0]!;
    const file = fixture(name);
    const report = thrown(() => fixLabel(file, formatOf(id), ONE, { kind: 'remove' }));
    expect(report.message).toContain(formatOf(id).title);
    expect(report.next).toContain('--export');
  }
});
