// Where data sets keep their labels, and what their files call the images.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AnnotationStore } from '../../../../src/explainers/annotations/store.ts';
import type { AnnotationSource } from '../../../../src/explainers/contracts/card.ts';
import { Reach } from '../../../../src/explainers/files/reach.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'layouts-')));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (...steps: string[]) => join(root, ...steps);

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
  }
}

const LABELS = ['cat', 'dog', 'mouse'];

function statesOf(
  image: string,
  sources: readonly AnnotationSource[] | null = null,
  reach = new Reach({ named: [root] }),
) {
  const store = new AnnotationStore({ reach });
  return store.annotationsOf({ path: at(image), ids: [], size: [60, 80], labels: LABELS, aliases: {}, sources });
}

const VOC =
  '<annotation><filename>old.jpg</filename><object><name>dog</name><bndbox><xmin>4</xmin><ymin>3</ymin><xmax>9</xmax><ymax>8</ymax></bndbox></object></annotation>';
const YOLO = '1 0.5 0.5 0.2 0.2\n';
const YAML = 'names: [cat, dog]\n';

describe('a folder per class', () => {
  const FILES = { 'set/cat/1.png': '', 'set/dog/1.png': '', 'set/dog/2.png': '', 'set/readme.txt': 'pets' };

  test('is named as the annotations', async () => {
    write(FILES);
    const said = await statesOf('set/dog/1.png', [{ path: at('set') }]);
    expect(said).toMatchObject({
      states: { 0: 'absent', 1: 'present' },
      files: [{ format: 'imageFolder', images: 3 }],
    });
    expect(said.problems).toEqual([]);
  });

  test('is found if the folder has the name of a class, and nothing else says more', async () => {
    write(FILES);
    expect((await statesOf('set/cat/1.png')).states).toEqual({ 0: 'present', 1: 'absent' });
    write({ 'set/labels.csv': 'filename,label\ncat/1.png,mouse\n' });
    expect((await statesOf('set/cat/1.png')).states).toEqual({ 2: 'present' });
  });

  test('of names that are no classes says nothing', async () => {
    write({ 'set/red/1.png': '', 'set/blue/2.png': '' });
    expect((await statesOf('set/red/1.png')).files).toEqual([]);
  });

  test('in parts of the set', async () => {
    write({ 'set/train/cat/1.png': '', 'set/val/dog/1.png': '' });
    expect((await statesOf('set/val/dog/1.png', [{ path: at('set') }])).states).toEqual({ 0: 'absent', 1: 'present' });
  });
});

describe('YOLO', () => {
  const FILES = { 'set/images/train/a.png': '', 'set/labels/train/a.txt': YOLO, 'set/labels/val/b.txt': YOLO };

  test.each([
    ['nothing is named', null],
    ['the set', 'set'],
    ['its labels', 'set/labels'],
    ['its YAML file, whatever it is called', 'set/pets.yml'],
  ])('%s', async (_, source) => {
    write({ ...FILES, 'set/pets.yml': `path: .\ntrain: images/train\nval: images/val\n${YAML}` });
    const said = await statesOf('set/images/train/a.png', source === null ? null : [{ path: at(source) }]);
    expect(said.states).toEqual({ 0: 'absent', 1: 'drawn' });
    expect(said.problems).toEqual([]);
  });

  test('a YAML file in Roboflow’s form, and one that leads nowhere', async () => {
    write({
      'set/train/images/a.png': '',
      'set/train/labels/a.txt': YOLO,
      'set/data.yaml': `train: ../train/images\n${YAML}`,
    });
    expect((await statesOf('set/train/images/a.png', [{ path: at('set/data.yaml') }])).states[1]).toBe('drawn');
    write({ 'other/data.yaml': 'train: /nowhere/images\n' });
    expect((await statesOf('set/train/images/a.png', [{ path: at('other/data.yaml') }])).problems).toEqual([
      `${at('other/data.yaml')} names no folder with label files`,
    ]);
  });
});

test('VOC’s folders', async () => {
  write({
    'VOC/JPEGImages/a.jpg': '',
    'VOC/Annotations/a.xml': VOC.replace('old', 'a'),
    'VOC/ImageSets/Main/train.txt': 'a\n',
  });
  expect((await statesOf('VOC/JPEGImages/a.jpg')).states).toEqual({ 1: 'drawn' });
});

describe('an image and its file that were renamed together', () => {
  test('belong together if there is no image of the old name', async () => {
    write({ 'set/a.png': '', 'set/a.xml': VOC });
    const said = await statesOf('set/a.png');
    expect(said.states).toEqual({ 1: 'drawn' });
    expect(said.problems).toEqual([
      'a.xml: it names "old.jpg", of which there is no image here; it is used for the image that has its own name',
    ]);
  });

  test('do not if there is one', async () => {
    write({ 'set/a.png': '', 'set/old.png': '', 'set/a.xml': VOC });
    expect((await statesOf('set/a.png')).states).toEqual({});
    expect((await statesOf('set/old.png')).states).toEqual({ 1: 'drawn' });
  });
});

test.each([
  ['percent-encoded', 'Capture%20d_%C3%A9cran%201.png', 'Capture d_écran 1.png'],
  ['a URL with a query', 'https://host/bucket/a.png?token=1/2', 'a.png'],
  ['an address of a store', 's3://bucket/set/a.png', 'a.png'],
  ['an upload', 'images/0f6142fb-a.png', 'a.png'],
  ['an upload of an older version', '0f6142fb__a.png', 'a.png'],
  ['a percent sign that is one', '100%.png', '100%.png'],
])('%s', async (_, written, name) => {
  write({ [`set/${name}`]: '', 'set/labels.csv': `filename,label\n${written},dog\nother.png,cat\n` });
  expect((await statesOf(`set/${name}`)).states).toEqual({ 0: 'absent', 1: 'present' });
});

test('links are followed where the person works, and elsewhere only if the person agreed', async () => {
  write({
    'project/store/a.xml': VOC.replace('old', 'a'),
    'project/set/a.png': '',
    'outside/b.xml': VOC.replace('old', 'b'),
  });
  mkdirSync(at('project/labels'));
  symlinkSync(at('project/store/a.xml'), at('project/labels/a.xml'));
  symlinkSync(at('outside/b.xml'), at('project/labels/b.xml'));
  const sources = [{ path: at('project/labels') }];
  const reach = new Reach({ named: [at('project')] });
  expect((await statesOf('project/set/a.png', sources, reach)).states).toEqual({ 1: 'drawn' });
  const refused = await statesOf('project/set/b.png', sources, reach);
  expect(refused.states).toEqual({});
  expect(refused.problems.join()).toContain('holds 1 links out of its folder, which are not followed: b.xml');
  expect((await statesOf('project/set/b.png', sources, new Reach({ everywhere: true }))).states).toEqual({
    1: 'drawn',
  });
});
