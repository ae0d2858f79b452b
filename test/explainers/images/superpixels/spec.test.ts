import { describe, expect, test } from 'vitest';
import { ExplainError } from '../../../../src/explainers/errors.ts';
import {
  formatSegments,
  LIME_SEGMENTS,
  parseSegments,
  SEGMENT_SUGGESTIONS,
  SEGMENTS_FORM,
  SHAMSUL_SHAP_SEGMENTS,
  segmentsParameter,
} from '../../../../src/explainers/images/superpixels/spec.ts';

describe('the text form', () => {
  test.each([
    ['labels.npy', { kind: 'file', path: 'labels.npy' }],
    ['C:\\data\\slic.NPY', { kind: 'file', path: 'C:\\data\\slic.NPY' }],
    ['grid:x.png', { kind: 'file', path: 'grid:x.png' }],
    ['grid:3x5', { kind: 'segmenter', id: 'grid', values: { rows: 3, columns: 5 } }],
    ['grid:columns=5', { kind: 'segmenter', id: 'grid', values: { rows: 7, columns: 5 } }],
    [
      ' slic: segments = 50 , connected=false ',
      {
        kind: 'segmenter',
        id: 'slic',
        values: { segments: 50, compactness: 10, sigma: 0, iterations: 10, connected: false, of: 'pixels' },
      },
    ],
    [
      LIME_SEGMENTS,
      {
        kind: 'segmenter',
        id: 'quickshift',
        values: { kernelSize: 4, maxDist: 200, ratio: 0.2, sigma: 0, seed: 42, of: 'pixels' },
      },
    ],
    [
      SHAMSUL_SHAP_SEGMENTS,
      {
        kind: 'segmenter',
        id: 'slic',
        values: { segments: 50, compactness: 30, sigma: 3, iterations: 10, connected: true, of: 'input' },
      },
    ],
  ])('%s', (text, spec) => {
    expect(parseSegments(text)).toEqual(spec);
  });

  test('a file is found as the caller says', () => {
    expect(parseSegments('a.npy', (file) => `/there/${file}`)).toEqual({ kind: 'file', path: '/there/a.npy' });
  });

  test.each([...SEGMENT_SUGGESTIONS, SHAMSUL_SHAP_SEGMENTS, 'felzenszwalb:scale=3', 'a.npy'])(
    '%s comes back',
    (text) => {
      const spec = parseSegments(text);
      expect(formatSegments(spec)).toBe(text);
      expect(parseSegments(formatSegments(spec))).toEqual(spec);
    },
  );

  test('is reported in one line', () => {
    expect(SEGMENTS_FORM).toBe('FILE.npy|FILE.png|grid:RxC|quickshift|slic|felzenszwalb|watershed[:key=value,…]');
    expect(segmentsParameter('slic').default).toBe('slic');
  });
});

test.each([
  ['quikshift', "'quikshift' is not a kind of superpixels. Did you mean 'quickshift'?"],
  ['', "'' is not a kind of superpixels."],
  ['labels.npz', "'labels.npz' is not a kind of superpixels."],
  ['slic:compactnes=3', "slic has no parameter 'compactnes'. Did you mean 'compactness'?"],
  ['slic:constructor=3', "slic has no parameter 'constructor'."],
  ['slic:50', "'slic:' must be followed by key=value, not by '50'."],
  ['grid:7', "'grid:' must be followed by RxC, such as grid:7x7, not by '7'."],
  ['slic:segments=50,segments=60', "slic is given 'segments' twice."],
  ['slic:segments=2.5', "slic's segments must be a whole number, not '2.5'."],
  ['slic:segments=0', "slic's segments must be from 1 to 100000, not '0'."],
  ['quickshift:maxDist=-1', "quickshift's maxDist must be at least 0, not '-1'."],
  ['quickshift:ratio=', "quickshift's ratio must be a number, not ''."],
  ['slic:connected=yes', "slic's connected must be true or false, not 'yes'."],
  ['slic:of=pixel', "slic's of must be one of pixels, input, not 'pixel'."],
])('%s: %s', (text, message) => {
  try {
    parseSegments(text);
    expect.unreachable();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ExplainError);
    expect(thrown).toMatchObject({ kind: 'usage', message, subject: text || "''" });
    expect((thrown as ExplainError).next).toMatch(/\.$/);
  }
});
