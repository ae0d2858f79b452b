import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatById, formatOf } from '../../src/explainers/annotations/formats/formats.ts';
import { encodeRuns } from '../../src/explainers/annotations/shapes/runs.ts';
import { bounds } from '../../src/explainers/annotations/shapes/shapes.ts';
import type { Size } from '../../src/explainers/contracts/geometry.ts';
import { matched, text } from '../explainers/annotations/fixture.ts';
import { runsToText } from '../runsToText.ts';

type Box = readonly [x: number, y: number, width: number, height: number];
/** Writes a box as it stands, of an image whose size is given where the format has a place for it. */
type Write = (box: Box, size: Size) => { path: string; text: string };

const corners = ([x, y, w, h]: Box) => [x, y, x + w, y + h] as const;
const ring = ([x, y, w, h]: Box) => [x, y, x + w, y, x + w, y + h, x, y + h];
const pairs = (box: Box) => Array.from({ length: 4 }, (_, i) => ring(box).slice(2 * i, 2 * i + 2));
const cocoFile = (size: Size, annotation: object) =>
  JSON.stringify({
    images: [{ id: 1, file_name: 'a.png', height: size[0], width: size[1] }],
    categories: [{ id: 1, name: 'cat' }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, ...annotation }],
  });
const labelmeFile = (size: Size, shape: object) =>
  JSON.stringify({
    shapes: [{ label: 'cat', ...shape }],
    imagePath: 'a.png',
    imageHeight: size[0],
    imageWidth: size[1],
  });
const cvatFile = (size: Size, shape: string) =>
  `<annotations><version>1.1</version><image id="0" name="a.png" height="${size[0]}" width="${size[1]}">${shape}</image></annotations>`;

/** Formats whose coordinates are pixels. */
const IN_PIXELS: Readonly<Record<string, Write>> = {
  'boxCsv with a size': (box, size) => ({
    path: 't.csv',
    text: `filename,height,width,class,xmin,ymin,xmax,ymax\na.png,${size},cat,${corners(box)}\n`,
  }),
  boxCsv: (box) => ({ path: 't.csv', text: `filename,class,xmin,ymin,xmax,ymax\na.png,cat,${corners(box)}\n` }),
  vindr: (box) => ({ path: 't.csv', text: `image_id,class_name,x_min,y_min,x_max,y_max\na,cat,${corners(box)}\n` }),
  mscxr: (box, size) => ({
    path: 't.csv',
    text: `dicom_id,category_name,x,y,w,h,image_height,image_width\na,cat,${box},${size}\n`,
  }),
  'coco, box': (box, size) => ({ path: 'c.json', text: cocoFile(size, { bbox: box }) }),
  'coco, outline': (box, size) => ({ path: 'c.json', text: cocoFile(size, { segmentation: [ring(box)] }) }),
  voc: (box, size) => {
    const [x0, y0, x1, y1] = corners(box);
    return {
      path: 'a.xml',
      text: `<annotation><filename>a.png</filename><size><height>${size[0]}</height><width>${size[1]}</width></size><object><name>cat</name><bndbox><xmin>${x0}</xmin><ymin>${y0}</ymin><xmax>${x1}</xmax><ymax>${y1}</ymax></bndbox></object></annotation>`,
    };
  },
  'labelme, rectangle': (box, size) => {
    const [x0, y0, x1, y1] = corners(box);
    const points = [
      [x0, y0],
      [x1, y1],
    ];
    return { path: 'a.json', text: labelmeFile(size, { shape_type: 'rectangle', points }) };
  },
  'labelme, polygon': (box, size) => ({
    path: 'a.json',
    text: labelmeFile(size, { shape_type: 'polygon', points: pairs(box) }),
  }),
  'cvat, box': (box, size) => {
    const [x0, y0, x1, y1] = corners(box);
    return {
      path: 'c.xml',
      text: cvatFile(size, `<box label="cat" xtl="${x0}" ytl="${y0}" xbr="${x1}" ybr="${y1}"/>`),
    };
  },
  'cvat, polygon': (box, size) => ({
    path: 'c.xml',
    text: cvatFile(size, `<polygon label="cat" points="${pairs(box).join(';')}"/>`),
  }),
  chestxdet: (box) => ({
    path: 'c.json',
    text: JSON.stringify([{ file_name: 'a.png', syms: ['cat'], boxes: [corners(box)] }]),
  }),
  chexlocalize: (box, size) => ({
    path: 'c.json',
    text: JSON.stringify({ a: { img_size: size, Edema: [pairs(box)] } }),
  }),
};
/** Those that have a place for the image's size. */
const SIZED = [
  'boxCsv with a size',
  'mscxr',
  'coco, box',
  'coco, outline',
  'voc',
  'labelme, rectangle',
  'labelme, polygon',
  'cvat, box',
  'cvat, polygon',
  'chexlocalize',
];

