import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AnnotationStore } from '../../../../src/explainers/annotations/store.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/annotations/', import.meta.url));
const NIH = 'Image Index,Finding Label,Bbox [x,y,w,h],,,\n';
let root: string;
let outside: string;
const at = (...steps: string[]) => join(root, ...steps);
const put = (path: string, content: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'workspace-'));
  outside = mkdtempSync(join(tmpdir(), 'outside-'));
  put(join(outside, 'outside.csv'), `${NIH}a.png,Mass,1,2,3,4\n`);
});
afterAll(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true });
});
beforeEach(() => {
  rmSync(root, { recursive: true });
  mkdirSync(root);
  put(at('pictures/deep/a.png'), 'picture');
  put(at('tables/far/away/boxes.csv'), `${NIH}a.png,Mass,1,2,3,4\nz.png,Mass,1,2,3,4\n`);
  put(at('node_modules/x/boxes.csv'), `${NIH}a.png,Edema,1,2,3,4\n`);
  put(at('.git/boxes.csv'), `${NIH}a.png,Edema,1,2,3,4\n`);
  put(at('package.json'), '{"name": "a"}');
});

const request = (image: string, sources: readonly { path: string }[] | null = null) => ({
  path: at(image),
  ids: [],
  size: [1024, 1024] as const,
  labels: ['Mass', 'Edema', 'cat'],
  aliases: {},
  sources,
});

const open = (found: string[] = []) =>
  new AnnotationStore({ workspace: [root], found: (image) => found.push(image.slice(root.length + 1)) });

test('a file anywhere in the workspace is found in the background, and the asker is notified', async () => {
  const found: string[] = [];
  const store = open(found);
  const first = await store.annotationsOf(request('pictures/deep/a.png'));
  expect(first).toMatchObject({ annotations: [], states: {}, files: [], problems: [] });
  expect(found).toEqual([]);
  await store.settled();
  expect(found).toEqual(['pictures/deep/a.png']);
  const second = await store.annotationsOf(request('pictures/deep/a.png'));
  expect(second.states).toEqual({ 0: 'drawn' });
  expect(second.files.map(({ path }) => path)).toEqual([at('tables/far/away/boxes.csv')]);
  expect(second.problems).toEqual(['boxes.csv: 1 of its 2 images are nowhere in the workspace: "z.png"']);
  // Nothing has changed since: nobody is notified again.
  await store.settled();
  expect(found).toHaveLength(1);
  expect((await store.annotationsOf(request('pictures/deep/b.png'))).files).toEqual([]);
  store.dispose();
});

test('files next to the image come first: the workspace is not searched', async () => {
  put(at('pictures/deep/a.json'), JSON.stringify({ shapes: [], imagePath: 'a.png', flags: { Edema: true } }));
  const found: string[] = [];
  const store = open(found);
  await store.settled();
  const { states, files } = await store.annotationsOf(request('pictures/deep/a.png'));
  expect(states).toEqual({ 1: 'present' });
  expect(files).toHaveLength(1);
  await store.settled();
  expect(found).toEqual([]);
  store.dispose();
});

test('named sources are all that counts', async () => {
  const store = open();
  await store.settled();
  const sources = [{ path: at('package.json') }];
  expect((await store.annotationsOf(request('pictures/deep/a.png', sources))).files).toEqual([]);
  store.dispose();
});

test('two images of one name: a file belongs to the nearer one', async () => {
  for (const set of ['one', 'two']) {
    put(at(set, 'images/sub/same.png'), '');
    put(at(set, 'boxes/sub/classes.txt'), 'Mass\nEdema\n');
  }
  put(at('one/boxes/sub/same.txt'), '0 0.5 0.5 0.1 0.1\n');
  put(at('two/boxes/sub/same.txt'), '1 0.5 0.5 0.1 0.1\n');
  put(at('three/images/same.png'), '');
  const store = open();
  await store.settled();
  const states = async (image: string) => (await store.annotationsOf(request(image))).states;
  expect(await states('one/images/sub/same.png')).toMatchObject({ 0: 'drawn', 1: 'absent' });
  expect(await states('two/images/sub/same.png')).toMatchObject({ 0: 'absent', 1: 'drawn' });
  expect(await states('three/images/same.png')).toEqual({});
  store.dispose();
});

