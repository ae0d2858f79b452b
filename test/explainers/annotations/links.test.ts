// Links and paths that lead out: files that nobody named are not read there. A hard link is a file like any other and
// cannot be recognised.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LinkOut } from '../../../src/explainers/files/reach.ts';
import { Session } from '../../../src/explainers/session.ts';
import { cocoText, writeColourModel, writeImage } from '../labelCheck/coloured.ts';

const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'links-')));
const at = (...steps: string[]) => path.join(root, ...steps);
const NAMES = 'first\nsecond\nthird\n';
let count = 0;

beforeAll(() => {
  mkdirSync(at('private', 'deep'), { recursive: true });
  writeFileSync(at('private', 'a.coco.json'), cocoText([{ name: 'a.bmp', boxes: [['red', [4, 3, 12]]] }]));
  writeFileSync(at('private', 'names.txt'), NAMES);
});
afterAll(() => rmSync(root, { recursive: true }));

/** A workspace with an image, a model and its card; `private` lies next to it. */
function workspace(card: object = {}): { folder: string; image: string; model: string } {
  const folder = at(`workspace-${count++}`);
  const image = path.join(folder, 'set', 'images', 'a.bmp');
  writeImage(image, { red: [4, 3, 12] });
  return { folder, image, model: writeColourModel(path.join(folder, 'models'), undefined, card) };
}

async function asked(
  { folder, image, model }: ReturnType<typeof workspace>,
  more: { inEditor?: boolean; sources?: string[] } = {},
) {
  const session = new Session(more.inEditor === false ? { named: [folder] } : { workspace: [folder] });
  try {
    const sources = more.sources && { sources: more.sources.map((each) => ({ path: each })) };
    return await session.annotations({ image, model, ...sources });
  } finally {
    await session.dispose();
  }
}

describe.each([[true], [false]])('annotations, in an editor: %s', (inEditor) => {
  test.each(['annotations', 'labels', 'masks'])(
    'a linked folder %s that leads out is not looked into; one within is',
    async (name) => {
      const one = workspace();
      symlinkSync(at('private'), path.join(path.dirname(one.image), name));
      expect((await asked(one, { inEditor })).annotations).toEqual([]);
      const other = workspace();
      cpSync(at('private'), path.join(other.folder, 'set', 'store'), { recursive: true });
      symlinkSync(path.join(other.folder, 'set', 'store'), path.join(path.dirname(other.image), name));
      expect((await asked(other, { inEditor })).annotations).toHaveLength(1);
    },
  );

  test('a linked file, and a chain of links', async () => {
    const one = workspace();
    symlinkSync(at('private', 'a.coco.json'), path.join(one.folder, 'set', 'link'));
    symlinkSync(path.join(one.folder, 'set', 'link'), path.join(path.dirname(one.image), 'a.coco.json'));
    expect((await asked(one, { inEditor })).annotations).toEqual([]);
  });

  test.each([
    ['an absolute path', () => at('private', 'a.coco.json')],
    ['a glob over everything', () => `${at()}/**/*.coco.json`],
    ['a path upwards', () => '../../private/a.coco.json'],
    ['a glob upwards', () => '../../private/*.json'],
    ['a linked folder', () => 'linked/*.json'],
    ['a linked file', () => 'link.json'],
    ['another machine', () => '//server.invalid/share/a.json'],
  ])('a card that names %s is refused by name, and nothing is read', async (_, source) => {
    const one = workspace({ annotations: [source()] });
    symlinkSync(at('private'), path.join(path.dirname(one.model), 'linked'));
    symlinkSync(at('private', 'a.coco.json'), path.join(path.dirname(one.model), 'link.json'));
    const { annotations, files, problems } = await asked(one, { inEditor });
    expect([annotations, files]).toEqual([[], []]);
    expect(problems.join()).toMatch(/leads out of .*, so it is not read|there is no annotation file/);
  });

  test('a card may name what lies in its reach, upwards too; a link in a folder or glob that leads out is reported', async () => {
    const one = workspace({ annotations: ['../set/notes/*.json'] });
    mkdirSync(path.join(one.folder, 'set', 'notes'));
    cpSync(at('private', 'a.coco.json'), path.join(one.folder, 'set', 'notes', 'a.coco.json'));
    symlinkSync(at('private', 'a.coco.json'), path.join(one.folder, 'set', 'notes', 'b.coco.json'));
    const { annotations, problems } = await asked(one, { inEditor });
    expect(annotations).toHaveLength(1);
    expect(problems.join()).toMatch(/1 links out of its folder, which are not followed: b\.coco\.json/);
  });

  test('what a person names is read, wherever it lies', async () => {
    const one = workspace();
    symlinkSync(at('private', 'a.coco.json'), at(`named-${count}.json`));
    expect((await asked(one, { inEditor, sources: [at(`named-${count}.json`)] })).annotations).toHaveLength(1);
    expect((await asked(one, { inEditor, sources: [at('private')] })).annotations).toHaveLength(1);
  });
});