/** What the file says of the image, with the only shape as [left, top, right, bottom]. */
function said({ path, text: content }: { path: string; text: string }, size: Size) {
  const file = text(path, content);
  const format = formatOf(file)!;
  const request = { path: 'a.png', ids: [], size, labels: ['cat', 'Edema'], aliases: {} };
  const { annotations, problems } = matched(request, [format.parse(file)]);
  const [only] = annotations;
  return { drawn: only?.shape ? bounds(only.shape) : null, problems };
}

const cases = fc
  .record({ height: fc.integer({ min: 40, max: 2000 }), width: fc.integer({ min: 40, max: 2000 }) })
  .chain(({ height, width }) =>
    fc.record({
      size: fc.constant<Size>([height, width]),
      // In halves of a pixel, at least two wide, so that no pixel box is within one pixel.
      box: fc
        .tuple(
          fc.nat(width * 2 - 8),
          fc.nat(height * 2 - 8),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 1, noNaN: true }),
        )
        .map(
          ([x, y, w, h]): Box => [
            x / 2,
            y / 2,
            (4 + Math.floor(w * (width * 2 - 4 - x))) / 2,
            (4 + Math.floor(h * (height * 2 - 4 - y))) / 2,
          ],
        ),
    }),
  );

function expectNear(drawn: readonly number[] | null, expected: readonly number[]): void {
  expect(drawn).not.toBeNull();
  for (const [i, v] of expected.entries()) expect(Math.abs(drawn![i]! - v)).toBeLessThan(1e-3);
}

describe.each(Object.entries(IN_PIXELS))('%s', (name, write) => {
  test('pixels are pixels, at another size of the same image too', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 3 }), ({ size, box }, times) => {
        const scale = SIZED.includes(name) ? times : 1;
        const { drawn, problems } = said(write(box, size), [size[0] * scale, size[1] * scale]);
        expect(problems).toEqual([]);
        expectNear(
          drawn,
          corners(box).map((v) => v * scale),
        );
      }),
      { numRuns: 50, seed: 4 },
    );
  });

  test('shares are read as shares, and that is said', () => {
    fc.assert(
      fc.property(cases, ({ size, box }) => {
        const shares = box.map((v, i) => Number((v / size[(i + 1) % 2]!).toFixed(6))) as unknown as Box;
        const { drawn, problems } = said(write(shares, size), size);
        expect(problems).toEqual([expect.stringContaining('its coordinates are fractions of the image (0 to 1)')]);
        const near = corners(shares).map((v, i) => v * size[(i + 1) % 2]!);
        expectNear(drawn, near);
      }),
      { numRuns: 50, seed: 4 },
    );
  });

  test('of another size, far beyond the edges, is said', () => {
    const { problems } = said(write([10, 10, 200, 100], [60, 80]), [60, 80]);
    expect(problems.join()).toMatch(/reaches beyond this image of 80 × 60 pixels, so it may be for another size/);
  });

  if (SIZED.includes(name)) {
    test('of swapped height and width is not drawn, and that is said', () => {
      fc.assert(
        fc.property(cases, ({ size }) => {
          const [height, width] = size;
          fc.pre(Math.abs(Math.log(height / width)) > 0.05);
          // Within both, so that nothing else is wrong.
          const side = Math.min(height, width);
          const inside: Box = [2, 3.5, side / 2, side / 3];
          const { drawn, problems } = said(write(inside, [width, height]), size);
          expect(drawn).toBeNull();
          expect(problems.join()).toMatch(
            /this one of \d+ × \d+ with height and width swapped; "\w+" counts as present, not drawn/,
          );
        }),
        { numRuns: 30, seed: 4 },
      );
    });
  }
});

