import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identityOf, movedTo } from '../../../src/extension/watch/movedFile.ts';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-moved-'));
  fs.mkdirSync(at('images', 'below'), { recursive: true });
  fs.mkdirSync(at('other'));
  fs.writeFileSync(at('images', 'a.png'), 'the image');
  fs.writeFileSync(at('images', 'b.png'), 'the image'); // the same bytes, another file
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

it.each([['images/z.png'], ['images/below/a.png'], ['a.png'], ['other/new.dcm']])(
  'follows a file to %s',
  async (to) => {
    const identity = await identityOf(at('images', 'a.png'));
    fs.renameSync(at('images', 'a.png'), at(...to.split('/')));
    expect(await movedTo(at('images', 'a.png'), identity!)).toBe(at(...to.split('/')));
  },
);

it('finds nothing of a file that was removed, or copied and removed', async () => {
  const identity = await identityOf(at('images', 'a.png'));
  fs.copyFileSync(at('images', 'a.png'), at('images', 'copy.png'));
  fs.rmSync(at('images', 'a.png'));
  fs.writeFileSync(at('images', 'longer.png'), 'an image that may have got its inode');
  expect(await movedTo(at('images', 'a.png'), identity!)).toBeNull();
});

it('does not take one of several names of a file for its new one', async () => {
  fs.linkSync(at('images', 'a.png'), at('images', 'link.png'));
  expect(await identityOf(at('images', 'a.png'))).toBeNull();
});
