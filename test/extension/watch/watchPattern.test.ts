import { describe, expect, it } from 'vitest';
import { formats } from '../../../src/explainers/annotations/formats/formats.ts';
import { ANNOTATION_FILES, escapeGlob, watchPattern } from '../../../src/extension/watch/watchPattern.ts';

describe('watchPattern', () => {
  it.each([
    ['/data/set/a.png', '/data/set', 'a.png'],
    ['/data/set/annotations/*.json', '/data/set/annotations', '*.json'],
    ['/data/**/boxes.csv', '/data', '**/boxes.csv'],
    ['/*.csv', '/', '*.csv'],
  ])('%s', (file, folder, glob) => {
    expect(watchPattern(file)).toEqual({ folder, glob });
  });

  it('escapes what a name has of wildcards', () => {
    expect(escapeGlob('model{v2}*.onnx')).toBe('model[{]v2[}][*].onnx');
  });

  it('hears of every file that may hold annotations or name their classes', () => {
    const endings = ANNOTATION_FILES.replace(/^\*\.\{|\}$/g, '').split(',');
    const needed = formats.flatMap(({ extensions, beside = [] }) => [
      ...extensions,
      ...beside.filter((name) => name.includes('.') && !name.startsWith('_')),
    ]);
    expect(needed.filter((name) => !endings.includes(name.split('.').at(-1)!))).toEqual([]);
  });
});
