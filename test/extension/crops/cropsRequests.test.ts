import { describe, expect, it } from 'vitest';
import { checkCrops } from '../../../src/extension/crops/cropsRequests.ts';

// The sheet of crops names its tiles by their places, and nothing else.

describe('what the sheet of crops may request', () => {
  it('is what its own code sends', () => {
    checkCrops('ready', {});
    checkCrops('pictures', { at: [0, 15], side: 232 });
    for (const action of ['right', 'wrong', 'unsure', 'takeBack']) checkCrops('judge', { at: [3], action });
    checkCrops('open', { at: 7 });
  });

  it.each([
    ['ready', { file: '/etc/passwd' }],
    ['pictures', { at: '0', side: 232 }],
    ['pictures', { at: Array.from({ length: 65 }, (_, i) => i), side: 232 }],
    ['pictures', { at: [0], side: 4096 }],
    ['judge', { at: [-1], action: 'right' }],
    ['judge', { at: [1], action: 'open' }],
    ['open', { at: 'a.png' }],
  ] as const)('%s is refused with %j', (method, params) => {
    expect(() => checkCrops(method, params)).toThrow(`unknown form ('${method}')`);
  });
});
