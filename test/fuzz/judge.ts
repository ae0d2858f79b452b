import { errorReport } from '../../src/explainers/errors.ts';

const LONGEST = 500;
/** Control characters, and marks that change the direction of text; a line break may stand in a message. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
/** Source paths of the runtime, and stack traces. */
const INNARDS = /onnxruntime_src|\.(?:cc|cpp|h):\d+|\n\s+at \S+ \(/;

const rules: readonly {
  readonly fault: string;
  readonly broken: (report: ReturnType<typeof errorReport>) => boolean;
}[] = [
  { fault: 'called a defect', broken: ({ kind }) => kind === 'internal' },
  { fault: 'no next step', broken: ({ kind, next }) => kind !== 'cancelled' && !next },
  { fault: 'no subject', broken: ({ kind, subject }) => kind !== 'cancelled' && !subject },
  { fault: 'a message of more than 500 characters', broken: ({ message }) => message.length > LONGEST },
  { fault: 'a raw control character', broken: ({ message, next }) => UNSEEN.test(`${message}${next ?? ''}`) },
  { fault: 'the innards of the runtime', broken: ({ message }) => INNARDS.test(message) },
];

export interface Fault {
  readonly fault: string;
  readonly detail: string;
}

/** What is wrong with an error that a request threw; empty: it is a clean one. */
export function judged(what: string, thrown: unknown): Fault[] {
  const report = errorReport(thrown);
  const stack = report.kind === 'internal' && thrown instanceof Error ? `\n${thrown.stack}` : '';
  const detail = `${what}: ${report.kind}: ${report.message.slice(0, 300)} (${report.subject ?? 'no subject'})${stack}`;
  return rules.filter(({ broken }) => broken(report)).map(({ fault }) => ({ fault, detail }));
}

/** Under these keys an answer has texts for people. */
const SPOKEN = new Set(['notes', 'problem', 'problems', 'message', 'next', 'reason', 'summary']);

const textRules: readonly { readonly fault: string; readonly broken: (text: string) => boolean }[] = [
  { fault: 'a message of more than 500 characters', broken: (text) => text.length > LONGEST },
  { fault: 'a raw control character', broken: (text) => UNSEEN.test(text) },
  { fault: 'the innards of the runtime', broken: (text) => INNARDS.test(text) },
  { fault: 'a missing value in a sentence', broken: (text) => /\bundefined\b|\[object Object\]/.test(text) },
];

/** What is wrong with the sentences of an answer. */
export function judgedAnswer(what: string, answer: unknown): Fault[] {
  const faults: Fault[] = [];
  const visit = (value: unknown, spoken: boolean): void => {
    if (typeof value === 'string') {
      if (!spoken) return;
      for (const { fault, broken } of textRules) {
        if (broken(value)) faults.push({ fault, detail: `${what}: ${value.slice(0, 300)}` });
      }
    } else if (Array.isArray(value)) {
      for (const each of value) visit(each, spoken);
    } else if (value && typeof value === 'object' && !ArrayBuffer.isView(value)) {
      for (const [key, each] of Object.entries(value)) visit(each, SPOKEN.has(key));
    }
  };
  visit(answer, false);
  return faults;
}
