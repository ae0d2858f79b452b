import { expect, test } from 'vitest';
import { metadataJsonl } from '../../../../src/explainers/annotations/formats/labels/metadataJsonl.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('as pandas writes it', () => {
  expectAsTheTools(metadataJsonl);
  expect(metadataJsonl.parse(fixture('metadataJsonl/files/metadata.jsonl')).labels).toEqual(['cat', 'dog']);
  expect(metadataJsonl.parse(fixture('metadataJsonl/files/detection.jsonl')).labels).toBeNull();
});

test('numbers get their names from a file nearby', () => {
  const beside = new Map([['classes.txt', new TextEncoder().encode('cat\ndog\n')]]);
  const { images } = metadataJsonl.parse({ ...text('a.jsonl', '{"file_name": "a.png", "labels": [1, 0, 9]}'), beside });
  expect(images[0]!.annotations.map(({ label }) => label)).toEqual(['dog', 'cat', '9']);
});

test('malformed: broken lines, boxes without categories, no image at all', () => {
  const lines =
    '{"file_name": "a.png"}\n{"file_name": \n[1]\n{"label": "cat"}\n{"file_name": "b.png", "objects": {"bbox": [[1, 2, 3, 4]], "categories": []}}';
  expect(metadataJsonl.parse(text('a.jsonl', lines)).problems).toEqual([
    'line 2: it is not valid JSON',
    'line 3: it is no object',
    'line 4: it has no "file_name"',
    'line 5: its "objects" have not one category for each "bbox", so they are left out',
  ]);
  expectError(
    metadataJsonl,
    text('bad.jsonl', '{"label": 1}'),
    'bad.jsonl:1',
    'The file has no line with the name of an image.',
  );
});
