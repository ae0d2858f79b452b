import { describe, expect, it } from 'vitest';
import {
  agreementNumber,
  bytes,
  count,
  figure,
  fileName,
  fileOf,
  milliseconds,
  relativePath,
  score,
} from '../../src/webview/format.ts';

describe('format', () => {
  it.each([
    [score(0.9749), '0.97'],
    [score(0.0001), '1.0e−4'],
    [score(0.00412), '0.0041'],
    [score(0.0051), '0.0051'],
    [score(0.0614), '0.061'],
    [score(0.0999), '0.10'],
    [score(0), '0.00'],
    [score(Number.NaN), '–'],
    [figure(0.123456), '0.123'],
    [figure(1234.5), '1235'],
    [figure(-0.5), '−0.500'],
    [figure(0.00001234), '1.2e−5'],
    [figure(0), '0'],
    [agreementNumber(1), '1'],
    [agreementNumber(0.12345), '0.123'],
    [milliseconds(41.4), '41 ms'],
    [milliseconds(12_345), '12.3 s'],
    [bytes(28_400_000), '28 MB'],
    [bytes(512), '512 B'],
    [fileName('/a/b/c.png'), 'c.png'],
    [fileName('C:\\a\\b.png'), 'b.png'],
    [relativePath('/project/a/b.onnx', '/project'), 'a/b.onnx'],
    [relativePath('/else/b.onnx', '/work'), '/else/b.onnx'],
    [relativePath('/workshop/b.onnx', '/work'), '/workshop/b.onnx'],
    [count(1, 'class', 'classes'), '1 class'],
    [count(1000, 'class', 'classes'), '1,000 classes'],
  ])('%s', (made, wanted) => expect(made).toBe(wanted));
});

describe('fileOf', () => {
  it.each([
    ['/a/b.explain.json:4', { path: '/a/b.explain.json', line: 4 }],
    ['/a/b.explain.json:4:12', { path: '/a/b.explain.json', line: 4 }],
    ['C:\\models\\net.onnx', { path: 'C:\\models\\net.onnx' }],
    ['C:\\models\\net.explain.json:7', { path: 'C:\\models\\net.explain.json', line: 7 }],
    ["node 'head/12'", null],
    ['gradCam.layer', null],
    ['/usr/bin', null],
  ])('%s', (subject, file) => expect(fileOf(subject)).toEqual(file));
});