describe('a link of a workspace that leads to a folder which a person may allow', () => {
  const met = async (one: ReturnType<typeof workspace>, linked: readonly string[] = []) => {
    const links: LinkOut[] = [];
    const session = new Session({ workspace: [one.folder], linked, onLinkOut: (link) => links.push(link) });
    try {
      const { annotations } = await session.annotations({ image: one.image, model: one.model });
      return { links, read: annotations.length };
    } finally {
      await session.dispose();
    }
  };

  test.each([
    ['a linked folder', 'annotations', ''],
    ['a linked file', 'a.coco.json', 'a.coco.json'],
  ])('%s is asked about, and read once its folder is allowed', async (_, name, file) => {
    const one = workspace();
    const link = path.join(path.dirname(one.image), name);
    symlinkSync(at('private', file), link);
    expect(await met(one)).toEqual({ links: [{ link, folder: at('private') }], read: 0 });
    expect(await met(one, [at('private', 'deep')])).toMatchObject({ read: 0 });
    expect(await met(one, [at('private')])).toEqual({ links: [], read: 1 });
  });

  test('a linked folder per class, and a linked list of names', async () => {
    const one = workspace();
    const store = at('store-of-classes');
    const image = path.join(one.folder, 'classes', 'red', 'a.bmp');
    writeImage(path.join(store, 'red', 'a.bmp'), { red: [4, 3, 12] });
    writeImage(path.join(store, 'blue', 'b.bmp'), { blue: [4, 3, 12] });
    const link = path.join(one.folder, 'classes');
    symlinkSync(store, link);
    expect(await met({ ...one, image })).toEqual({ links: [{ link, folder: store }], read: 0 });
    expect(await met({ ...one, image }, [store])).toMatchObject({ links: [], read: 1 });
    const other = workspace();
    writeFileSync(at('private', 'classes.txt'), 'red\n');
    const own = path.dirname(other.image);
    writeFileSync(path.join(own, 'a.txt'), '0 0.5 0.5 0.5 0.5\n');
    symlinkSync(at('private', 'classes.txt'), path.join(own, 'classes.txt'));
    expect((await met(other)).links).toEqual([{ link: path.join(own, 'classes.txt'), folder: at('private') }]);
    expect(await met(other, [at('private')])).toEqual({ links: [], read: 1 });
  });

  test('of a card’s files, only links are asked about, not paths that lead out', async () => {
    const named = workspace({ annotations: ['../../private/a.coco.json'] });
    expect(await met(named)).toEqual({ links: [], read: 0 });
    const linked = workspace({ annotations: ['store/*.json'] });
    const link = path.join(path.dirname(linked.model), 'store');
    symlinkSync(at('private'), link);
    expect(await met(linked)).toEqual({ links: [{ link, folder: at('private') }], read: 0 });
    expect(await met(linked, [at('private')])).toEqual({ links: [], read: 1 });
  });
});

