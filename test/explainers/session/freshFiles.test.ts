// What was read from a file is used until the file is another one, and not a request longer.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodePng } from '../../../src/explainers/images/encode.ts';
import { writeOnnxWithWeights } from '../../../src/explainers/importers/onnx/write.ts';
import { Session } from '../../../src/explainers/session.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';

let folder: string;
let session: Session;
const at = (name: string) => path.join(folder, name);
/** Every file has the same time of writing: it tells nothing. */
function write(name: string, content: string | Uint8Array): void {
  fs.writeFileSync(at(name), content);
  fs.utimesSync(at(name), 1e9, 1e9);
}
const picture = (seed: number) =>
  encodePng(
    Uint8Array.from({ length: 3 * 64 }, (_, i) => (i * seed) % 256),
    [8, 8],
  );

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-fresh-'));
  session = new Session({ threads: 1 });
  write('image.png', await picture(37));
  writeModel(folder, tinyClassifier(), 'net.onnx');
  fs.utimesSync(at('net.onnx'), 1e9, 1e9);
});
afterEach(async () => {
  await session.dispose();
  fs.rmSync(folder, { recursive: true });
});

/**
 * Another content of the same length in the place of a file: with its time of writing, what `cp -p` and rsync leave.
 */
function replaceUnseen(name: string, content: Uint8Array): void {
  expect(content.byteLength).toBe(fs.statSync(at(name)).size);
  write(`${name}.new`, content);
  fs.renameSync(at(`${name}.new`), at(name));
}

/** The same bytes with one of them another. */
function changed(name: string, from: string, to: string): Buffer {
  const text = fs.readFileSync(at(name), 'latin1');
  expect(text).toContain(from);
  return Buffer.from(text.replace(from, to), 'latin1');
}

const labels = async (model: string) => (await session.describe({ model: at(model) })).card.labels;
const scores = async (model = 'net.onnx') =>
  (await session.predict({ image: at('image.png'), model: at(model) })).scores.map(({ score }) => score);
const card = (fields: object) => write('net.explain.json', JSON.stringify({ model: 'net.onnx', ...fields }));

describe('a file that changes is read again', () => {
  test('labels that the card names: too few, corrected, renamed', async () => {
    card({ labels: 'names.txt' });
    write('names.txt', 'a\nb\n');
    await expect(labels('net.explain.json')).rejects.toMatchObject({ kind: 'card' });
    write('names.txt', 'a\nb\nc\n');
    expect(await labels('net.explain.json')).toEqual(['a', 'b', 'c']);
    write('names.txt', 'a\nb\nd\n');
    expect(await labels('net.explain.json')).toEqual(['a', 'b', 'd']);
  });

  test('labels that nobody names: they come, change and go', async () => {
    expect(await labels('net.onnx')).toEqual(['class 0', 'class 1', 'class 2']);
    write('labels.txt', 'a\nb\nc\n');
    expect(await labels('net.onnx')).toEqual(['a', 'b', 'c']);
    write('net.txt', 'x\ny\nz\n'); // nearer by its name
    expect(await labels('net.onnx')).toEqual(['x', 'y', 'z']);
    fs.rmSync(at('net.txt'));
    fs.rmSync(at('labels.txt'));
    expect(await labels('net.onnx')).toEqual(['class 0', 'class 1', 'class 2']);
  });

  test('the weights next to a model', async () => {
    const { model, weights } = withWeightsBeside();
    write('net.onnx', model);
    write('net.data', weights);
    const before = await scores();
    const other = Buffer.from(weights);
    other[3]! ^= 0x80;
    write('net.data', other);
    expect(await scores()).not.toEqual(before);
  });

  test('with its length and time of writing: an image', async () => {
    const before = await scores();
    const bytes = fs.readFileSync(at('image.png'));
    const other = await picture(38);
    write('image.png', Buffer.concat([bytes, Buffer.alloc(Math.max(0, other.length - bytes.length))]));
    await scores();
    replaceUnseen('image.png', Buffer.concat([other, Buffer.alloc(Math.max(0, bytes.length - other.length))]));
    expect(await scores()).not.toEqual(before);
  });

  test('with its length and time of writing: a model', async () => {
    const before = await scores();
    const bytes = Buffer.from(fs.readFileSync(at('net.onnx')));
    const weight = Buffer.from(Float32Array.of(tinyWeight()).buffer);
    const place = bytes.indexOf(weight);
    expect(place).toBeGreaterThan(0);
    bytes[place + 3]! ^= 0x80;
    replaceUnseen('net.onnx', bytes);
    expect(await scores()).not.toEqual(before);
  });

  test('with its length and time of writing: labels', async () => {
    card({ labels: 'names.txt' });
    write('names.txt', 'a\nb\nc\n');
    expect(await labels('net.explain.json')).toEqual(['a', 'b', 'c']);
    replaceUnseen('names.txt', changed('names.txt', 'c', 'd'));
    expect(await labels('net.explain.json')).toEqual(['a', 'b', 'd']);
  });

  test('with its length and time of writing: annotations, and the files that are read with them', async () => {
    card({ labels: ['cat', 'dog', 'cow'] });
    write('image.txt', '0 0.5 0.5 0.5 0.5\n');
    write('data.yaml', 'names: [cat, dog]\n');
    const drawn = async () =>
      (await session.annotations({ image: at('image.png'), model: at('net.explain.json') })).annotations.map(
        ({ label }) => label,
      );
    expect(await drawn()).toEqual(['cat']);
    replaceUnseen('image.txt', changed('image.txt', '0 0.5', '1 0.5'));
    expect(await drawn()).toEqual(['dog']);
    replaceUnseen('data.yaml', changed('data.yaml', 'dog', 'cow'));
    expect(await drawn()).toEqual(['cow']);
  });

  test('with its length and time of writing: an image that a journal of Check Labels knows', async () => {
    card({ labels: ['cat', 'dog', 'cow'] });
    const check = () =>
      session.checkLabels({ model: at('net.explain.json'), images: [at('image.png')], journal: at('check.journal') });
    expect((await check()).resumed).toBe(0);
    expect((await check()).resumed).toBe(1);
    replaceUnseen('image.png', fs.readFileSync(at('image.png')));
    expect((await check()).resumed).toBe(0);
  });
});