test('files that are made, changed and removed: only those of images that were asked for count', async () => {
  const store = open();
  await store.annotationsOf(request('pictures/deep/a.png'));
  await store.settled();
  const states = async () => (await store.annotationsOf(request('pictures/deep/a.png'))).states;
  const table = at('tables/far/away/boxes.csv');
  put(table, `${NIH}a.png,Edema,1,2,3,4\n`);
  utimesSync(table, new Date(), new Date(Date.now() + 5000));
  expect(await store.changed(table)).toBe(true);
  expect(await states()).toEqual({ 1: 'drawn' });
  put(at('other/more.csv'), `${NIH}a.png,cat,1,2,3,4\n`);
  expect(await store.changed(at('other/more.csv'))).toBe(true);
  expect(await states()).toEqual({ 1: 'drawn', 2: 'drawn' });
  rmSync(table);
  expect(await store.changed(table)).toBe(true);
  expect(await states()).toEqual({ 2: 'drawn' });
  put(at('other/z.csv'), `${NIH}z.png,cat,1,2,3,4\n`);
  for (const path of ['other/z.csv', 'package.json', 'pictures/deep/a.png', 'node_modules/x/boxes.csv', 'no/such.csv'])
    expect([path, await store.changed(at(path))]).toEqual([path, false]);
  expect(await store.changed(join(outside, 'outside.csv'))).toBe(false);
  store.dispose();
});

test('nothing outside the workspace is read: links are not followed', async () => {
  symlinkSync(outside, at('link'));
  symlinkSync(join(outside, 'outside.csv'), at('link.csv'));
  rmSync(at('tables'), { recursive: true });
  const store = open();
  await store.settled();
  expect((await store.annotationsOf(request('pictures/deep/a.png'))).files).toEqual([]);
  store.dispose();
});

test('a broken file is listed where an image has no annotation', async () => {
  rmSync(at('tables'), { recursive: true });
  put(at('sets/broken.json'), '{"images": [], "categories": [],\n "annotations": [}');
  const store = open();
  await store.settled();
  const { problems } = await store.annotationsOf(request('pictures/deep/a.png'));
  expect(problems).toEqual([
    `${at('sets/broken.json')}:2: Line 2 of the COCO file ends in the middle: the file is cut off.`,
  ]);
  store.dispose();
});

test('without a workspace nothing is searched', async () => {
  const store = new AnnotationStore();
  await store.settled();
  expect((await store.annotationsOf(request('pictures/deep/a.png'))).files).toEqual([]);
  expect(await store.changed(at('tables/far/away/boxes.csv'))).toBe(false);
});

test('files of every format are found', async () => {
  rmSync(at('tables'), { recursive: true });
  mkdirSync(at('sets'));
  copyFileSync(`${FIXTURES}coco/files/instances.json`, at('sets/instances.json'));
  copyFileSync(`${FIXTURES}voc/files/street 1.xml`, at('sets/street 1.xml'));
  copyFileSync(`${FIXTURES}dicomSeg/files/labelmap.dcm`, at('sets/labelmap_seg.dcm'));
  const store = open();
  await store.settled();
  const formats = async (image: string, ids: readonly string[] = []) =>
    (await store.annotationsOf({ ...request(image), ids })).files.map(({ format }) => format);
  expect(await formats('x/y/z/picture_0.png')).toEqual(['coco']);
  expect(await formats('x/y/z/street 1.jpg')).toEqual(['voc']);
  expect(await formats('x/y/z/IM0001', ['1.2.826.0.1.3680043.8.498.1'])).toEqual(['dicomSeg']);
  store.dispose();
});