describe('labels', () => {
  const labelsOf = async ({ folder, model }: ReturnType<typeof workspace>) => {
    const session = new Session({ workspace: [folder] });
    try {
      return (await session.describe({ model })).card.labels;
    } finally {
      await session.dispose();
    }
  };

  test.each([
    ['an absolute path', () => at('private', 'names.txt')],
    ['a path upwards', () => '../../private/names.txt'],
    ['a link', () => 'link.txt'],
    ['another machine', () => '\\\\server.invalid\\share\\names.txt'],
  ])('a card that names %s is refused', async (_, labels) => {
    const one = workspace({ labels: labels() });
    symlinkSync(at('private', 'names.txt'), path.join(path.dirname(one.model), 'link.txt'));
    await expect(labelsOf(one)).rejects.toMatchObject({ kind: 'card', message: expect.stringMatching(/leads out of/) });
  });

  test('a file within the workspace is read, upwards too', async () => {
    const one = workspace({ labels: '../names.txt' });
    writeFileSync(path.join(one.folder, 'names.txt'), NAMES);
    expect(await labelsOf(one)).toEqual(['first', 'second', 'third']);
  });

  test('a link next to a bare model that leads out is skipped', async () => {
    const one = workspace();
    symlinkSync(at('private', 'names.txt'), path.join(path.dirname(one.model), 'labels.txt'));
    const model = path.join(path.dirname(one.model), 'colours.onnx');
    expect(await labelsOf({ ...one, model })).toEqual(['class 0', 'class 1', 'class 2']);
  });

  test('a model on another machine is not asked for', async () => {
    const one = workspace({ model: '\\\\server.invalid\\share\\a.onnx' });
    await expect(labelsOf(one)).rejects.toMatchObject({
      kind: 'card',
      message: expect.stringContaining('another machine'),
    });
  });

  test.each([
    ['an absolute path', () => at('private', 'deep', 'segments.npy')],
    ['a path upwards', () => ' ../../private/deep/segments.npy '],
    ['a link', () => 'link.png'],
    ['a linked folder', () => 'store/segments.npy'],
    ['another machine', () => '\\\\server.invalid\\share\\segments.npy'],
  ])('a card whose superpixels are a file by %s is refused at its line', async (_, segments) => {
    const one = workspace({ explain: { lime: { segments: segments() } } });
    writeFileSync(at('private', 'deep', 'segments.npy'), 'private');
    symlinkSync(at('private', 'deep', 'segments.npy'), path.join(path.dirname(one.model), 'link.png'));
    symlinkSync(at('private', 'deep'), path.join(path.dirname(one.model), 'store'));
    await expect(labelsOf(one)).rejects.toMatchObject({
      kind: 'card',
      subject: expect.stringMatching(/:\d+:\d+$/),
      message: expect.stringMatching(/segment file .* leads out of/),
    });
    const within = workspace({ explain: { lime: { segments: '../set/own.npy' } } });
    expect(await labelsOf(within)).not.toEqual([]);
  });

  describe('a card’s model', () => {
    const modelOf = async (one: ReturnType<typeof workspace>) => {
      const session = new Session({ workspace: [one.folder] });
      try {
        return (await session.describe({ model: one.model, hash: false })).card.model;
      } finally {
        await session.dispose();
      }
    };

    test.each([
      ['an absolute path', () => at('private', 'names.txt')],
      ['a path upwards', () => '../../../private/names.txt'],
      ['a file of the system', () => `${'../'.repeat(20)}etc/passwd`],
      ['a file without an ending', () => '/proc/self/environ'],
      ['a link that leads out', () => 'link'],
      ['a file that is not there', () => at('private', 'none.bin')],
    ])('that is %s, and no model file by its name, is refused unopened', async (_, model) => {
      const one = workspace({ model: model() });
      symlinkSync(at('private', 'names.txt'), path.join(path.dirname(one.model), 'link'));
      // Whatever the file is, the answer is the same: it says nothing of what is there.
      await expect(modelOf(one)).rejects.toMatchObject({
        kind: 'card',
        message: expect.stringMatching(/leads out of .* and is not named like a model file, so it is not opened/),
        subject: expect.stringContaining('colours.explain.json'),
      });
    });

    test('may lie in a store elsewhere if it is called as a model is; within reach it may have any name', async () => {
      const store = workspace();
      const kept = at('private', 'kept.onnx');
      cpSync(path.join(path.dirname(store.model), 'colours.onnx'), kept);
      expect(await modelOf(workspace({ model: kept }))).toBe(kept);
      const within = workspace({ model: 'blob' });
      const blob = path.join(path.dirname(within.model), 'blob');
      cpSync(kept, blob);
      expect(await modelOf(within)).toBe(blob);
    });
  });
});
