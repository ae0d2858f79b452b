import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedSetting, type SettingSpec } from '../../src/extension/boundedSetting.ts';
import { SETTINGS } from '../../src/extension/settingsTable.ts';

describe('a setting that a workspace brings', () => {
  it.each([
    ['threads', 2000, 256],
    ['threads', -5, 0],
    ['threads', 2.6, 3],
    ['threads', '8', 0],
    ['threads', Number.NaN, 0],
    ['batchMemory', 1e300, 1_048_576],
    ['idleMinutes', 1e9, 10_080],
    ['idleMinutes', -1, 0],
    ['opacity', 7, 1],
    ['device', 'cuda; rm -rf', 'auto'],
    ['checkLabels.minimumScore', null, 0],
    ['checkLabels.followProblems', 'no', true],
    ['methods', ['gradCam', 3, 'gradCam', 'x'.repeat(10_000)], ['gradCam']],
    ['methods', 'gradCam', ['gradCam']],
  ] as const)('%s: %j counts as %j', (key, value, counted) => {
    expect(boundedSetting(SETTINGS[key], value)).toEqual(counted);
  });

  it('is within its schema, whatever it is', () => {
    const value = fc.oneof(fc.anything(), fc.double(), fc.integer(), fc.array(fc.string()), fc.string());
    for (const spec of Object.values<SettingSpec>(SETTINGS)) {
      fc.assert(
        fc.property(value, (given) => {
          const bounded = boundedSetting(spec, given);
          if (Array.isArray(spec.default)) {
            expect(Array.isArray(bounded)).toBe(true);
            expect((bounded as unknown[]).length).toBeLessThanOrEqual(200);
          } else expect(typeof bounded).toBe(typeof spec.default);
          if (typeof bounded === 'number') {
            expect(bounded).toBeGreaterThanOrEqual(spec.minimum ?? -Infinity);
            expect(bounded).toBeLessThanOrEqual(spec.maximum ?? Infinity);
            if (spec.type === 'integer') expect(Number.isInteger(bounded)).toBe(true);
          }
          if (spec.enum) expect(spec.enum).toContain(bounded);
        }),
      );
    }
  });

  it('has bounds wherever it is a number', () => {
    const loose = Object.entries<SettingSpec>(SETTINGS).filter(
      ([, { type, minimum, maximum }]) =>
        /number|integer/.test(type) && (minimum === undefined || maximum === undefined),
    );
    expect(loose).toEqual([]);
  });
});
