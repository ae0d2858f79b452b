import type { RandomSource } from '../../src/explainers/numerics/random.ts';
import { below, damagedBytes, pick } from './bytes.ts';

/** Words that parsers, look-ups, terminals and links have stumbled over. */
const HOSTILE = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../../../etc/passwd',
  '/etc/passwd',
  'C:\\Windows\\win.ini',
  '\\\\server\\share\\a',
  '**/*',
  '{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}',
  '[fix](command:workbench.action.quit)',
  '\u001b]0;title\u0007',
  '\u202Ereversed',
  '\u009B31m',
  '=HYPERLINK("http://x")',
  'NaN',
  '1e308',
  '-1e308',
  '1e-400',
  '99999999999999999999',
  '-1',
  '0',
  '4294967296',
  'null',
  'true',
  '',
  ' ',
  '\u0000',
  '\uFEFF',
  '<![CDATA[',
  '&lol;',
  '&#x41;',
  '"',
  "'",
  ']',
  '}',
  '[[[[[[[[',
  '{"a":',
  ';',
  ',',
  '\n',
  '\t',
  '\r',
  '\\u0000',
  'a'.repeat(70_000),
  '😀'.repeat(300),
];

type Edit = (text: string, random: RandomSource) => string;

/** A token: a word, a number, a quoted string or a single mark. */
const TOKEN = /"(?:[^"\\\n]|\\.){0,2000}"|[\w.+-]+|[^\s\w]/g; // bounded: V8 keeps a place for each step back

const edits: readonly Edit[] = [
  function token(text, random) {
    const tokens = [...text.matchAll(TOKEN)];
    if (tokens.length === 0) return text;
    const { 0: old, index } = pick(random, tokens);
    const word = pick(random, HOSTILE);
    const quoted = old.startsWith('"') && random.random() < 0.8 ? JSON.stringify(word) : word;
    return text.slice(0, index) + quoted + text.slice(index + old.length);
  },
  function swapTokens(text, random) {
    const tokens = [...text.matchAll(TOKEN)];
    if (tokens.length < 2) return text;
    const from = pick(random, tokens);
    const to = pick(random, tokens);
    return text.slice(0, to.index) + from[0] + text.slice(to.index + to[0].length);
  },
  function numbers(text, random) {
    const every = 1 + below(random, 6);
    const word = pick(random, HOSTILE);
    let n = 0;
    return text.replace(/\d+(?:\.\d+)?/g, (old) => (n++ % every === 0 ? word : old));
  },
  function lines(text, random) {
    const all = text.split('\n');
    const at = below(random, all.length);
    if (random.random() < 0.5) all.splice(at, 1 + below(random, 3));
    else all.splice(at, 0, ...Array<string>(1 + below(random, 30)).fill(pick(random, all)));
    return all.join('\n');
  },
  function nest(text, random) {
    const at = below(random, text.length + 1);
    const mark = pick(random, ['[', '{"a":', '<a>', '(', '- ', '{', '  ']);
    return text.slice(0, at) + mark.repeat(pick(random, [10, 1000, 30_000])) + text.slice(at);
  },
  function insert(text, random) {
    const at = below(random, text.length + 1);
    return text.slice(0, at) + pick(random, HOSTILE) + text.slice(at);
  },
];

/** A text file with one to three random edits, of bytes now and then. */
export function damagedText(bytes: Uint8Array, random: RandomSource): Uint8Array {
  if (random.random() < 0.2) return damagedBytes(bytes, random);
  let text = Buffer.from(bytes).toString('utf8');
  for (let n = 1 + below(random, 3); n > 0; n--) text = pick(random, edits)(text, random);
  return Buffer.from(text, 'utf8');
}
