import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { errorReport } from '../../../src/explainers/errors.ts';
import { openModel } from '../../../src/explainers/importers/importers.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-other-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function refusal(name: string, content: string | Uint8Array) {
  const file = path.join(folder, name);
  writeFileSync(file, typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
  return errorReport(
    await openModel(file).then(
      () => undefined,
      (thrown: unknown) => thrown,
    ),
  );
}

// Whatever the ending says: the content does.
test.each([
  ['Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n', /git lfs pull/],
  ['HTML page', '<!DOCTYPE html><html><head><title>Sign in</title>', /login/],
  ['PyTorch', 'PK\x03\x04\0\0\0\0\0\0model/data.pkl', /saliency-lens import[\s\S]*torch\.onnx\.export/],
  ['PyTorch', '\x80\x02}q\0(X', /saliency-lens import[\s\S]*torch\.onnx\.export/],
  ['ZIP archive', 'PK\x03\x04\x14\0\0\0readme.txt', /Unpack/],
  ['TensorFlow Lite', '\x1c\0\0\0TFL3\x14\0', /tf2onnx/],
  ['ONNX Runtime’s own format', '\x08\0\0\0ORTM\0\0', /made from/],
  ['safetensors', '\x50\0\0\0\0\0\0\0{"conv.weight":{"dtype":"F32"', /saliency-lens import[\s\S]*torch\.onnx\.export/],
  ['TensorRT', 'ftrt\0\0\0\0', /built from/],
  ['OpenVINO', '<?xml version="1.0"?>\n<net name="model" version="11">', /converted from/],
  ['empty', '', /again/],
  ['full of zeros', '\0'.repeat(4096), /again/],
  ['XML text', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /server/],
  ['JSON text', '{"epoch": 3}', /model card/],
  ['archive', '\x1f\x8b\x08\0\0', /Unpack/],
])('%s is called what it is', async (what, content, next) => {
  const report = await refusal('model.onnx', content);
  expect(report.kind).toBe('model');
  expect(report.message).toContain(what);
  expect(report.message).toContain('model.onnx');
  expect(report.next).toMatch(next);
});

test.each([['config.json', 'Hugging Face', /\w/]])('a folder that holds %s is named', async (inside, what, next) => {
  const place = path.join(folder, what.replace(' ', ''));
  mkdirSync(place);
  writeFileSync(path.join(place, inside), '{}');
  const report = errorReport(
    await openModel(place).then(
      () => undefined,
      (thrown: unknown) => thrown,
    ),
  );
  expect(report.message).toContain(what);
  expect(report.next).toMatch(next);
});

test.each([
  ['model.mlmodel', 'Core ML'],
  ['saved_model.pb', 'TensorFlow'],
])('%s begins as an ONNX file might: its name tells', async (name, what) => {
  expect((await refusal(name, '\x08\x07\x12\x0cabcdefghijkl')).message).toContain(what);
});

test('weights next to the model that are a Git LFS pointer', async () => {
  cpSync(path.join(import.meta.dirname, '../../fixtures/models/external'), folder, { recursive: true });
  const model = path.join(folder, 'model.onnx');
  await openModel(model);
  writeFileSync(`${model}.data`, `version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n`);
  await expect(openModel(model)).rejects.toMatchObject({
    message: expect.stringMatching(/data file .* Git LFS pointer/),
    next: expect.stringMatching(/git lfs pull/),
  });
});
