import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, shellOf } from '../../../src/extension/takeAway/shellQuote.ts';

const hostile = fc.string({
  unit: fc.constantFrom('a', ' ', "'", '"', '\\', '$', '`', '(', ')', ';', '&', '|', '<', '>', '*', '?', '!', '#', '~', '%', '{', '}', '\n', '\u001b', '\u0015', 'é', '…', ','), // biome-ignore format: one line
  maxLength: 12,
});

describe('a copied command line', () => {
  it('is split by bash into exactly the words that it was made of', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 8 }), (words) => {
        const line = commandLine(words, 'bash');
        const script = `show() { for word in "$@"; do printf '%s\\0' "$word"; done; }; show ${line}`;
        const heard = execFileSync('bash', ['-c', script], {
          env: { LC_ALL: 'C.UTF-8' },
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        expect(heard.split('\0').slice(0, -1)).toEqual(words);
        // Nothing that a terminal acts upon when the line is pasted.
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
        expect(line).not.toMatch(/[\u0000-\u001f\u007f]/);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['gradCam,lrp', "'gradCam,lrp'"],
    ["it's", "'it''s'"],
    ['$env:PATH', "'$env:PATH'"],
    ['C:\\images\\a.png', 'C:\\images\\a.png'],
    ['two words', "'two words'"],
    ['`whoami`', "'`whoami`'"],
  ])('PowerShell: %s', (word, written) => {
    expect(commandLine([word], 'powershell')).toBe(written);
  });

  it.each([
    ['two words', '"two words"'],
    ['a&b', '"a&b"'],
    ['100%PATH%', '"100"^%"PATH"^%""'],
    ['C:\\images\\a.png', 'C:\\images\\a.png'],
  ])('cmd: %s', (word, written) => {
    expect(commandLine([word], 'cmd')).toBe(written);
  });

  it.each(['powershell', 'cmd'] as const)('%s is given no control character', (shell) => {
    expect(() => commandLine(['bell\u0007'], shell)).toThrowError(/control characters/);
  });

  it.each([
    ['/bin/zsh', 'bash'],
    ['C:\\Windows\\System32\\cmd.exe', 'cmd'],
    ['C:\\Program Files\\PowerShell\\7\\pwsh.exe', 'powershell'],
    ['powershell', 'powershell'],
    ['', 'bash'],
  ])('%s is %s', (program, shell) => {
    expect(shellOf(program)).toBe(shell);
  });
});
