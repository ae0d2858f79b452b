import { describe, expect, test } from 'vitest';
import { coco } from '../../../../src/explainers/annotations/formats/coco.ts';
import { nih } from '../../../../src/explainers/annotations/formats/nih.ts';
import { rasterize } from '../../../../src/explainers/annotations/shapes/rasterize.ts';
import type { AnnotationFile } from '../../../../src/explainers/contracts/labels/annotation.ts';
import { fixture, matched } from '../fixture.ts';

const request = {
  path: '/data/00000099_001.png',
  ids: [],
  size: [1024, 1024] as const,
  labels: ['Effusion', 'Infiltration', 'Mass', 'Edema', 'Something Else'],
  aliases: {},
};
const boxes = nih.parse(fixture('nih/files/BBox_List_2017.csv'));
const entries = nih.parse(fixture('nih/files/Data_Entry_2017.csv'));

describe('two files of one set', () => {
  const found = matched(request, [boxes, entries]);

  test('drawn, present, absent, unknown', () => {
    expect(found.states).toEqual({ 0: 'drawn', 1: 'drawn', 2: 'absent', 3: 'absent' });
    expect(matched(request, [entries]).states).toEqual({ 0: 'present', 1: 'present', 2: 'absent', 3: 'absent' });
    expect(matched(request, [boxes]).states).toEqual({ 0: 'drawn', 1: 'drawn' });
    expect(matched({ ...request, path: 'other.png' }, [boxes, entries])).toMatchObject({
      states: {},
      annotations: [],
    });
  });

  test('each annotation knows its class, file and line', () => {
    expect(
      found.annotations.map(({ index, label, format, line, shape }) => [index, label, format, line, shape?.kind]),
    ).toEqual([
      [0, 'Effusion', 'nih', 2, 'box'],
      [1, 'Infiltrate', 'nih', 3, 'box'],
      [0, 'Effusion', 'nih', 4, 'box'],
      [0, 'Effusion', 'nih', 2, undefined],
      [1, 'Infiltration', 'nih', 2, undefined],
    ]);
    expect(found.files).toEqual([
      { path: 'nih/files/BBox_List_2017.csv', format: 'nih', images: 3 },
      { path: 'nih/files/Data_Entry_2017.csv', format: 'nih', images: 3 },
    ]);
    expect(found.problems).toEqual([]);
  });
});

test('coordinates follow the size of the image at hand', () => {
  const { annotations, problems } = matched({ ...request, size: [512, 512] }, [boxes]);
  expect(annotations[0]!.shape).toEqual({ kind: 'box', x: 105.25, y: 201.125, width: 90, height: 48.25 });
  expect(problems).toEqual([]);
  const wide = matched({ ...request, size: [512, 1024] }, [boxes]);
  expect(wide.annotations[0]!.shape).toEqual({ kind: 'box', x: 210.5, y: 201.125, width: 180, height: 48.25 });
  expect(wide.problems).toEqual([
    'BBox_List_2017.csv: its coordinates are for an image of 1024 × 1024 pixels, whose proportions differ from those of this one of 1024 × 512',
  ]);
});

test('masks and polygons are scaled as well', () => {
  const file = coco.parse(fixture('coco/files/instances.json'));
  const zebra = { ...request, path: 'picture_0.png', labels: ['zebra', 'dog'] };
  const same = matched({ ...zebra, size: [240, 320] }, [file]).annotations;
  const twice = matched({ ...zebra, size: [480, 640] }, [file]).annotations;
  for (const [i, { shape }] of same.entries()) {
    const area = (mask: Uint8Array) => mask.reduce((sum, v) => sum + v, 0);
    const [small, large] = [area(rasterize(shape!, [240, 320])), area(rasterize(twice[i]!.shape!, [480, 640]))];
    expect(Math.abs(large / 4 / small - 1)).toBeLessThan(shape!.kind === 'runs' ? 1e-9 : 0.12);
  }
});

test('labels that match nothing are listed with what to do', () => {
  const { problems, annotations } = matched({ ...request, labels: ['Effusion'] }, [boxes]);
  expect(annotations.map(({ index }) => index)).toEqual([0, null, 0]);
  expect(problems).toEqual([
    '"Infiltrate" (1 annotation) matches no class of the model, or several; name the class under "aliases" in the model card',
  ]);
});

test('an ambiguous name is reported, and nothing is shown', () => {
  const file: AnnotationFile = {
    path: '/x/f.json',
    format: 'coco',
    labels: ['Mass'],
    images: ['a.png', 'a.jpg'].map((image) => ({ image, size: null, annotations: [{ label: 'Mass', shape: null }] })),
    problems: ['line 3: something'],
  };
  const found = matched({ ...request, path: '/data/a.dcm' }, [file]);
  expect(found).toMatchObject({ annotations: [], states: {} });
  expect(found.problems).toEqual([
    'f.json: this image could be "a.png", "a.jpg"; none of them is shown',
    'f.json: line 3: something',
  ]);
});

test('a shape outside the image is listed', () => {
  const box = { kind: 'box', x: 2000, y: 0, width: 5, height: 5 } as const;
  const images = [{ image: 'a.png', size: null, annotations: [{ label: 'Mass', shape: box, line: 7 }] }];
  const file: AnnotationFile = { path: 'f.csv', format: 'x', labels: null, images, problems: [] };
  expect(matched({ ...request, path: 'a.png' }, [file]).problems).toEqual([
    'f.csv: line 7: the shape of "Mass" lies outside this image of 1024 × 1024 pixels',
  ]);
});
