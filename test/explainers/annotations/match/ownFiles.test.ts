import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AnnotationStore } from '../../../../src/explainers/annotations/store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliency-lens-sets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, content = ''): string {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  return whole;
}

/** The labels that the files say of an image of 80 × 60 pixels, and the problems. */
async function said(image: string, ...sources: string[]) {
  const { annotations, problems, states } = await new AnnotationStore().annotationsOf({
    path: join(folder, image),
    ids: [],
    size: [60, 80],
    labels: ['cat', 'dog'],
    aliases: {},
    sources: sources.map((path) => ({ path: join(folder, path) })),
  });
  return { labels: annotations.map(({ label }) => label), problems, states };
}

const voc = (label: string, name = '1.png') =>
  `<annotation><filename>${name}</filename><object><name>${label}</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object></annotation>`;
const coco = (label: string, name = '1.png') =>
  JSON.stringify({
    images: [
      { id: 1, file_name: name },
      { id: 2, file_name: 'another.png' },
    ],
    categories: [{ id: 1, name: label }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [1, 2, 30, 40] }],
  });

/** Where two sets keep their images and label files; SET and the ending are put in. */
const LAYOUTS = [
  ['images/SET/1.png', 'labels/SET/1'],
  ['SET/images/1.png', 'SET/labels/1'],
  ['SET/1.png', 'SET/1'],
  ['data/SET/imgs/1.png', 'data/SET/annotations/1'],
  ['JPEGImages/SET/1.png', 'Annotations/SET/1'],
  ['images/SET/1.png', 'ann_v2/SET/1'],
] as const;

test('of two sets with files of one name, only an image’s own set is taken, in whatever layout, also where it has no file', async () => {
  const sets = fc.constantFrom(
    ['train', 'val'],
    ['train2017', 'valid2017'],
    ['clip1', 'clip2'],
    ['a b', 'c'],
    ['2', '3'],
  );
  const kinds = fc.constantFrom(['.xml', voc], ['.txt', (label: string) => `${label === 'cat' ? 0 : 1} .5 .5 .2 .2`]);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...LAYOUTS),
      sets,
      kinds,
      fc.boolean(),
      async (layout, [one, other], kind, both) => {
        rmSync(folder, { recursive: true });
        const [ending, content] = kind as [string, (label: string) => string];
        write('classes.txt', 'cat\ndog\n');
        write('data/classes.txt', 'cat\ndog\n');
        write(layout[0].replace('SET', one!));
        write(layout[0].replace('SET', other!));
        write(layout[1].replace('SET', other!) + ending, content('dog'));
        if (both) write(layout[1].replace('SET', one!) + ending, content('cat'));
        const { labels, problems } = await said(layout[0].replace('SET', one!), `**/*${ending}`);
        expect(labels).toEqual(both ? ['cat'] : []);
        expect(problems).toEqual([]);
      },
    ),
    { numRuns: 60, seed: 3 },
  );
});

describe('files of many images', () => {
  test('of two sets, next to their images', async () => {
    write('train/1.png');
    write('valid/1.png');
    write('train/_annotations.coco.json', coco('cat'));
    write('valid/_annotations.coco.json', coco('dog'));
    expect((await said('train/1.png', '**/*.json')).labels).toEqual(['cat']);
    expect((await said('valid/1.png', '**/*.json')).labels).toEqual(['dog']);
  });

  test('whose own names say which part of the set they are of', async () => {
    write('images/train2017/1.png');
    write('images/val2017/1.png');
    write('annotations/instances_train2017.json', coco('cat'));
    write('annotations/instances_val2017.json', coco('dog'));
    expect((await said('images/train2017/1.png', 'annotations/*.json')).labels).toEqual(['cat']);
    expect((await said('images/val2017/1.png', 'annotations/*.json')).labels).toEqual(['dog']);
  });

  test('that give the folder are taken by it', async () => {
    write('val/1.png');
    write('a/x.json', coco('cat', 'val/1.png'));
    write('b/x.json', coco('dog', 'val/1.png'));
    expect((await said('val/1.png', '*/x.json')).labels).toEqual(['cat', 'dog']);
  });
});

test('two that are as near: neither is taken, and a problem names both', async () => {
  write('images/1.png');
  write('anna/1.xml', voc('cat'));
  write('ben/1.xml', voc('dog'));
  expect(await said('images/1.png', '*/1.xml')).toMatchObject({
    labels: [],
    problems: [
      '"anna/1.xml" and "ben/1.xml" are equally near to this image, so none of them is used. Name the one that belongs to it',
    ],
  });
  expect((await said('images/1.png', 'ben/1.xml')).labels).toEqual(['dog']);
});

test('files of other formats, or of other names, unite', async () => {
  write('images/1.png');
  write('classes.txt', 'cat\ndog\n');
  write('labels/1.txt', '0 .5 .5 .2 .2\n');
  write('annotations/1.xml', voc('dog'));
  write('annotations/more.xml', voc('dog'));
  expect((await said('images/1.png', 'labels', 'annotations')).labels.sort()).toEqual(['cat', 'dog', 'dog']);
});

test('the image’s file is read however many there are, and lists of names are no annotation files', async () => {
  write('zz.png');
  for (let i = 0; i < 2050; i++) write(`labels/a${i}.txt`, '1 .5 .5 .2 .2\n');
  write('labels/classes.txt', 'cat\ndog\n');
  write('labels/zz.txt', '0 .5 .5 .2 .2\n');
  expect(await said('zz.png', 'labels')).toMatchObject({ labels: ['cat'], problems: [] });
}, 60_000);

test('an image of which no file has been written is asked again when one is', async () => {
  const store = new AnnotationStore();
  const image = write('images/1.png');
  write('labels/2.xml', voc('dog', '2.png'));
  const ask = async () => {
    const request = { path: image, ids: [], size: [60, 80] as const, labels: ['cat', 'dog'], aliases: {} };
    return (await store.annotationsOf({ ...request, sources: [{ path: join(folder, 'labels') }] })).annotations.length;
  };
  expect(await ask()).toBe(0);
  const path = write('labels/1.xml', voc('cat'));
  await store.changed(path);
  expect(await ask()).toBe(1);
});
