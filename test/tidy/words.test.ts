// Plain English: the words that mislead a reader most often appear in no document, comment or text of ours.
import { describe, expect, test } from 'vitest';
import { readText, repositoryFiles, sourceFiles } from './files.ts';

const WIDTH = 120;

/** Each word with what to write instead. */
const BAD: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\btold\b/i, 'reported, known, distinguished'],
  [/\banew\b/i, 'again'],
  [/\bbeside\b/i, 'next to, in addition to'],
  [/\bby now\b/i, 'so far'],
  [/\bborne\b/i, 'handled'],
  [/\bshall\b/i, 'must, should'],
  [/\blikewise\b/i, 'in the same way'],
  [/\bwhat there is\b/i, 'the maps so far, the files that exist'],
  [/\bspeaks? (for|of|against)\b/i, 'supports, covers, contradicts'],
  [/\bwhatever\b[^.;]*\bwhatever\b/i, 'one “whatever” in a sentence'],
];

/** Places that may have such a word, each with its reason. */
const EXCEPTIONS: readonly { readonly file: RegExp; readonly line: RegExp; readonly why: string }[] = [
  { file: /^CONTRIBUTING\.md$/, line: /^\| .* \| .* \|$/, why: 'the table of words quotes them' },
  {
    file: /parameterRandomisation\.ts$/,
    line: /make every place speak against the class/,
    why: 'evidence against a class at every place, not a class that is contradicted',
  },
  {
    file: /faithfulness\.md$/,
    line: /make every place speak against the class/,
    why: 'as above',
  },
];

const documents = repositoryFiles().filter((file) => file.endsWith('.md') && file !== 'THIRD-PARTY-NOTICES.md');
const written = [...sourceFiles('src'), ...sourceFiles('test')];

/** Comments and texts of a TypeScript file, with the line each begins on; what templates insert is left out. */
function* prose(source: string): Generator<{ readonly line: number; readonly text: string }> {
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|>[^<>{}=;()]*[a-z] [^<>{}=;()]*</g;
  for (const { 0: found, index } of source.matchAll(token)) {
    if (/^['"`]\S*['"`]$/.test(found)) continue; // a key
    const text = found.replace(/\$\{[^}]*\}/g, ' ').replace(/\s*\n\s*(?:\*|\/\/)? ?/g, ' ');
    yield { line: source.slice(0, index).split('\n').length, text };
  }
}

const faultsIn = (file: string, line: number, text: string): readonly string[] =>
  BAD.filter(([word]) => word.test(text))
    .filter(() => !EXCEPTIONS.some((each) => each.file.test(file) && each.line.test(text)))
    .map(([word, instead]) => `${file}:${line}: ${word.exec(text)![0]} (${instead}): ${text.trim().slice(0, 100)}`);

describe('words', () => {
  test('documents', () => {
    const faults = documents.flatMap((file) =>
      readText(file)
        .split('\n')
        .flatMap((text, i) => faultsIn(file, i + 1, text)),
    );
    expect(faults).toEqual([]);
  });

  test('comments, messages, labels and names of tests', () => {
    const scripts = repositoryFiles().filter((file) => /^scripts\/.*\.mjs$/.test(file));
    const ours = [...written, ...scripts].filter((file) => !file.endsWith('words.test.ts'));
    const faults = ours.flatMap((file) =>
      [...prose(readText(file))].flatMap(({ line, text }) => faultsIn(file, line, text)),
    );
    expect(faults).toEqual([]);
  });

  test('each exception is needed', () => {
    const needed = EXCEPTIONS.filter(({ file, line }) =>
      repositoryFiles().some(
        (name) =>
          file.test(name) &&
          readText(name)
            .split('\n')
            .some((text) => line.test(text) && BAD.some(([w]) => w.test(text))),
      ),
    );
    expect(EXCEPTIONS.filter((each) => !needed.includes(each))).toEqual([]);
  });

  test('the search finds what it looks for', () => {
    const sample =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a source to be searched
      "// It is told anew.\nconst told = `${told} shall`;\nconst s = 'lies beside it';\n<p>what there is </p>";
    const found = [...prose(sample)].flatMap(({ line, text }) => faultsIn('sample.ts', line, text));
    expect(found.map((fault) => fault.split(' (')[0])).toEqual([
      'sample.ts:1: told',
      'sample.ts:1: anew',
      'sample.ts:2: shall',
      'sample.ts:3: beside',
      'sample.ts:4: what there is',
    ]);
  });
});

test(`comments are at most ${WIDTH} columns wide`, () => {
  const wide = written.flatMap((file) =>
    readText(file)
      .split('\n')
      .flatMap((line, i) =>
        line.length > WIDTH && /^\s*(?:\/\/|\/\*|\*)/.test(line) && !/biome-ignore|https?:\/\/\S+$/.test(line)
          ? [`${file}:${i + 1}: ${line.length}`]
          : [],
      ),
  );
  expect(wide).toEqual([]);
});
