import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { doorOf } from '../../../src/explainers/cli/door.ts';
import { findingsPage } from '../../../src/explainers/cli/pages/findingsPage.ts';
import { imagePage } from '../../../src/explainers/cli/pages/imagePage.ts';
import { bold, plain, red } from '../../../src/explainers/cli/pages/style.ts';
import { cutTo, textTable, wrapped } from '../../../src/explainers/cli/pages/textTable.ts';
import type { Finding, FindingKindInfo } from '../../../src/explainers/contracts/results.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '漢', '字', '👩‍👩‍👧', 'é', 'ß', '\u202e', '\u001b', '\n', '\ufdd0', '…'), maxLength: 40 }); // biome-ignore format: one line
const widest = (page: string) =>
  Math.max(
    ...plain(page)
      .split('\n')
      .map((line) => stringWidth(line)),
  );

describe('tables', () => {
  test('numbers to the right, the rest to the left', () => {
    const rows = [
      ['Mass', 0.98],
      ['No finding', 10.5],
    ];
    expect(plain(textTable(['class', 'score'], rows, 80))).toBe(
      '  class        score\n  Mass         0.980\n  No finding  10.500',
    );
  });

  test('wide characters count as two, and a cell that is cut ends in …', () => {
    expect(plain(textTable(['名', 'n'], [['漢字', 1], ['a', 22]], 80))).toBe('  名     n\n  漢字   1\n  a     22'); // biome-ignore format: one line
    expect([cutTo('漢字漢字', 5), cutTo('abcdef', 5), cutTo('abc', 5)]).toEqual(['漢字…', 'abcd…', 'abc']);
  });

  test('columns that do not fit stand below, behind the first ones', () => {
    const page = plain(textTable(['class', 'pointingGame', 'energyPointing'], [['Mass', 0.5, 0.25]], 26));
    expect(page).toBe(
      '  class  pointingGame\n  Mass          0.500\n\n  class  energyPointing\n  Mass            0.250',
    );
  });

  test('whatever the cells hold, no line is wider than the terminal, and nothing acts on it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, text, fc.double({ noNaN: true, min: -999, max: 999 })), { maxLength: 5 }),
        fc.integer({ min: 24, max: 120 }),
        (rows, width) => {
          const page = textTable(['class', 'where', 'score'], rows, width);
          expect(widest(page)).toBeLessThanOrEqual(width);
          expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
        },
      ),
    );
  });

  test('a text is wrapped at its words, and in them where it must be', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'bc', ' ', '漢'), maxLength: 80 }),
        fc.integer({ min: 12, max: 40 }),
        (long, width) => {
          const lines = wrapped(long, width, '  ').split('\n');
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
          expect(
            lines
              .map((line) => line.slice(2))
              .join('')
              .replaceAll(' ', ''),
          ).toBe(long.replaceAll(' ', ''));
        },
      ),
    );
  });
});

describe('pages', () => {
  const scores = Array.from({ length: 12 }, (_, index) => ({ index, label: `class ${index}`, logit: -index, score: 1 / (index + 2), threshold: 0.5, predicted: index === 0 })); // biome-ignore format: one line

  test('of an image: the best classes, agreement next to them, reasons, files', () => {
    const map = { method: 'gradCam', index: 3, label: 'class 3', notes: ['A note.'], figures: {} } as never;
    const agreement = [
      { method: 'gradCam', index: 3, metric: 'iou', value: 0.25 },
      { method: 'gradCam', index: 3, metric: 'auc', value: null, reason: 'nothing is drawn' },
      { method: 'gradCam', index: 3, metric: 'dice', value: 0.4 },
    ];
    const page = imagePage({ image: 'a\u001b[8m.png', scores, maps: [{ map, npy: 'o/a.npy', png: 'o/a.png', best: null }], agreement, error: null }, 80); // biome-ignore format: one line
    expect(plain(page)).toMatch(/^a\\x1b\[8m\.png\n {4}class +score +iou +auc\n {2}\* class 0 +0\.500 /);
    expect(plain(page)).toMatch(
      / {4}class 3 +0\.200 .* 0\.250 +–\n {2}and 8 classes with lower scores\n {2}–: nothing is drawn\n {2}gradCam: A note\.\n {2}o\/a\.png\n\n$/,
    );
    expect(page).not.toContain('dice');
  });

  test('of an image that failed: what happened and what to do', () => {
    const error = { kind: 'image', message: 'It is no image.', subject: 'a.png', next: 'Choose another.' } as const;
    expect(plain(imagePage({ image: 'a.png', scores: [], error }, 80))).toBe(
      'a.png\n  It is no image. (a.png)\n  Choose another.\n\n',
    );
  });

  test('of several methods: a table of their own', () => {
    const agreement = ['gradCam', 'lrp'].map((method) => ({ method, index: 0, metric: 'iou', value: 0.5 }));
    expect(plain(imagePage({ image: 'a.png', scores, agreement, error: null }, 80))).toContain('  method   class      iou\n  gradCam  class 0  0.500\n  lrp      class 0  0.500'); // biome-ignore format: one line
  });

  test('of findings: by kind, with what each means; a long list says how many more there are', () => {
    const kinds = [
      { id: 'doubtful', title: 'Doubtful', definition: 'What it means.' },
    ] as unknown as readonly FindingKindInfo[];
    const findings = Array.from({ length: 25 }, (_, i) => ({ kind: 'doubtful', score: 1 - i / 100, image: `${i}.png`, label: 'Mass', places: [{ file: 'l.json', line: i }], verdict: null })) as unknown as readonly Finding[]; // biome-ignore format: one line
    const page = plain(findingsPage(findings, kinds, 80));
    expect(page).toMatch(
      /^Doubtful\n {2}What it means\.\n {2}score +image +class +where\n {2}1\.000 +0\.png +Mass +l\.json:0\n/,
    );
    expect(page).toContain('and 5 more; --limit N shows more of them');
    expect(plain(findingsPage(findings, kinds, 80, 25))).not.toContain('more');
    expect(findingsPage([], kinds, 80)).toBe('');
  });
});

describe('the terminal’s door', () => {
  const nasty = fc.string({ unit: fc.oneof(fc.constantFrom('\u001b', '\u009b', '\u202e', '\u2066', '\r', '\n', '\ufdd0', '\u2028', '\u0007', '"', '\\'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })), maxLength: 30 }); // biome-ignore format: one line
  const through = (colours: boolean) => {
    const said = { stdout: '', stderr: '' };
    const door = doorOf({
      cwd: '/',
      stdout: (each) => { said.stdout += each; },
      stderr: (each) => { said.stderr += each; },
      interactive: true,
      screen: { columns: 80, colours },
      signal: new AbortController().signal,
    }); // biome-ignore format: one line
    return { door, said };
  };

  test('nothing that a terminal acts on gets through, whatever is said; JSON stays the same data', () => {
    fc.assert(
      fc.property(nasty, (said) => {
        const one = through(true);
        one.door.stdout(`${JSON.stringify({ said })}\n`);
        expect(JSON.parse(one.said.stdout)).toEqual({ said });
        one.door.stderr(said);
        one.door.page(plain(said));
        for (const each of Object.values(one.said))
          expect(each.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
      }),
    );
  });

  test('colours only where they are wanted, and always ended', () => {
    const [with_, without] = [through(true), through(false)];
    for (const { door } of [with_, without]) door.page(`${bold('a')} ${red('b')}`);
    expect(with_.said.stdout).toBe('\u001b[1ma\u001b[0m \u001b[31mb\u001b[0m');
    expect(without.said.stdout).toBe('a b');
  });
});
