import { describe, expect, test } from 'vitest';
import { labelsOf, parseLabels, pythonLabels } from '../../../src/explainers/models/card/labelFile.ts';
import { closest } from '../../../src/explainers/suggest.ts';

describe('label files', () => {
  test.each([
    ['plain lines', 'labels.txt', 'cat\ndog\n\n', ['cat', 'dog']],
    ['Windows lines and a byte order mark', 'labels.txt', '\uFEFFcat\r\ndog\r\n', ['cat', 'dog']],
    [
      'numbered lines (Teachable Machine)',
      'labels.txt',
      '0 Normal chest X-ray\n1 Covid19\n',
      ['Normal chest X-ray', 'Covid19'],
    ],
    ['names that begin with another number', 'classes.txt', '3 wheels\n4 wheels', ['3 wheels', '4 wheels']],
    ['a JSON list', 'classes.json', '["cat", "dog"]', ['cat', 'dog']],
    [
      'objects with index',
      'classes.json',
      '[{"index": 1, "name": "dog"}, {"index": 0, "name": "cat"}]',
      ['cat', 'dog'],
    ],
    [
      "Keras' imagenet_class_index",
      'classes.json',
      '{"0": ["n01", "tench"], "1": ["n02", "goldfish"]}',
      ['tench', 'goldfish'],
    ],
    ['name to index', 'classes.json', '{"dog": 1, "cat": 0}', ['cat', 'dog']],
    ['id2label', 'labels.json', '{"id2label": {"0": "cat", "1": "dog"}}', ['cat', 'dog']],
    ['YOLO, flow list', 'data.yaml', 'path: x\nnames: [cat, "big, dog"] # two\nnc: 2', ['cat', 'big, dog']],
    ['YOLO, block list', 'data.yaml', "names:\n  - cat\n  - 'dog'\nnc: 2", ['cat', 'dog']],
    [
      'YOLO, over several lines, with anchors and quotes',
      'data.yaml',
      "a: &n [cat, 'it''s',\n  no, 1.50]\nnames: *n",
      ['cat', "it's", 'no', '1.50'],
    ],
    ['YOLO, indices in any order', 'data.yaml', 'names: {1: dog, 0: cat}', ['cat', 'dog']],
    ['YOLO, block of indices', 'data.yml', 'names:\n  0: cat\n  1: dog\n', ['cat', 'dog']],
  ])('%s', (_, file, text, labels) => {
    expect(parseLabels(text, file)).toEqual(labels);
  });

  test.each([
    ['labels.txt', ''],
    ['classes.json', '{"0": "cat", "2": "dog"}'],
    ['classes.json', '[1, 2]'],
    ['classes.json', '{'],
    ['data.yaml', 'nc: 3'],
  ])('%s with %j is refused', (file, text) => {
    expect(() => parseLabels(text, file)).toThrow(expect.objectContaining({ kind: 'card', subject: file }));
  });

  test('YAML that is none names its line', () => {
    expect(() => parseLabels('a: 1\nnames: [cat, "dog\n', 'data.yaml')).toThrow(
      expect.objectContaining({ kind: 'card', message: expect.stringContaining('not valid YAML') }),
    );
    expect(() => parseLabels('a: 1\nb\n- [', 'data.yaml')).toThrow(
      expect.objectContaining({ subject: expect.stringMatching(/^data\.yaml:[23]$/) }),
    );
  });

  test('texts that are long and say little end soon', () => {
    const spaces = ' '.repeat(200_000);
    const start = process.cpuUsage();
    for (const text of [
      `names: {${spaces}`,
      `train: images\n${spaces}names: x`,
      `names: a\n${' \t'.repeat(100_000)}\nval: b`,
      `names: [${spaces}x`,
      `names: ${'['.repeat(20_000)}`,
      `names:\n${'  a: 1\n'.repeat(50_000)}`,
      `names: {${"'a".repeat(50_000)}`,
    ]) {
      expect(() => parseLabels(text, 'data.yaml')).toThrow(expect.objectContaining({ kind: 'card' }));
    }
    for (const text of [
      `{${spaces}`,
      `{${spaces}}`,
      `{${'0:'.repeat(100_000)}}`,
      `[${"'".repeat(100_000)}]`,
      `{${spaces}0${spaces}}`,
    ])
      pythonLabels(text);
    expect(closest('x'.repeat(60_000), ['y'.repeat(60_000)])).toBeUndefined();
    expect(closest('labls', ['x'.repeat(60_000), 'labels'])).toBe('labels');
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(5000);
  });

  test.each([
    [`['tench', "it's", 'a, b',]`, ['tench', "it's", 'a, b']],
    [`{1: 'b', 0: 'a'}`, ['a', 'b']],
    [`{0: 'a\\'b'}`, ["a'b"]],
    ['[cat, big dog]', ['cat', 'big dog']],
    [`{0: {'a': 1}}`, []],
    [`['a' 'b']`, []],
    [`{0: 'a', 2: 'b'}`, []],
    ['[]', []],
  ])('%s', (literal, labels) => expect(pythonLabels(literal)).toEqual(labels));

  test("Ultralytics' metadata is a Python literal", () => {
    expect(pythonLabels(`{0: 'tench', 1: "it's", 2: 'a, b'}`)).toEqual(['tench', "it's", 'a, b']);
    expect(pythonLabels('tench')).toEqual([]);
    expect(labelsOf(null)).toEqual([]);
  });
});
