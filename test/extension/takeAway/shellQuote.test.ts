import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, shellOf } from '../../../src/extension/takeAway/shellQuote.ts';

const hostile = fc.string({
  unit: fc.constantFrom('a', ' ', "'", '"', '\\', '$', '`', '(', ')', ';', '&', '|', '<', '>', '*', '?', '!', '#', '~', '%', '{', '}', '=', '^', '\u202e', '\n', '\u001b', '\u0015', 'é', '…', ','), // biome-ignore format: one line
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
        expect(line).not.toMatch(/[\u0000-\u001f\u007f\u202e]/);
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
    ['$(whoami)', "'$(whoami)'"],
    ['=HYPERLINK(', "'=HYPERLINK('"],
    ['--method', '--method'],
    ['-a.png', "'-a.png'"],
  ])('PowerShell: %s', (word, written) => {
    expect(commandLine([word], 'powershell')).toBe(written);
  });

  it.each([
    ['two words', '"two words"'],
    ['a&b', '"a&b"'],
    ['100%PATH%', '"100"^%"PATH"^%""'],
    ['C:\\images\\a.png', 'C:\\images\\a.png'],
    ['text=say "hi" & calc', '"text=say ""hi"" & calc"'],
    ['two words\\', '"two words\\\\"'],
  ])('cmd: %s', (word, written) => {
    expect(commandLine([word], 'cmd')).toBe(written);
  });

  it('is read by cmd, by npx.cmd and by the program as exactly the words that it was made of', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', ' ', '"', '\\', '%', 'PATH', ':~0,1', '^', '&', '|', '<', '>', '(', ')', '!', '=', ';', ','), // biome-ignore format: one line
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
        // What is typed; the same again as `%*` of a batch file, in which percent signs are not looked at again.
        const line = withoutCarets(withoutCarets(expanded(commandLine(words, 'cmd'))));
        expect(argumentsIn(line)).toEqual(words);
      }),
      { numRuns: 2000 },
    );
    expect(() => withoutCarets('"a\\"&calc"')).toThrowError('&');
    expect(expanded('"%PATH%"')).toBe('"C:"');
  });

  it('does not begin with what zsh would look for among the programs', () => {
    expect(commandLine(['=ls', 'a=b'], 'bash')).toBe("'=ls' a=b");
  });

  it('has no exclamation mark after which a terminal looks for an earlier command', () => {
    expect(commandLine(['!!\n'], 'bash')).toBe("$'\\x21\\x21\\x0a'");
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

// How Windows reads a command line, after the documentation of cmd.exe and of CommandLineToArgvW.

/** Variables by their values; what is not known stays, as at a prompt. */
function expanded(line: string): string {
  return line.replace(/%([^%:]*)(:[^%]*)?%/g, (whole, name) => (name.toUpperCase() === 'PATH' ? 'C:' : whole));
}

/** Carets outside of quotes are taken away. @throws at a character that begins another command or names a file */
function withoutCarets(line: string): string {
  let quoted = false;
  let read = '';
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '^' && !quoted) i++;
    else if (line[i] === '"') quoted = !quoted;
    else if (!quoted && /[&|<>()]/.test(line[i]!)) throw new Error(line[i]);
    read += line[i] ?? '';
  }
  return read;
}

/** The words that a program gets. */
function argumentsIn(line: string): string[] {
  const words: string[] = [];
  for (let i = 0; i < line.length; ) {
    if (line[i] === ' ') {
      i++;
      continue;
    }
    let word = '';
    for (let quoted = false; i < line.length && (quoted || line[i] !== ' '); ) {
      let slashes = 0;
      while (line[i + slashes] === '\\') slashes++;
      i += slashes;
      if (line[i] !== '"') {
        word += '\\'.repeat(slashes) + (slashes === 0 ? line[i++] : '');
        continue;
      }
      word += '\\'.repeat(Math.floor(slashes / 2));
      if (slashes % 2 === 1 || (quoted && line[i + 1] === '"')) {
        word += '"';
        i += slashes % 2 === 1 ? 1 : 2;
      } else {
        quoted = !quoted;
        i++;
      }
    }
    words.push(word);
  }
  return words;
}
