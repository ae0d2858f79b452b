import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pickMembers } from '../../../../src/explainers/annotations/files/jsonPick.ts';
import { coco } from '../../../../src/explainers/annotations/formats/coco.ts';
import { AnnotationStore } from '../../../../src/explainers/annotations/store.ts';
import { Turns } from '../../../../src/explainers/annotations/turns.ts';
import { atOnce } from '../../../../src/explainers/steps.ts';
import { fixture, noSegments, text } from '../fixture.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coco-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const all = async (file: Parameters<typeof coco.parse>[0]) => {
  const { names, problems, read, ...rest } = atOnce(coco.index!(file, noSegments));
  const { images, problems: more } = await read([...names.keys()]);
  return { path: rest.path, format: rest.format, labels: rest.labels, images, problems: [...problems, ...more] };
};

test.each(['instances.json', 'careless.json'])('%s: image by image it says what it says as a whole', async (name) => {
  const file = fixture(`coco/files/${name}`);
  expect(await all(file)).toEqual(coco.parse(file));
});

test.each([
  ['as it is', ''],
  ['with a byte order mark', '\uFEFF'],
])('a file whose bytes are not kept, %s: its annotations are read from the disk', async (_, mark) => {
  const small = new TextDecoder().decode(fixture('coco/files/instances.json').bytes);
  // Space makes it large without another annotation.
  const content = `${mark}${small.replace('\n "annotations"', `${'\n'.repeat(3)}${' '.repeat(2 ** 21)}"annotations"`)}`;
  const path = join(folder, `large${mark.length}.json`);
  writeFileSync(path, content);
  const file = { path, bytes: Buffer.from(content) };
  expect(await all(file)).toEqual(coco.parse(file));
  expect(atOnce(coco.index!(file, noSegments)).weight).toBeLessThan(20_000);
});

test('an annotation that is no JSON is an error of its image only, with its line', async () => {
  const path = join(folder, 'broken.json');
  writeFileSync(
    path,
    `{"images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}], "categories": [{"id": 1, "name": "cat"}],
    "annotations": [{"image_id": 1, "category_id": 1},
    {"image_id": 2, "category_id": 1, "bbox": [1,,2]}]}`,
  );
  const request = { ids: [], size: [9, 9] as const, labels: ['cat'], aliases: {}, sources: [{ path }] };
  const of = async (image: string) => {
    const { states, problems } = await new AnnotationStore().annotationsOf({ ...request, path: image });
    return { states, problems };
  };
  expect(await of('a.png')).toEqual({ states: { 0: 'present' }, problems: [] });
  expect(await of('b.png')).toEqual({
    states: {},
    problems: [
      `${path}:3: Line 3 of the COCO file is not valid JSON. Write the file again with the tool that created it, or correct that line.`,
    ],
  });
});

test('many entries wrong: the first are named, the others counted', () => {
  const annotations = Array.from({ length: 80 }, (_, id) => ({ id, image_id: 9, category_id: 1 }));
  const file = text('a.json', JSON.stringify({ images: [], categories: [], annotations }));
  const { problems } = coco.parse(file);
  expect(problems).toHaveLength(51);
  expect(problems.at(-1)).toBe('and 30 more problems like these');
});

test('members picked from bytes are those of the parsed object', () => {
  const key = fc.constantFrom('image_id', 'category_id', 'id', 'image\\', '"', 'other');
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.integer(),
    fc.constantFrom('image_id', '"image_id": 3', '}{]['),
  );
  fc.assert(
    fc.property(fc.dictionary(key, value), fc.constantFrom(undefined, 1, '\t'), (object, indent) => {
      const bytes = Buffer.from(JSON.stringify(object, null, indent));
      const scalar = (name: string) => {
        const found = (JSON.parse(bytes.toString()) as Record<string, unknown>)[name];
        return typeof found === 'string' || typeof found === 'number' ? found : undefined;
      };
      const names = ['image_id', 'category_id', 'id'];
      expect(pickMembers(bytes, 0, bytes.length, names)).toEqual(names.map(scalar));
    }),
  );
});

test('a long piece of work lets others have their turn, and hears a cancel', async () => {
  let others = 0;
  const timer = setInterval(() => others++, 1);
  function* busy() {
    for (let i = 0; i < 20; i++) {
      const until = performance.now() + 5;
      while (performance.now() < until);
      yield;
    }
    return 'done';
  }
  expect(await new Turns().all(busy())).toBe('done');
  expect(others).toBeGreaterThan(2);
  clearInterval(timer);
  const cancel = new AbortController();
  const work = new Turns(cancel.signal).all(busy());
  cancel.abort();
  await expect(work).rejects.toMatchObject({ kind: 'cancelled' });
});
