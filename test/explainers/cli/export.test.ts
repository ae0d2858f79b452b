import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';
import { cli } from './cli.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-cli-export-'));
let model = '';
beforeAll(() => {
  model = writeModel(folder, tinyClassifier({ classes: 4 }), 'net.onnx');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('export writes the file, into a folder that it makes, and says what is in it', async () => {
  const args = ['export', model, '--method', 'gradCam,lrp', '--class', '2', '--out', 'new/net.explained.onnx'];
  const { code, stdout, stderr } = await cli(args, { cwd: folder });
  const said = JSON.parse(stdout);
  const file = path.join(folder, 'new/net.explained.onnx');
  expect([code, said.file, said.bytes]).toEqual([0, file, statSync(file).size]);
  expect(said.inputs).toEqual([
    { name: 'image', shape: [1, 3, 8, 8] },
    { name: 'seed', shape: ['K', 4] },
  ]);
  expect(said.outputs.map(({ name }: { name: string }) => name)).toEqual(['scores', 'gradCam', 'lrp']);
  expect(said.maps[0]).toMatchObject({ method: 'gradCam', parameters: { relu: true }, signed: false });
  expect(stderr).toContain('Guessed input');
});

test('on a terminal it prints a table', async () => {
  const args = ['export', model, '--out', 'b.onnx', '--text'];
  const { code, stdout } = await cli(args, { cwd: folder });
  expect(code).toBe(0);
  expect(stdout).toMatch(/gradCam +output +K × 8 × 8/);
  expect(stdout).toMatch(/gradCam +\d\.\de[+-]\d/);
});

test.each([
  [[], /needs a file to write. \(--out\)/],
  [['--out', 'c.onnx', '--class', 'top:2'], /no image of which to take the best classes/],
  [['--out', 'c.onnx', '--method', 'lime'], /LIME cannot be written as a graph/],
  [['--out', 'c.onnx', '--method', 'grdCam'], /Did you mean 'gradCam'/],
  [['--out', 'net.onnx'], /cannot replace the model/],
])('%j is refused, and nothing is written', async (more, said) => {
  const { code, stdout, stderr } = await cli(['export', model, ...more], { cwd: folder });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(said);
  expect(existsSync(path.join(folder, 'c.onnx'))).toBe(false);
});
