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
/** What turns the text around it around: the line would not look like what it does. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/;

/**
 * The words as one line that the shell splits into exactly these words again, whatever they contain.
 * @throws ExplainError `usage`: a control character, which PowerShell and cmd cannot be given in a word
 */
export function commandLine(words: readonly string[], shell: Shell): string {
  return words.map((word) => QUOTE[shell](word)).join(' ');
}

const QUOTE: Readonly<Record<Shell, (word: string) => string>> = {
  bash: (word) => {
    if (CONTROL.test(word) || TURNING.test(word)) return `$'${[...word].map(ansiC).join('')}'`;
    // In zsh, a word that begins with an equals sign is the path of a program.
    return /^(?!=)[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
  },
  // A comma makes a list there, `@`, `%` and `{` mean something else, and `-a.b` would be two words.
  powershell: (word) =>
    /^(?:--?[\w-]+|(?!-)[\w+=:./\\-]+)$/.test(plain(word)) ? word : `'${word.replace(/['‘’‚‛]/g, '$&$&')}'`,
  // A percent sign is expanded even between quotes, so it stands outside of them.
  cmd: (word) => (/^[\w@+=:,./\\-]+$/.test(plain(word)) ? word : word.split('%').map(inQuotes).join('^%')),
};

/**
 * A quote within is doubled, because cmd (which reads the line once more for a batch file, such as npx.cmd) takes it as
 * an end and a beginning, and the program as a character. Backslashes before a quote are doubled for the program.
 */
const inQuotes = (text: string) => `"${text.replace(/(?<!\\)(\\+)(?="|$)/g, '$1$1').replaceAll('"', '""')}"`;

/** In bash's `$'…'`: quotes, backslashes and what a terminal acts upon as escapes. */
function ansiC(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0)!;
  // A terminal may look for earlier commands behind an exclamation mark.
  if (!CONTROL.test(character) && !TURNING.test(character) && character !== '!') return character;
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