describe('the files that a model is made from', () => {
  const files = async (model: string) =>
    (await session.modelFiles({ model: at(model) })).files.map((file) => path.relative(folder, file)).sort();

  /** Settings of other frameworks are looked for next to a model, and count as soon as they are there. */
  const SETTINGS = ['config.json', 'preprocessor_config.json', 'processor_config.json'];
  const KNOWN = ['names.txt', 'net.explain.json', 'net.onnx', ...SETTINGS].sort();

  test('are card, model, labels and settings, also where it cannot be loaded', async () => {
    card({ labels: 'names.txt' });
    await expect(labels('net.explain.json')).rejects.toMatchObject({ kind: 'card' });
    expect(await files('net.explain.json')).toEqual(KNOWN);
    write('names.txt', 'a\n');
    await expect(labels('net.explain.json')).rejects.toMatchObject({ kind: 'card' });
    expect(await files('net.explain.json')).toEqual(KNOWN);
  });

  test('are the weights next to it, and the label files that were looked for', async () => {
    write('net.onnx', withWeightsBeside().model);
    await expect(labels('net.onnx')).rejects.toMatchObject({ kind: 'model' });
    expect(await files('net.onnx')).toContain('net.data');
    writeModel(folder, tinyClassifier(), 'net.onnx');
    await labels('net.onnx');
    expect(await files('net.onnx')).toEqual(expect.arrayContaining(['net.onnx', 'labels.txt', 'net.txt', 'data.yaml']));
  });
});

/** A model whose largest weights lie in net.data. */
function withWeightsBeside(): { readonly model: Uint8Array; readonly weights: Buffer } {
  const { model, weights } = writeOnnxWithWeights(tinyClassifier({ classes: 300 }), 'net.data');
  const pieces = weights.flatMap(({ padding, tensor: { data } }) => [
    Buffer.alloc(padding),
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  ]);
  expect(pieces.length).toBeGreaterThan(0);
  return { model, weights: Buffer.concat(pieces) };
}

/** The first weight of the tiny model's convolution. */
function tinyWeight(): number {
  const weights = [...tinyClassifier().constants.values()].find(({ shape }) => shape.length === 4);
  return (weights!.data as Float32Array)[0]!;
}