describe('masks whose size is swapped', () => {
  const size: Size = [30, 50];
  const turned: Size = [50, 30];
  const mask = new Uint8Array(1500).fill(1, 200, 600);
  const npy = (shape: readonly number[]) => {
    const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`.padEnd(117);
    const head = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1');
    head.writeUInt16LE(header.length + 1, 8);
    return Buffer.concat([head, Buffer.from(`${header}\n`, 'latin1'), mask]);
  };

  test.each([
    ['COCO run lengths', 'coco', { counts: encodeRuns(mask, turned), size: turned }],
    ['COCO run lengths as text', 'coco', { counts: runsToText(encodeRuns(mask, turned)), size: turned }],
  ])('%s', (_, __, segmentation) => {
    const { drawn, problems } = said({ path: 'c.json', text: cocoFile(size, { segmentation }) }, size);
    expect(drawn).toBeNull();
    expect(problems.join()).toContain(
      'its mask has 30 × 50 pixels, which is this image of 50 × 30 with height and width swapped',
    );
  });

  test.each([
    [[50, 30], false],
    [[30, 50], true],
  ])('an array of shape %o', (shape, draws) => {
    const request = { path: 'a.png', ids: [], size, labels: ['mask'], aliases: {} };
    const parsed = formatById('maskImage')!.parse({ path: 'a_mask.npy', bytes: npy(shape as number[]) });
    const { annotations, problems } = matched(request, [parsed]);
    expect(annotations[0]!.shape !== null).toBe(draws);
    expect(problems.join().includes('swapped')).toBe(!draws);
  });
});

describe('formats of other units', () => {
  const labelStudio = (value: object) =>
    JSON.stringify([
      {
        data: { image: 'a.png' },
        annotations: [
          {
            result: [
              {
                type: 'rectanglelabels',
                original_width: 80,
                original_height: 60,
                value: { ...value, rectanglelabels: ['cat'] },
              },
            ],
          },
        ],
      },
    ]);

  test.each([
    ['YOLO in pixels', { path: 'a.txt', text: '0 20 27 20 25' }, /not fractions of the image/],
    ['YOLO in percent', { path: 'a.txt', text: '0 25 45 25 41.6' }, /not fractions of the image/],
    [
      'Label Studio in pixels',
      { path: 'l.json', text: labelStudio({ x: 400, y: 30, width: 100, height: 200 }) },
      /not percentages/,
    ],
    [
      'Label Studio in shares',
      { path: 'l.json', text: labelStudio({ x: 0.25, y: 0.3, width: 0.5, height: 0.2 }) },
      /seem to be fractions/,
    ],
  ])('%s is reported, not drawn', (_, file, problem) => {
    const { drawn, problems } = said(file, [60, 80]);
    expect(drawn).toBeNull();
    expect(problems.join()).toMatch(problem);
  });

  test('a box from 0 to 1 may be a pixel or the whole image: it is not drawn', () => {
    const { drawn, problems } = said(IN_PIXELS['coco, box']!([0, 0, 1, 1], [60, 80]), [60, 80]);
    expect(drawn).toBeNull();
    expect(problems.join()).toContain('its coordinates may be fractions of the image');
  });

  test('many boxes in the corner of 100 pixels of a large image may be percent', () => {
    const rows = [
      [10, 20, 60, 70],
      [0, 5, 90, 95],
      [40, 40, 55, 80],
    ];
    const content = `filename,class,xmin,ymin,xmax,ymax\n${rows.map((row) => `a.png,cat,${row}\n`).join('')}`;
    expect(said({ path: 't.csv', text: content }, [900, 1200]).problems.join()).toContain('they may be percent');
    expect(said({ path: 't.csv', text: content }, [200, 200]).problems).toEqual([]);
  });
});
