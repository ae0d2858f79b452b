import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { namedImage } from '../../../src/extension/hover/namedImage.ts';

let root: string;
let workspace: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'saliency-lens-')));
  workspace = path.join(root, 'workspace');
  for (const file of ['data/labels/train.csv', 'data/images/a.png', 'top.png', '../secret.png']) {
    mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
    writeFileSync(path.join(workspace, file), 'x');
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const found = async (name: string, folders = [workspace], from = 'data/labels/train.csv') => {
  const text = { path: name, start: 0, end: name.length };
  const result = await namedImage([text], path.join(workspace, from), folders);
  return result && path.relative(workspace, result.image);
};

test('a path is relative to the document, to a folder above it, or to the workspace; or absolute', async () => {
  expect(await found('../images/a.png')).toBe('data/images/a.png');
  expect(await found('images/a.png')).toBe('data/images/a.png');
  expect(await found('top.png')).toBe('top.png');
  expect(await found(path.join(workspace, 'top.png'))).toBe('top.png');
  expect(await found('missing.png')).toBeUndefined();
  expect(await found('data/images')).toBeUndefined();
});

test('nothing outside the workspace is named: no path, no link to a file or a folder', async () => {
  expect(await found('../../../secret.png')).toBeUndefined();
  expect(await found(path.join(root, 'secret.png'))).toBeUndefined();
  symlinkSync(path.join(root, 'secret.png'), path.join(workspace, 'link.png'));
  symlinkSync(root, path.join(workspace, 'out'));
  expect(await found('link.png')).toBeUndefined();
  expect(await found('out/secret.png')).toBeUndefined();
  // With another folder of the workspace, the document reaches its own and no other.
  const second = path.join(root, 'second');
  mkdirSync(second);
  writeFileSync(path.join(second, 'b.png'), 'x');
  expect(await found(path.join(second, 'b.png'), [workspace, second])).toBeUndefined();
});
