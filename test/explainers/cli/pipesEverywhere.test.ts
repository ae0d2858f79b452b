// Each file that a command reads as a named pipe, one at a time: the command ends, and calls nothing a defect.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeOnnxWithWeights } from '../../../src/explainers/importers/onnx/write.ts';
import { findModels } from '../../../src/extension/models/models.ts';
import { kerasFiles } from '../../reference/kerasFiles.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';
import { cocoText, writeColourModel, writeImage } from '../labelCheck/coloured.ts';
import { cli } from './cli.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-pipes-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;

/** An image, a model with its card, and annotations of the image. */
function folder(): (...steps: string[]) => string {
  const place = path.join(root, String(count++));
  const at = (...steps: string[]) => path.join(place, ...steps);
  mkdirSync(place);
  writeColourModel(place);
  writeImage(at('a.bmp'), { red: [4, 3, 12] });
  writeFileSync(at('labels.coco.json'), cocoText([{ name: 'a.bmp', boxes: [['red', [4, 3, 12]]] }]));
  return at;
}

const CARD = ['--model', 'colours.explain.json'];
const ANNOTATED = [...CARD, '--annotations', 'labels.coco.json'];
const keras = (name: string) => (at: (...steps: string[]) => string) =>
  cpSync(path.join(kerasFiles(), name), at(name), { recursive: true });
const bare = (at: (...steps: string[]) => string) => void writeModel(at('bare'), tinyClassifier(), 'net.onnx');
const external = (at: (...steps: string[]) => string) =>
  writeFileSync(at('net.onnx'), writeOnnxWithWeights(tinyClassifier({ classes: 300 }), 'net.data').model);
const panoptic = (at: (...steps: string[]) => string) => {
  const images = [{ id: 1, file_name: 'a.bmp', height: 32, width: 32 }];
  const annotations = [{ image_id: 1, file_name: 'a.png', segments_info: [{ id: 1, category_id: 1, bbox: [1, 1, 4, 4] }] }]; // biome-ignore format: one line
  writeFileSync(at('panoptic.json'), JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'red' }] }));
};
const nothing = () => {};

/** What is read, which file is a pipe, and the command. */
const READ: readonly (readonly [string, (at: (...steps: string[]) => string) => void, string, readonly string[]])[] = [
  ['an image', nothing, 'a.bmp', ['predict', 'a.bmp', ...CARD]],
  ['an image of a folder', nothing, 'b.png', ['predict', '.', ...CARD]],
  ['a card', nothing, 'colours.explain.json', ['inspect', 'colours.explain.json']],
  ['the model of a card', nothing, 'colours.onnx', ['inspect', 'colours.explain.json']],
  ['weights next to an ONNX model', external, 'net.data', ['predict', 'a.bmp', '--model', 'net.onnx']],
  ['a .keras model', nothing, 'net.keras', ['inspect', 'net.keras']],
  ['a .h5 model', nothing, 'net.h5', ['inspect', 'net.h5']],
  ['a TensorFlow.js model', keras('plain.tfjs'), 'plain.tfjs/model.json', ['inspect', 'plain.tfjs/model.json']],
  ['its weights', keras('plain.tfjs'), 'plain.tfjs/group1-shard2of3.bin', ['inspect', 'plain.tfjs/model.json']],
  ['Hugging Face’s description', bare, 'bare/config.json', ['inspect', 'bare/net.onnx']],
  ['names next to a model, as text', bare, 'bare/classes.txt', ['inspect', 'bare/net.onnx']],
  ['names next to a model, as JSON', bare, 'bare/labels.json', ['inspect', 'bare/net.onnx']],
  ['an annotation file', nothing, 'labels.coco.json', ['agree', 'a.bmp', ...ANNOTATED]],
  ['one that is found', nothing, 'a.json', ['explain', 'a.bmp', ...CARD, '--method', 'gradCam']],
  ['a mask', nothing, 'masks/a_mask.png', ['agree', 'a.bmp', ...CARD, '--annotations', 'masks']],
  ['an array of masks', nothing, 'masks/a_mask.npy', ['agree', 'a.bmp', ...CARD, '--annotations', 'masks/*.npy']],
  ['a DICOM segmentation', nothing, 'a_seg.dcm', ['agree', 'a.bmp', ...CARD, '--annotations', 'a_seg.dcm']],
  ['the picture of panoptic segments', panoptic, 'panoptic/a.png', ['agree', 'a.bmp', ...CARD, '--annotations', 'panoptic.json']],
  ['names next to annotations', (at) => writeFileSync(at('a.txt'), '0 0.5 0.5 0.2 0.2\n'), 'data.yaml', ['agree', 'a.bmp', ...CARD, '--annotations', 'a.txt']],
  ['superpixels, .npy', nothing, 'own.npy', ['explain', 'a.bmp', ...CARD, '--method', 'lime', '--segments', 'own.npy']],
  ['superpixels, .png', nothing, 'own.png', ['explain', 'a.bmp', ...CARD, '--method', 'lime', '--segments', 'own.png']],
  ['thresholds', nothing, 't.csv', ['agree', 'a.bmp', ...ANNOTATED, '--threshold', 't.csv']],
  ['a journal', nothing, 'check.journal', ['check', ...ANNOTATED, '--journal', 'check.journal']],
  ['a review file', nothing, 'labels.coco.json.review.jsonl', ['check', ...ANNOTATED]],
  ['the manifest of an earlier run', nothing, 'out/manifest.json', ['explain', 'a.bmp', ...CARD, '--method', 'gradCam', '--out', 'out']],
  ['a result of an earlier run', nothing, 'out/a.gradCam.red.npy', ['explain', 'a.bmp', ...CARD, '--method', 'gradCam', '--out', 'out']],
  ['a PyTorch file', nothing, 'net.pt', ['import', 'net.pt', '--python', '/nowhere/python']],
]; // biome-ignore format: a line each

describe.skipIf(process.platform === 'win32')('a named pipe in the place of', () => {
  test.each(READ)('%s', { timeout: 60_000 }, async (_, prepare, file, args) => {
    const at = folder();
    prepare(at);
    mkdirSync(path.dirname(at(file)), { recursive: true });
    rmSync(at(file), { force: true });
    execFileSync('mkfifo', [at(file)]);
    const { code, stdout, stderr } = await cli(args, { cwd: at() });
    const said = stdout + stderr;
    expect(said).not.toMatch(/defect|"kind":"internal"/);
    // Either it is named, or the command had no need of it.
    if (code !== 0) expect(said).toMatch(new RegExp(`${path.basename(file)}|none found|no annotation`));
  });

  test('a card that the editor finds', async () => {
    const at = folder();
    rmSync(at('colours.explain.json'));
    execFileSync('mkfifo', [at('colours.explain.json')]);
    expect(await findModels(at('a.bmp'), at())).toContain(at('colours.onnx'));
  });
});
