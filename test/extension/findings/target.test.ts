import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { folderOf } from '../../../src/extension/findings/target.ts';

vi.mock('vscode', () => import('./vscode.ts'));

describe('the folder that a model below the checked one is for', () => {
  const root = path.resolve('/data');
  it.each([
    ['photos/m.explain.json', 'photos'],
    ['photos/models/m.explain.json', 'photos'],
    ['sets/a/weights/b/m.onnx', 'sets/a'],
    ['models/resnet/m.explain.json', ''],
  ])('%s: %j', (model, folder) => {
    expect(folderOf(path.join(root, model), root)).toBe(path.join(root, folder));
  });
});
