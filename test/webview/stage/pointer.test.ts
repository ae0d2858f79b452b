import { describe, expect, it } from 'vitest';
import { wheelFactor } from '../../../src/webview/stage/pointer.ts';

const wheel = (deltaY: number, deltaMode = 0, ctrlKey = false) => wheelFactor({ deltaY, deltaMode, ctrlKey });

describe('wheelFactor', () => {
  it('zooms in upwards and out downwards, by the same', () => {
    expect(wheel(-100)).toBeGreaterThan(1);
    expect(wheel(-100) * wheel(100)).toBeCloseTo(1);
  });

  it('takes three lines like a notch of pixels', () => {
    expect(wheel(-3, 1)).toBeCloseTo(wheel(-99));
  });

  it('makes small steps of a pinch count, and huge ones harmless', () => {
    expect(wheel(-4, 0, true)).toBeGreaterThan(wheel(-4));
    expect(wheel(-1e9)).toBeLessThan(2);
  });
});
