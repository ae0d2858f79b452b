// Every other kind of file that a result is made from, replaced by one of the same length and time of writing: what
// `cp -p` and rsync leave.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorReport } from '../../../src/explainers/errors.ts';
import { encodePng } from '../../../src/explainers/images/encode.ts';
import { writeOnnxWithWeights } from '../../../src/explainers/importers/onnx/write.ts';
import { Session } from '../../../src/explainers/session.ts';
import { writeNpy } from '../../../src/explainers/tensor/npy.ts';
import { kerasFiles } from '../../reference/kerasFiles.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';

let folder: string;
let session: Session;
const at = (...names: string[]) => path.join(folder, ...names);
const then = (name: string) => fs.utimesSync(at(name), 1e9, 1e9);

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-fresh-'));
  session = new Session({ threads: 1 });
  const pixels = Uint8Array.from({ length: 3 * 64 }, (_, i) => (i * 37) % 256);
  fs.writeFileSync(at('image.png'), await encodePng(pixels, [8, 8]));
});
afterEach(async () => {
  await session.dispose();
  fs.rmSync(folder, { recursive: true });
});

function replaceUnseen(name: string, content: Uint8Array | string): void {
  expect(Buffer.byteLength(content)).toBe(fs.statSync(at(name)).size);
  fs.writeFileSync(at(`${name}.new`), content);
  then(`${name}.new`);
  fs.renameSync(at(`${name}.new`), at(name));
}

/** The scores, or why there are none: a damaged file counts as noticed too. */
const outcome = (model: string) =>
  session.predict({ image: at('image.png'), model: at(model) }).then(
    ({ scores }) => scores.map(({ score }) => score),
    (thrown: unknown) => errorReport(thrown).message,
  );

describe('a model', () => {
  test.each([
    ['plain.k2.keras', 'plain.k2.keras'],
    ['plain.k2.h5', 'plain.k2.h5'],
    ['plain.tfjs/model.json', 'plain.tfjs/model.json'],
    ['plain.tfjs/model.json', 'plain.tfjs/group1-shard2of3.bin'],
  ])('%s: its file %s', async (model, file) => {
    const top = model.split('/')[0]!;
    fs.cpSync(path.join(kerasFiles(), top), at(top), { recursive: true });
    then(file);
    const before = await outcome(model);
    expect(before).toEqual(expect.any(Array));
    const bytes = fs.readFileSync(at(file));
    for (let i = bytes.length >> 1; i < bytes.length; i++) bytes[i]! ^= 0x15;
    replaceUnseen(file, bytes);
    expect(await outcome(model)).not.toEqual(before);
  });

  test('ONNX: the weights next to it', async () => {
    const { model, weights } = writeOnnxWithWeights(tinyClassifier({ classes: 300 }), 'net.data');
    const pieces = weights.flatMap(({ padding, tensor: { data } }) => [
      Buffer.alloc(padding),
      Buffer.from(data.buffer, data.byteOffset, data.byteLength),
    ]);
    fs.writeFileSync(at('net.onnx'), model);
    fs.writeFileSync(at('net.data'), Buffer.concat(pieces));
    then('net.data');
    const before = await outcome('net.onnx');
    const other = Buffer.concat(pieces);
    other[3]! ^= 0x80;
    replaceUnseen('net.data', other);
    expect(await outcome('net.onnx')).not.toEqual(before);
  });
});

test('a segment file', async () => {
  writeModel(folder, tinyClassifier(), 'net.onnx');
  const halves = (across: boolean) =>
    writeNpy({
      dtype: 'int32',
      shape: [8, 8],
      data: Int32Array.from({ length: 64 }, (_, i) => ((across ? i % 8 : i >> 3) < 4 ? 1 : 2)),
    });
  fs.writeFileSync(at('own.npy'), halves(true));
  then('own.npy');
  const map = async () => {
    const parameters = { segments: 'own.npy', samples: 10 };
    const request = { image: at('image.png'), model: at('net.onnx'), method: 'lime', classes: [0], parameters };
    return (await session.explain(request)).maps[0]!;
  };
  const first = await map();
  replaceUnseen('own.npy', halves(false));
  expect((await map()).values).not.toEqual(first.values);
});

test('a large annotation file, of which only the annotations of an image are read', async () => {
  writeModel(folder, tinyClassifier(), 'net.onnx');
  const content = (box: string) => {
    const annotations = [{ id: 1, image_id: 1, category_id: 1, bbox: 'BOX' }];
    const categories = [{ id: 1, name: 'class 0' }];
    const images = [{ id: 1, file_name: 'image.png', width: 8, height: 8 }];
    return JSON.stringify({ images, categories, annotations }).replace('"BOX"', box) + ' '.repeat(1_200_000);
  };
  fs.writeFileSync(at('labels.json'), content('[1,1,2,2]'));
  then('labels.json');
  const drawn = async () => {
    const { annotations } = await session.annotations({ image: at('image.png'), model: at('net.onnx') });
    return annotations.map(({ shape }) => shape);
  };
  expect(await drawn()).toEqual([{ kind: 'box', x: 1, y: 1, width: 2, height: 2 }]);
  replaceUnseen('labels.json', content('[1,1,3,3]'));
  expect(await drawn()).toEqual([{ kind: 'box', x: 1, y: 1, width: 3, height: 3 }]);
});

test('a review file', async () => {
  const file = at('labels.json');
  const line = (verdict: string) =>
    `${JSON.stringify({ time: '2026-01-02T03:04:05.000Z', image: 'a.png', class: 'cup', annotationId: '7', finding: 'swapped', verdict, note: '', modelSha256: null, settings: {}, key: 'k' })}\n`;
  fs.writeFileSync(file, '{}');
  fs.writeFileSync(`${file}.review.jsonl`, line('wrong'));
  then('labels.json.review.jsonl');
  const verdicts = async () => Object.values(await session.verdicts({ file })).map(({ verdict }) => verdict);
  const before = await verdicts();
  replaceUnseen('labels.json.review.jsonl', line('right').replace('""', '" "').replace(' ', ''));
  expect([before.length, await verdicts()]).toEqual([1, ['right']]);
});
