import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restoredStart } from '../../../src/extension/panels/restore.ts';

const a = path.resolve('a.png');
const b = path.resolve('b.png');

describe('restoredStart', () => {
  it('gives back what a page persisted', () => {
    const state = { version: 1, navigation: { images: [a, b], current: 1, model: path.resolve('m.explain.json') } };
    expect(restoredStart(state)).toEqual({
      focus: null,
      images: [a, b],
      current: 1,
      model: path.resolve('m.explain.json'),
    });
  });

  it('gives a sound start or none for any state', () => {
    const images = fc.array(fc.oneof(fc.constantFrom(a, b), fc.anything()), { maxLength: 5 });
    const state = fc.oneof(
      fc.anything(),
      fc.record({ navigation: fc.record({ images, current: fc.anything(), model: fc.anything() }) }),
    );
    fc.assert(
      fc.property(state, (value) => {
        const start = restoredStart(value);
        if (!start) return;
        expect(start.images.every((image) => path.isAbsolute(image))).toBe(true);
        expect(start.images[start.current]).toBeDefined();
        expect(start.model === null || path.isAbsolute(start.model)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
