import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Session } from '../../src/explainers/session.ts';
import { collectImages, naturally, neighboursOf, singleImage } from '../../src/extension/images.ts';
import { root } from '../data.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'saliency-lens-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array = ''): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

const none = async () => [];

const names = (files: readonly string[]) => files.map((file) => path.relative(folder, file).replaceAll('\\', '/'));

describe('collectImages', () => {
  it('takes files as they are, in the order of the selection, each once', async () => {
    const b = write('b.png');
    const a = write('a.xyz');
    expect(await collectImages([b, a, b], none)).toEqual({ images: [b, a], cut: false });
  });

  it('takes a folder with its subfolders, by natural order, hidden and foreign files left out', async () => {
    for (const name of [
      's10.png',
      's2.PNG',
      'z/1.dcm',
      'a/2.jpeg',
      '.hidden/x.png',
      'node_modules/x.png',
      'notes.txt',
    ]) {
      write(name);
    }
    expect(names((await collectImages([folder], none)).images)).toEqual(['s2.PNG', 's10.png', 'a/2.jpeg', 'z/1.dcm']);
  });

  it('takes a Parquet table and a tar with the images in them, up to the limit; a folder of that name is a folder', async () => {
    const session = new Session({ threads: 1 });
    const inside = async (container: string, most: number) => (await session.imagesInside({ container, most })).images;
    try {
      const table = write('set.parquet', readFileSync(path.join(root, 'test/fixtures/containers/embedded.parquet')));
      const tar = write('web.tar', readFileSync(path.join(root, 'test/fixtures/containers/web.tar')));
      write('folder.tar/a.png');
      expect(await Promise.all([table, tar, path.join(folder, 'folder.tar')].map((each) => singleImage([each])))).toEqual([undefined, undefined, undefined]); // biome-ignore format: one line
      expect(await singleImage([path.join(table, 'row3')])).toBe(path.join(table, 'row3'));
      const all = await collectImages([table, tar, path.join(folder, 'folder.tar')], inside);
      expect(all).toMatchObject({ images: { length: 18 + 6 + 1 }, cut: false });
      expect(names([...all.images.slice(16, 20), all.images.at(-1)!])).toEqual(['set.parquet/row17', 'set.parquet/row18', 'web.tar/0000.png', 'web.tar/0001.png', 'folder.tar/a.png']); // biome-ignore format: one line
      expect(await collectImages([table], inside, 4)).toMatchObject({ images: { length: 4 }, cut: true });
      const damaged = write('bad.tar', 'x'.repeat(1024));
      await expect(collectImages([damaged], inside)).rejects.toMatchObject({ kind: 'image', subject: damaged });
      await expect(collectImages([write('bad.parquet', 'x')], inside)).rejects.toMatchObject({ kind: 'image' });
    } finally {
      await session.dispose();
    }
  });

  it('knows DICOM files without an extension by their content', async () => {
    const dicom = Buffer.alloc(200);
    dicom.write('DICM', 128, 'latin1');
    write('IM0001', dicom);
    write('LICENSE', 'x'.repeat(200));
    write('short', 'DICM');
    expect(names((await collectImages([folder], none)).images)).toEqual(['IM0001']);
  });

  it('stops at the limit and says so', async () => {
    for (let i = 0; i < 5; i++) write(`${i}.png`);
    expect(await collectImages([folder], none, 3)).toMatchObject({ images: { length: 3 }, cut: true });
    expect(await collectImages([folder], none, 5)).toMatchObject({ images: { length: 5 }, cut: false });
  });

  it.skipIf(process.platform === 'win32')('does not run around in a loop of links', async () => {
    write('in/a.png');
    symlinkSync(folder, path.join(folder, 'in', 'loop'));
    expect(names((await collectImages([folder], none)).images)).toEqual(['in/a.png']);
  });
});

describe('naturally', () => {
  it('is a total order that counts digits as numbers', () => {
    expect(['s10', 's9', 'S2', 's2', 's1'].sort(naturally)).toEqual(['s1', 'S2', 's2', 's9', 's10']);
  });
});

describe('neighboursOf', () => {
  it('finds the images of the same folder in natural order, and where this one is among them', async () => {
    for (const name of ['s10.png', 's2.PNG', 's1.dcm', 'deeper/s3.png', '.s4.png', 'notes.txt', 'plain']) write(name);
    const { images, current } = await neighboursOf(path.join(folder, 's10.png'));
    expect(names(images)).toEqual(['s1.dcm', 's2.PNG', 's10.png']);
    expect(current).toBe(2);
  });

  it('of a very large folder takes those around the image', async () => {
    for (let i = 0; i < 30; i++) write(`${i}.png`);
    for (const at of [0, 3, 15, 29]) {
      const { images, current } = await neighboursOf(path.join(folder, `${at}.png`), 7);
      expect(images).toHaveLength(7);
      expect(names(images)[current]).toBe(`${at}.png`);
      expect(names(images).map((name) => Number.parseInt(name, 10))).toEqual(
        Array.from({ length: 7 }, (_, i) => Math.max(0, Math.min(at - 3, 23)) + i),
      );
    }
  });

  it('takes a file of any name that was asked for, even one that is gone', async () => {
    write('a.png');
    expect(await neighboursOf(path.join(folder, 'b.xyz'))).toEqual({
      images: [path.join(folder, 'a.png'), path.join(folder, 'b.xyz')],
      current: 1,
    });
    const elsewhere = path.join(folder, 'missing/c.png');
    expect(await neighboursOf(elsewhere)).toEqual({ images: [elsewhere], current: 0 });
  });

  it('with a DICOM file without an extension come the others of its kind', async () => {
    const dicom = Buffer.alloc(200);
    dicom.write('DICM', 128, 'latin1');
    write('IM2', dicom);
    write('IM10', dicom);
    write('LICENSE', 'x'.repeat(200));
    expect(names((await neighboursOf(path.join(folder, 'IM2'))).images)).toEqual(['IM2', 'IM10']);
  });
});

describe('singleImage', () => {
  it('is a selection of one file, and no folder', async () => {
    const file = write('a.png');
    expect(await singleImage([file])).toBe(file);
    expect(await singleImage([folder])).toBeUndefined();
    expect(await singleImage([file, file])).toBeUndefined();
    expect(await singleImage([])).toBeUndefined();
  });
});
