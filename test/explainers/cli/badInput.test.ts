// Every kind of bad input: one clear sentence with what to do next, the right exit code, and nothing else lost.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from '../../../src/explainers/importers/onnx/generated/onnx_pb.js';
import { examples } from '../../data.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';
import { cli } from './cli.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-bad-'));
  mkdirSync(at('models'));
  mkdirSync(at('images'));
  cpSync(path.join(examples, 'photos/coffee.png'), at('images/good.png'));
  writeModel(at('models'), tinyClassifier({}), 'good.onnx');
  writeModel(
    at('models'),
    tinyClassifier({ extra: { op: 'FancyAttention', domain: 'com.example' } }),
    'unknownOperator.onnx',
  );
  const whole = readFileSync(path.join(examples, 'photos/efficientnet-lite0.onnx'));
  writeFileSync(at('models/truncated.onnx'), whole.subarray(0, whole.length >> 1));
  writeFileSync(at('models/text.onnx'), 'This is no model.\n');
  writeFileSync(at('models/empty.onnx'), '');
  writeFileSync(at('models/outside.onnx'), withExternalData('../secret.bin'));
  writeFileSync(at('secret.bin'), new Uint8Array(64));
  card('typo', '{ "model": "good.onnx",\n  "lables": ["a", "b", "c"] }');
  card('labels', '{ "model": "good.onnx",\n  "labels": ["a", "b"] }');
  card('noModel', '{ "model": "gone.onnx" }');
  writeFileSync(at('images/text.png'), 'This is no picture, whatever its name says.\n');
  writeFileSync(at('images/empty.png'), '');
  const jpeg = readFileSync(path.join(examples, 'photos/rocket.jpg'));
  writeFileSync(at('images/truncated.jpg'), jpeg.subarray(0, jpeg.length >> 1));
  writeFileSync(at('images/huge.png'), pngHeader(60000, 60000));
});
afterAll(() => rmSync(folder, { recursive: true }));

function card(name: string, text: string): void {
  writeFileSync(at(`models/${name}.explain.json`), text);
}

/** A model whose weight lies in a file named by `location`. */
function withExternalData(location: string): Uint8Array {
  const entry = (key: string, value: string) => create(StringStringEntryProtoSchema, { key, value });
  const weight = create(TensorProtoSchema, {
    name: 'w',
    dims: [16n],
    dataType: 1,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [entry('location', location), entry('length', '64')],
  });
  const node = create(NodeProtoSchema, { opType: 'Identity', input: ['w'], output: ['y'] });
  const graph = create(GraphProtoSchema, { name: 'outside', node: [node], initializer: [weight] });
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [create(OperatorSetIdProtoSchema, { version: 17n })],
      graph,
    }),
  );
}

/** Signature, IHDR and the beginning of IDAT of a PNG of that size. */
function pngHeader(width: number, height: number): Uint8Array {
  const bytes = Buffer.alloc(64);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
  bytes.write('IHDR', 12, 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.set([8, 2, 0, 0, 0], 24);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  bytes.writeUInt32BE(1000, 33);
  bytes.write('IDAT', 37, 'latin1');
  return bytes;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe('a bad model or card: exit code 2, nothing on stdout', () => {
  test.each([
    ['truncated.onnx', /truncated\.onnx is not an ONNX model, or it is truncated or damaged/],
    ['text.onnx', /text\.onnx is not (an ONNX model|a model)/],
    ['empty.onnx', /empty\.onnx is not (an ONNX model|a model)/],
    ['gone.onnx', /no model file gone\.onnx/],
    [
      'unknownOperator.onnx',
      /no operator FancyAttention of domain 'com\.example'.*\(node 'extra\/node'\)|FancyAttention.*extra\/node/,
    ],
    ['outside.onnx', /wants to read '..\/secret.bin', which is not inside its own folder/],
    ['typo.explain.json', /no field 'lables' here\. Did you mean 'labels'\?.*typo\.explain\.json:2:3/],
    ['labels.explain.json', /2 labels, but the model's output 'scores:0' has 3 classes.*labels\.explain\.json:2:13/],
    ['noModel.explain.json', /gone\.onnx/],
  ])('%s', async (name, message) => {
    const { code, stdout, stderr } = await cli(['explain', at('images/good.png'), '--model', at(`models/${name}`)]);
    const [sentence, next] = stderr.split('\n');
    expect(sentence).toMatch(message);
    expect(next).toMatch(/^ {2}\S/);
    expect(stderr).not.toMatch(/defect in Saliency Lens|\bat .*\.ts:\d/);
    expect([code, stdout]).toEqual([2, '']);
  });
});

describe('a bad image: exit code 1, its line says why, all others are done', () => {
  test.each([
    ['text.png', /text\.png is a text file|text\.png is (not|no)/i],
    ['empty.png', /empty\.png is empty/],
    ['truncated.jpg', /truncated\.jpg/],
    ['huge.png', /60000/],
    ['gone.png', /gone\.png does not exist/],
  ])('%s', async (name, message) => {
    const out = at(`out-${name}`);
    const images = [at(`images/${name}`), at('images/good.png')];
    const { code, lines, stderr } = await cli(['explain', ...images, '--model', at('models/good.onnx'), '--out', out]);
    expect(code).toBe(1);
    expect(lines.map((line) => line.image)).toEqual(images);
    expect(lines[0]).toMatchObject({
      scores: [],
      maps: [],
      agreement: [],
      error: { kind: 'image', next: expect.any(String) },
    });
    expect(lines[0]!.error!.message).toMatch(message);
    expect(stderr).toContain(lines[0]!.error!.message);
    expect(lines[1]).toMatchObject({ error: null, maps: [{ method: 'gradCam' }] });
    expect(readFileSync(lines[1]!.maps[0]!.png!).length).toBeGreaterThan(1000);
    const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8'));
    expect(manifest.images).toMatchObject([{ error: { kind: 'image' } }, { error: null }]);
  });
});
