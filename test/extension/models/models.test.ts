import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findModels } from '../../../src/extension/models/models.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'saliency-lens-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, content = ''): string {
  const file = path.join(root, 'work', name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

async function found(image: string): Promise<string[]> {
  const workspace = path.join(root, 'work');
  const models = await findModels(path.join(workspace, image), workspace);
  return models.map((model) => path.relative(workspace, model).replaceAll('\\', '/'));
}

describe('findModels', () => {
  it('of an image in a tar or a Parquet table begins next to that file, with and without a workspace', async () => {
    const model = write('set/near.onnx');
    write('set/web.tar');
    expect(await found('set/web.tar/cat/1.jpg')).toEqual(['set/near.onnx']);
    expect(await findModels(path.join(path.dirname(model), 'web.tar', 'cat', '1.jpg'), null)).toEqual([model]);
  });

  it('prefers the nearest folder, in it cards, and no model that a card stands for', async () => {
    write('far.onnx');
    write('set/near.explain.json', '{ // with a comment\n "model": "weights/near.onnx" }');
    write('set/weights/near.onnx');
    write('set/weights/other.onnx');
    write('set/b10.onnx');
    write('set/b9.onnx');
    expect(await found('set/images/x.png')).toEqual([
      'set/near.explain.json',
      'set/b9.onnx',
      'set/b10.onnx',
      'set/weights/other.onnx',
      'far.onnx',
    ]);
  });

  it('never leaves the workspace folder', async () => {
    write('images/.keep');
    writeFileSync(path.join(root, 'outside.onnx'), '');
    expect(await found('images/x.png')).toEqual([]);
  });

  it('looks next to an image that is in no workspace, and no further', async () => {
    const model = write('a/m.onnx');
    write('up.onnx');
    expect(await findModels(path.join(root, 'work/a/x.png'), null)).toEqual([model]);
  });

  it('offers a broken card all the same: opening it says what is wrong with it', async () => {
    write('broken.explain.json', '{ "model": ');
    write('odd.explain.json', '[1]');
    write('m.onnx');
    expect(await found('x.png')).toEqual(['broken.explain.json', 'odd.explain.json', 'm.onnx']);
  });
});
