import { hasImageEnding } from '../../explainers/contracts/imageEndings.ts';

/** A text in a line that may be the path of an image. */
export interface PathText {
  readonly path: string;
  /** Where it lies in the line. */
  readonly start: number;
  readonly end: number;
}

/** A line may be a whole file of JSON: only this much on either side of the pointer is looked at. */
const AROUND = 1000;
const QUOTES = ['"', "'", '`'];

/**
 * The texts at a position of a line that may be paths of images, likeliest first: in quotes, in a Markdown link, in a
 * cell of a table, after the key of YAML, between spaces.
 */
export function pathsAt(line: string, at: number): readonly PathText[] {
  const from = Math.max(0, at - AROUND);
  const text = line.slice(from, at + AROUND);
  const here = at - from;
  const spans = [...quoted(text, here), ...linked(text, here), ...bare(text, here)];
  const found: PathText[] = [];
  for (const [start, end] of spans) {
    const on = here >= start && here <= end;
    if (!on && !isLink(text, start)) continue;
    const raw = text.slice(start, end);
    for (const path of readings(raw)) {
      if (!isPath(path) || found.some((each) => each.path === path)) continue;
      found.push({ path, start: from + start, end: from + end });
    }
  }
  return found;
}

/** The target of a Markdown link, whose words the pointer may be on. */
const isLink = (text: string, start: number) => /\]\(<?$/.test(text.slice(Math.max(0, start - 3), start));

type Span = readonly [start: number, end: number];

function* quoted(text: string, at: number): Generator<Span> {
  for (const quote of QUOTES) {
    const start = at === 0 ? -1 : text.lastIndexOf(quote, at - 1);
    const end = text.indexOf(quote, at);
    if (start >= 0 && end > start) yield [start + 1, end];
  }
}

function* linked(text: string, at: number): Generator<Span> {
  const before = text.lastIndexOf('](', at);
  const onWords = text.lastIndexOf('[', at) > text.lastIndexOf(']', at - 1);
  const start = onWords ? text.indexOf('](', at) : before;
  if (start < 0) return;
  const bracketed = text[start + 2] === '<';
  const first = start + (bracketed ? 3 : 2);
  const end = text.indexOf(bracketed ? '>' : ')', first);
  if (end < 0 || (!onWords && at > end)) return;
  // A title may follow: [a](b.png "title").
  const title = bracketed ? -1 : text.slice(first, end).search(/\s["'(]/);
  yield [first, title < 0 ? end : first + title];
}

/** Cells by commas, semicolons, tabs and bars; then the same without a key before it; then what spaces delimit. */
function* bare(text: string, at: number): Generator<Span> {
  const cell = around(text, at, /[,;\t|]/);
  const trimmed = trim(text, cell);
  let [first] = trimmed;
  while (first < trimmed[1] && /[-\s[{(]/.test(text[first]!)) first++;
  const key = /^[^:=\s]{1,64}[:=]\s/.exec(text.slice(first, trimmed[1]));
  const start = first + (key ? key[0].length : 0);
  const content = text.slice(start, trimmed[1]);
  const comment = content.search(/\s#/);
  yield trim(text, [start, comment < 0 ? trimmed[1] : start + comment]);
  yield trimmed;
  yield trim(text, around(text, at, /[\s,;|"'`()[\]{}<>=]/));
}

function around(text: string, at: number, delimiter: RegExp): Span {
  let [start, end] = [at, at];
  while (start > 0 && !delimiter.test(text[start - 1]!)) start--;
  while (end < text.length && !delimiter.test(text[end]!)) end++;
  return [start, end];
}

/** Without spaces, quotes and closing punctuation at its ends. */
function trim(text: string, [start, end]: Span): Span {
  let [first, last] = [start, end];
  while (first < last && /[\s"'`]/.test(text[first]!)) first++;
  while (last > first && /[\s"'`.:)\]}>]/.test(text[last - 1]!)) last--;
  return [first, last];
}

/** As it stands; with its escapes (JSON, %20); and with the other system's slashes. */
function readings(raw: string): readonly string[] {
  const all = [raw];
  if (raw.includes('\\')) {
    try {
      all.push(String(JSON.parse(`"${raw}"`)));
    } catch {
      // no JSON
    }
    if (!raw.startsWith('\\\\')) all.push(raw.replace(/\\+/g, '/'));
  }
  if (raw.includes('%')) {
    try {
      all.push(decodeURIComponent(raw));
    } catch {
      // no URL
    }
  }
  return all;
}

/** The name of an image on this machine: no address, nothing invisible. */
function isPath(path: string): boolean {
  return path.length <= AROUND && hasImageEnding(`/${path}`) && !/^[a-z][\w+.-]+:\/\/|^\\\\|\p{Cc}/iu.test(path);
}
