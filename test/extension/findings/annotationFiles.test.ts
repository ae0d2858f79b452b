import { describe, expect, it } from 'vitest';
import { IS_ANNOTATION_FILE, isAnnotationName } from '../../../src/extension/findings/annotationFiles.ts';

describe('names of annotation files', () => {
  const [, source, flags] = /\/(.*)\/(\w*)$/.exec(IS_ANNOTATION_FILE)!;
  const inMenu = new RegExp(source!, flags);

  it.each([
    'a.coco.json',
    'BBox_List_2017.csv',
    'image1.xml',
    'image1.txt',
    'A.JSON',
    'explain.json',
    'my-labels.txt',
    'metadata.jsonl',
    'a.tsv',
  ])('%s may be one', (name) => {
    expect([inMenu.test(name), isAnnotationName(`/data/${name}`)]).toEqual([true, true]);
  });

  it.each(['m.explain.json', 'package.json', 'labels.txt', 'README.txt', 'a.png', 'a.md', 'json', 'a.review.jsonl'])(
    '%s is none',
    (name) => {
      expect([inMenu.test(name), isAnnotationName(`/data/${name}`)]).toEqual([false, false]);
    },
  );
});
