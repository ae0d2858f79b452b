import { describe, expect, test } from 'vitest';
import type { Preprocessing } from '../../src/explainers/contracts/card.ts';
import type { Trial } from '../../src/explainers/contracts/setUp.ts';
import { changeOf, choicesOf, formOf, isTrial, mistakesIn, withTrial } from '../../src/webview/setUp/form.ts';

const input: Preprocessing = {
  size: [224, 224],
  resize: 'crop',
  cropFraction: 0.875,
  fill: 114,
  antialias: true,
  interpolation: 'bicubic',
  channels: 'rgb',
  layout: 'nchw',
  scale: 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.5, 0.5, 0.5],
};
const form = formOf(input, 'multi-class');
const trial = (change: Trial['change']): Trial => ({
  ...{ resize: 'squash', channels: 'bgr', values: '0 … 1', best: [], present: false },
  change,
});

describe('the form of Set Up Model', () => {
  test('holds the settings of the card, and gives them back', () => {
    const { size: _, layout: __, fill: ___, std: ____, ...same } = input;
    expect(changeOf(form)).toEqual({ change: { ...same, std: [0.5] } });
  });

  test.each([
    ['scale', '0'],
    ['scale', '1, 2'],
    ['mean', ''],
    ['mean', '0.5, x'],
    ['std', '0'],
    ['std', '-1'],
    ['cropFraction', '1.2'],
  ] as const)('%s of %j is a mistake, which is said at the field', (key, text) => {
    const changed = { ...form, [key]: text };
    expect(Object.keys(mistakesIn(changed, 3))).toEqual([key]);
    expect(changeOf(changed)).toHaveProperty('mistakes');
  });

  test('a field that is not shown is no mistake', () => {
    expect(mistakesIn({ ...form, resize: 'squash', cropFraction: 'x', fill: 'x' }, 3)).toEqual({});
    expect(Object.keys(mistakesIn({ ...form, resize: 'letterbox', fill: '300' }, 3))).toEqual(['fill']);
  });

  test('a usual preprocessing is taken over, and recognised; what it does not say stays', () => {
    const one = trial({ resize: 'squash', channels: 'bgr', scale: 1, mean: [0], std: [1] });
    expect(isTrial(form, one)).toBe(false);
    const taken = withTrial(form, one);
    expect(isTrial(taken, one)).toBe(true);
    expect(taken).toMatchObject({ interpolation: 'bicubic', scale: '1', mean: '0', channels: 'bgr' });
  });

  test('labels that are typed must be as many as the classes', () => {
    const typed = { ...form, labels: 'typed', typed: ' cat \n\ndog\r\n' } as const;
    expect(mistakesIn(typed, 3)).toEqual({ typed: '2 of 3' });
    expect(choicesOf(typed, {}, 'multi-class')).toEqual({ change: {}, labels: ['cat', 'dog'], task: null });
    expect(choicesOf({ ...form, labels: 'imagenet', task: 'multi-label' }, {}, 'multi-class')).toEqual({
      change: {},
      labels: 'imagenet',
      task: 'multi-label',
    });
  });
});
