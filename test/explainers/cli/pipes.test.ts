// A named pipe in the place of a file: whoever opens it without looking waits for ever.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Session } from '../../../src/explainers/session.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';
import { cocoText, writeColourModel, writeImage } from '../labelCheck/coloured.ts';
import { cli } from './cli.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-pipes-'));
const at = (...steps: string[]) => path.join(folder, ...steps);
const pipe = (...steps: string[]) => execFileSync('mkfifo', [at(...steps)]);
const windows = process.platform === 'win32';
const ANNOTATED = ['--annotations', 'labels.coco.json'];

beforeAll(() => {
  if (windows) return;
  writeColourModel(folder);
  writeImage(at('a.bmp'), { red: [4, 3, 12] });
  writeFileSync(at('labels.coco.json'), cocoText([{ name: 'a.bmp', boxes: [['red', [4, 3, 12]]] }]));
  pipe('pipe.bmp');
  pipe('pipe.onnx');
  pipe('pipe.explain.json');
  pipe('pipe.json');
  pipe('pipe.txt');
  pipe('pipe.npy');
  pipe('pipe.csv');
  pipe('pipe.jsonl');
  writeColourModel(at('labelled'), undefined, { labels: '../pipe.txt' });
  writeColourModel(at('modelled'), undefined, { model: '../pipe.onnx' });
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => cli(args, { cwd: folder });
const CARD = ['--model', 'colours.explain.json'];

describe.skipIf(windows)('a named pipe in the place of', () => {
  test.each([
    ['an image', 1, ['predict', 'pipe.bmp', ...CARD], 'is not a regular file'],
    ['a model', 2, ['predict', 'a.bmp', '--model', 'pipe.onnx'], 'is not a file'],
    ['a card', 2, ['predict', 'a.bmp', '--model', 'pipe.explain.json'], 'is a named pipe, not a file'],
    ['the labels that a card names', 2, ['predict', 'a.bmp', '--model', 'labelled/colours.explain.json'], 'is a named pipe, not a file'], // biome-ignore format: one line
    ['the model that a card names', 2, ['predict', 'a.bmp', '--model', 'modelled/colours.explain.json'], 'is not a file'],
    ['a segment file', 1, ['explain', 'a.bmp', ...CARD, '--method', 'occlusion,lime', '--segments', 'pipe.npy'], 'is a named pipe'],
    ['a table of thresholds', 2, ['agree', 'a.bmp', ...CARD, ...ANNOTATED, '--threshold', 'pipe.csv'], 'it is a named pipe, not a file'],
    ['a journal', 2, ['check', ...ANNOTATED, ...CARD, '--journal', 'pipe.jsonl'], 'it is a named pipe, not a file'],
  ])('%s: refused by name', async (_, code, args, message) => {
    const ran = await run(...args);
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(message)]);
  }); // biome-ignore format: one line

  test('an annotation file: a problem, and the others are read', async () => {
    const { stderr } = await run('agree', 'a.bmp', ...CARD, ...ANNOTATED, '--annotations', 'pipe.json');
    expect(stderr).toContain('pipe.json');
  });

  test('a review file', async () => {
    mkdirSync(at('reviewed'));
    copyFileSync(at('labels.coco.json'), at('reviewed', 'labels.coco.json'));
    pipe('reviewed', 'labels.coco.json.review.jsonl');
    const file = at('reviewed', 'labels.coco.json');
    const session = new Session();
    await expect(session.verdicts({ file })).rejects.toMatchObject({
      message: expect.stringContaining('a named pipe'),
    });
    await session.dispose();
  });

  test('what is looked for next to a model or an annotation file: passed over', async () => {
    mkdirSync(at('beside'));
    writeModel(at('beside'), tinyClassifier());
    for (const name of ['labels.txt', 'classes.txt', 'data.yaml', 'tiny.txt']) pipe('beside', name);
    writeFileSync(at('beside', 'a.txt'), '0 0.5 0.5 0.2 0.2\n');
    copyFileSync(at('a.bmp'), at('beside', 'a.bmp'));
    const { code, stderr } = await run(
      'agree',
      'beside/a.bmp',
      '--model',
      'beside/tiny.onnx',
      '--annotations',
      'beside/a.txt',
    );
    expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('labels: none found')]);
  });
});
