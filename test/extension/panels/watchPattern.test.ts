import { describe, expect, it } from 'vitest';
import { escapeGlob, watchPattern } from '../../../src/extension/panels/watchPattern.ts';

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
});
