import { describe, expect, it } from 'vitest';
import { countText, figureTexts } from '../../src/webview/methods/figures.ts';

describe('figureTexts', () => {
  it('starts with what tells whether to believe the map', () => {
    const texts = figureTexts({ prediction: 2.5, superpixels: 1234, stability: 0.4, r2: 0.9 });
    expect(texts.map(({ title, value }) => `${title}: ${value}`)).toEqual([
      'Stability: 0.400 (noise)',
      'R²: 0.900 (fits well)',
      'Explained value: 2.50',
      'Superpixels: 1,234',
    ]);
  });

  it('shows a figure that nobody has described by its name', () => {
    expect(figureTexts({ novelty: -1 })).toEqual([{ name: 'novelty', title: 'novelty', value: '−1', about: null }]);
  });
});

describe('countText', () => {
  it('says how much has been looked at, where the map tells', () => {
    expect(countText({ masks: 4000 })).toBe('4,000 masks');
    expect(countText({ stability: 1 })).toBeNull();
  });
});
