import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExplainError, errorReport } from '../../src/explainers/errors.ts';
import { errorText, LONGEST_MESSAGE } from '../../src/explainers/errorText.ts';

/** What neither a terminal nor a page may get: control characters, direction marks, halves of characters. */
const RAW = /[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029]/u;

const hostile = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\u001b', '\u202e', '\n', '\u009b', '\ud800', "'", '"', '😀'),
  ),
  maxLength: 3000,
});

describe('texts of errors', () => {
  test('no text of an error holds what cannot be seen, or is longer than a message may be', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (message, subject, next) => {
        const report = errorReport(new ExplainError({ kind: 'card', message, subject, next }));
        for (const text of [report.message, report.subject!, report.next!]) expect(text).not.toMatch(RAW);
        expect(report.message.length).toBeLessThanOrEqual(LONGEST_MESSAGE);
        expect(report.next!.length).toBeLessThanOrEqual(LONGEST_MESSAGE);
        expect(errorText(report.message)).toBe(report.message);
      }),
    );
  });

  test('what can be read stays as it is, and what cannot is written out', () => {
    expect(errorText('Größe 3 × 4: “ok” 😀')).toBe('Größe 3 × 4: “ok” 😀');
    expect(errorText("no field 'a\u001b]0;x\u202eb'\n here")).toBe("no field 'a\\x1b]0;x\\u202eb' here");
  });

  test('a long value is cut in its middle, and the sentence round it stays whole', () => {
    const cut = errorText(`The alias '${'a'.repeat(4000)}' stands for '${'b'.repeat(4000)}', which is no label.`);
    expect(cut).toMatch(/^The alias 'a+…a+' stands for 'b+…b+', which is no label\.$/);
  });

  test('a defect names its place in the code, and whoever knows more says it', () => {
    const thrown = (function walker() {
      return new TypeError('x is not a function');
    })();
    expect(errorReport(thrown)).toMatchObject({ kind: 'internal', subject: 'in walker' });
    expect(errorReport('text').subject).toBe('in Saliency Lens');
    expect(errorReport(thrown, 'gradCam of a.png').subject).toBe('gradCam of a.png');
  });

  test('what has an empty name is named all the same', () => {
    const of = (subject: string) => new ExplainError({ kind: 'model', message: 'Missing.', subject }).subject;
    expect([of(''), of(' '), of('a')]).toEqual(["''", "' '", 'a']);
  });
});
