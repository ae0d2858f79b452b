import { describe, expect, test } from 'vitest';
import type { AnnotationFormat } from '../../../src/explainers/annotations/format.ts';
import { coco } from '../../../src/explainers/annotations/formats/coco.ts';
import { labelme } from '../../../src/explainers/annotations/formats/labelme.ts';
import { rsna } from '../../../src/explainers/annotations/formats/rsna.ts';
import { siim } from '../../../src/explainers/annotations/formats/siim.ts';
import { vindr } from '../../../src/explainers/annotations/formats/vindr.ts';
import { matched, text } from './fixture.ts';

/** What a file says of the classes of an image. */
function states(format: AnnotationFormat, path: string, content: string, image: string, labels: readonly string[]) {
  const file = text(path, content);
  expect(format.sniff(file)).toBe(true);
  const request = { path: image, ids: [], size: [16, 16] as const, labels, aliases: {} };
  const { states: found, problems } = matched(request, [format.parse(file)]);
  return { ...Object.fromEntries(labels.flatMap((label, i) => (found[i] ? [[label, found[i]]] : []))), problems };
}

describe('absent is what a file says is absent', () => {
  test('a 0 of a table; −1 is uncertain, a blank unknown, another number a problem', () => {
    const table = 'image_id,No finding,Edema,Mass\na,0,-1,\nb,0,0,1\nc,0,-1.0,2\n';
    const of = (image: string) => states(vindr, 'l.csv', table, image, ['No finding', 'Edema', 'Mass']);
    expect(of('a.png')).toEqual({ 'No finding': 'absent', problems: expect.any(Array) });
    expect(of('b.png')).toMatchObject({ 'No finding': 'absent', Edema: 'absent', Mass: 'present' });
    expect(of('c.png')).toEqual({
      'No finding': 'absent',
      problems: ['l.csv: line 4: "Mass" is "2" instead of 0 or 1'],
    });
  });

  test('a target that is 0, and none that is blank or −1', () => {
    const table = 'patientId,x,y,width,height,Target\na,,,,,0\nb,,,,,-1\nc,,,,,\nd,1,2,3,4,1\n';
    const of = (image: string) => states(rsna, 't.csv', table, image, ['Lung Opacity']);
    expect(of('a.dcm')).toMatchObject({ 'Lung Opacity': 'absent' });
    expect(of('b.dcm')).not.toHaveProperty('Lung Opacity');
    expect(of('c.dcm')).not.toHaveProperty('Lung Opacity');
    expect(of('d.dcm')).toMatchObject({ 'Lung Opacity': 'drawn' });
  });

  test('a row of VinDr whose class is left blank says nothing', () => {
    const table = 'image_id,class_name,x_min,y_min,x_max,y_max\na,,,,,\nb,Mass,1,2,3,4\nc,No finding,,,,\n';
    const of = (image: string) => states(vindr, 't.csv', table, image, ['Mass']);
    expect(of('a.dcm')).not.toHaveProperty('Mass');
    expect(of('c.dcm')).toMatchObject({ Mass: 'absent' });
  });

  test('SIIM: −1 is none, a blank is not known', () => {
    const table = 'ImageId, EncodedPixels\na, -1\nb,\n';
    const of = (image: string) => states(siim, 't.csv', table, image, ['Pneumothorax']);
    expect(of('a.dcm')).toMatchObject({ Pneumothorax: 'absent' });
    expect(of('b.dcm')).not.toHaveProperty('Pneumothorax');
  });

  test('a flag of labelme that is false, and none that is null', () => {
    const json = JSON.stringify({ shapes: [], imagePath: 'a.png', flags: { cat: false, dog: null, cow: true } });
    const found = states(labelme, 'a.json', json, 'a.png', ['cat', 'dog', 'cow']);
    expect(found).toEqual({ cat: 'absent', cow: 'present', problems: [] });
  });
});

describe('COCO', () => {
  const file = (images: object[], annotations: object[]) =>
    JSON.stringify({
      images,
      annotations,
      categories: [
        { id: 1, name: 'cat' },
        { id: 2, name: 'dog' },
        { id: 3, name: 'cow' },
      ],
    });
  const box = (image: number, category: number | undefined) => ({
    id: image,
    image_id: image,
    category_id: category,
    bbox: [1, 2, 3, 4],
  });
  const labels = ['cat', 'dog', 'cow'];

  test('an ordinary file: what it lists and does not draw', () => {
    const json = file([{ id: 1, file_name: 'a.png' }], [box(1, 1)]);
    expect(states(coco, 'c.json', json, 'a.png', labels)).toMatchObject({ cat: 'drawn', dog: 'absent', cow: 'absent' });
  });

  test('LVIS: only what an image says is not there, wherever its categories stand', () => {
    const images = [
      { id: 1, file_name: 'a.png', neg_category_ids: [2], not_exhaustive_category_ids: [3] },
      { id: 2, file_name: 'b.png', neg_category_ids: [], not_exhaustive_category_ids: [] },
      { id: 3, file_name: 'c.png' },
    ];
    const json = file(images, [box(1, 1), box(2, 3)]);
    expect(states(coco, 'l.json', json, 'a.png', labels)).toEqual({ cat: 'drawn', dog: 'absent', problems: [] });
    expect(states(coco, 'l.json', json, 'b.png', labels)).toEqual({ cow: 'drawn', problems: [] });
    expect(states(coco, 'l.json', json, 'c.png', labels)).toEqual({ problems: [] });
  });

  test('where an annotation could be of any category, none is absent, and a missing key is called missing', () => {
    const json = file(
      [{ id: 1, file_name: 'a.png' }],
      [box(1, undefined), { ...box(1, 1), id: 5 }, { id: 6, category_id: 1 }],
    );
    const found = states(coco, 'c.json', json, 'a.png', labels);
    expect(found).toEqual({
      cat: 'drawn',
      problems: ['c.json: line 1: annotation 1 has no "category_id"', 'c.json: line 1: annotation 6 has no "image_id"'],
    });
  });

  test('an image that is listed twice is said to be, and both entries count', () => {
    const json = file(
      [
        { id: 1, file_name: 'a.png' },
        { id: 2, file_name: 'a.png' },
      ],
      [box(1, 1), box(2, 2)],
    );
    expect(states(coco, 'c.json', json, 'a.png', labels)).toEqual({
      cat: 'drawn',
      dog: 'drawn',
      cow: 'absent',
      problems: ['c.json: "a.png" is listed 2 times; the content of all entries is used'],
    });
  });
});
