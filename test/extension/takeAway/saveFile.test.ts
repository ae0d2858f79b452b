import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

vi.mock('vscode', () => ({}));
const { fileNameOf } = await import('../../../src/extension/takeAway/saveFile.ts');

describe('the name that a file is saved under', () => {
  it.each([
    ['RG1.png.gradCam.4.png', 'RG1.png.gradCam.4.png'],
    ['../../etc/passwd', '_._etc_passwd'],
    ['a\u202Egnp.exe', 'a_gnp.exe'],
    ['..', 'explained'],
    [`${'x'.repeat(500)}.svg`, `${'x'.repeat(120)}.svg`],
  ])('%s → %s', (proposed, name) => {
    expect(fileNameOf(proposed)).toBe(name);
  });

  it('stays in its folder, whatever a page proposes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (proposed) => {
        const name = fileNameOf(proposed);
        expect(path.basename(name)).toBe(name);
        expect(name.length).toBeLessThan(160);
        expect(['', '.', '..']).not.toContain(name);
      }),
    );
  });
});
