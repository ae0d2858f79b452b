import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formats } from '../../../src/explainers/annotations/formats/formats.ts';
import { AnnotationStore } from '../../../src/explainers/annotations/store.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/annotations/', import.meta.url));
const KNOWN = formats.map(({ id }) => id).join(', ');
let root: string;
const at = (...steps: string[]) => join(root, ...steps);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'annotations-'));
  for (const folder of ['set/images', 'set/annotations', 'other']) mkdirSync(at(folder), { recursive: true });
  copyFileSync(`${FIXTURES}nih/files/BBox_List_2017.csv`, at('set/BBox.csv'));
  copyFileSync(`${FIXTURES}coco/files/instances.json`, at('set/annotations/instances.json'));
  writeFileSync(at('set/images/unrelated.json'), '{"a": 1}');
  writeFileSync(at('set/images/picture_0.explain.json'), '{"model": "m.onnx"}');
  writeFileSync(at('other/broken.json'), '{"images": [], "categories": [], "annotations": [}');
  for (const [name, megabytes] of [
    ['huge.csv', 300],
    ['huge.json', 1100],
  ] as const) {
    writeFileSync(at('other', name), '');
    truncateSync(at('other', name), megabytes * 2 ** 20);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

const request = (image: string, sources: readonly { path: string; format?: string }[] | null = null) => ({
  path: image,
  ids: [],
  size: [1024, 1024] as const,
  labels: ['Effusion', 'Infiltration', 'cat', 'dog', 'zebra'],
  aliases: {},
  sources,
});

test('files around the image are found by themselves, and only those that know it count', async () => {
  const store = new AnnotationStore();
  const chest = await store.annotationsOf(request(at('set/images/00000099_001.png')));
  expect(chest.files.map(({ path }) => path)).toEqual([at('set/BBox.csv')]);
  expect(chest.states).toEqual({ 0: 'drawn', 1: 'drawn' });
  expect(chest.problems).toEqual([]);
  const picture = await store.annotationsOf(request(at('set/images/picture_0.png')));
  expect(picture.files.map(({ path }) => path)).toEqual([at('set/annotations/instances.json')]);
  expect(picture.states).toEqual({ 2: 'drawn', 3: 'drawn', 4: 'drawn' });
  expect((await store.annotationsOf(request(at('set/images/nothing here.png')))).states).toEqual({
    2: 'absent',
    3: 'absent',
    4: 'absent',
  });
});

test('sources: a file, a folder, a glob, a format by name', async () => {
  const image = at('set/images/00000099_001.png');
  for (const path of [at('set/BBox.csv'), at('set'), at('set/*.csv'), at('**/BBox*')]) {
    const found = await new AnnotationStore().annotationsOf(request(image, [{ path }]));
    expect([path, found.states]).toEqual([path, { 0: 'drawn', 1: 'drawn' }]);
    expect(found.problems).toEqual([]);
  }
  const named = await new AnnotationStore().annotationsOf(
    request(image, [{ path: at('set/BBox.csv'), format: 'nih' }]),
  );
  expect(named.annotations).toHaveLength(3);
});

test.each([
  ['nothing there', 'other/no.json', undefined, 'there is no annotation file ROOT/other/no.json'],
  ['nothing matches', 'other/*.xml', undefined, 'no annotation file matches ROOT/other/*.xml'],
  [
    'too large, even for a table',
    'other/huge.json',
    undefined,
    'ROOT/other/huge.json: The file has 1100 MB, but files above 1024 MB are not read. Split the annotation file, for example by patient or by folder.',
  ],
  [
    'too large',
    'other/huge.csv',
    undefined,
    'ROOT/other/huge.csv: The file has 300 MB, but files above 256 MB are not read. Split the annotation file, for example by patient or by folder.',
  ],
  [
    'broken',
    'other/broken.json',
    undefined,
    'ROOT/other/broken.json:1: Line 1 of the COCO file ends in the middle: the file is cut off. Write the file again with the tool that created it, or correct that line.',
  ],
  [
    'no such format',
    'set/BBox.csv',
    'coca',
    'ROOT/set/BBox.csv: There is no annotation format "coca". Use one of FORMATS, or leave "format" out.',
  ],
  [
    'the wrong format',
    'set/BBox.csv',
    'coco',
    'ROOT/set/BBox.csv:1: Line 1 of the COCO file is not JSON. Write the file again with the tool that created it, or correct that line.',
  ],
  [
    'no format at all',
    'set/images/unrelated.json',
    undefined,
    'ROOT/set/images/unrelated.json is in no annotation format that we know (FORMATS)',
  ],
])('%s: one problem, and the other files are still read', async (_, path, format, problem) => {
  const image = at('set/images/00000099_001.png');
  const sources = [{ path: at(path), ...(format && { format }) }, { path: at('set/annotations/instances.json') }];
  const found = await new AnnotationStore().annotationsOf(request(image, sources));
  const plain = found.problems.map((p) => p.replaceAll(root, 'ROOT').replace(KNOWN, 'FORMATS'));
  expect(plain).toEqual([problem]);
  expect(found.files.map((file) => file.path)).toEqual([at('set/annotations/instances.json')]);
});

test('a file is read again only when it has changed', async () => {
  const store = new AnnotationStore();
  const path = at('other/boxes.csv');
  copyFileSync(`${FIXTURES}nih/files/BBox_List_2017.csv`, path);
  const first = await store.index({ path });
  expect(await store.index({ path })).toBe(first);
  writeFileSync(path, 'Image Index,Finding Label,Bbox [x,y,w,h],,,\na.png,Mass,1,2,3,4\n');
  utimesSync(path, new Date(), new Date(Date.now() + 5000));
  expect((await store.index({ path }))?.index.names).toEqual(['a.png']);
});

test('a cancelled request stops', async () => {
  const stopped = AbortSignal.abort();
  const image = request(at('set/images/00000099_001.png'));
  await expect(new AnnotationStore().annotationsOf(image, stopped)).rejects.toMatchObject({ kind: 'cancelled' });
});

test('a survey lists what matches nothing: images that are nowhere, labels of no class', async () => {
  writeFileSync(at('set/images/picture_0.png'), '');
  const sources = [
    { path: at('set/annotations/instances.json') },
    { path: at('set/BBox.csv') },
    { path: at('no.json') },
  ];
  const request = {
    sources,
    labels: ['cat', 'Dog'],
    aliases: {},
    images: [at('set/images/x.png'), '/elsewhere/picture_2.png'],
  };
  const { files, problems } = await new AnnotationStore().survey(request);
  expect(problems).toEqual([`there is no annotation file ${at('no.json')}`]);
  expect(files).toMatchObject([
    {
      format: 'coco',
      images: 6,
      missing: {
        count: 4,
        names: ['images/picture_1.png', 'images/picture_3.png', 'nothing here.png', 'only-a-box.jpg'],
      },
      unmatched: ['zebra'],
    },
    // It lists no labels: those of its boxes.
    { format: 'nih', images: 3, missing: { count: 3 }, unmatched: ['Effusion', 'Infiltrate', 'Cardiomegaly', 'Mass'] },
  ]);
});
