import { ExplainError } from '../../explainers/errors.ts';

/** The shells that a command line can be written for. */
export type Shell = 'bash' | 'powershell' | 'cmd';

/** @param program the path of a terminal's shell, as VS Code knows it */
export function shellOf(program: string): Shell {
  const name = (program.split(/[/\\]/).at(-1) ?? '').toLowerCase();
  if (/^(?:powershell|pwsh)(?:\.exe|-preview)?$/.test(name)) return 'powershell';
  return name === 'cmd.exe' ? 'cmd' : 'bash';
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal would act upon
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * The words as one line that the shell splits into exactly these words again, whatever they contain.
 * @throws ExplainError `usage`: a control character, which PowerShell and cmd cannot be given in a word
 */
export function commandLine(words: readonly string[], shell: Shell): string {
  return words.map((word) => QUOTE[shell](word)).join(' ');
}

const QUOTE: Readonly<Record<Shell, (word: string) => string>> = {
  bash: (word) => {
    if (CONTROL.test(word)) return `$'${[...word].map(ansiC).join('')}'`;
    return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
  },
  // A comma makes a list there, and `@`, `%` and `{` mean something else.
  powershell: (word) => (/^[\w+=:./\\-]+$/.test(plain(word)) ? word : `'${word.replace(/['‘’‚‛]/g, '$&$&')}'`),
  // A percent sign is expanded even between quotes, so it stands outside of them.
  cmd: (word) =>
    /^[\w@+=:,./\\-]+$/.test(plain(word)) ? word : `"${word.replaceAll('"', '\\"').replaceAll('%', '"^%"')}"`,
};

/** In bash's `$'…'`: control characters, quotes and backslashes as escapes. */
function ansiC(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0)!;
  if (!CONTROL.test(character)) return character;
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

function plain(word: string): string {
  if (!CONTROL.test(word)) return word;
  throw new ExplainError({
    kind: 'usage',
    message: 'A name contains control characters, which this shell cannot be given.',
    subject: 'command line',
    next: 'Rename the file, or choose bash as the default terminal profile.',
  });
}
