// Written here because the packages for globs (picomatch, minimatch) make a regular expression of one, which tracks
// back: `*a*a*a*a*b` against 100 letters takes picomatch 4 six seconds, two stars more take it forever, and globs come
// from model cards.

/** A glob: `*` and `?` within a name, `**` across folders, `{a,b}`. All other characters are literal. */
export interface Glob {
  /** The folder that the glob starts from: its beginning without special characters. */
  readonly base: string;
  /** Does it match files in folders below its base? */
  readonly deep: boolean;
  matches(path: string): boolean;
}

const SPECIAL = /[*?{]/;
/** `{a,b}{a,b}{a,b}…` doubles with each pair; further alternatives are ignored. */
const MAX_CHOICES = 256;

const slashes = (path: string) => path.replace(/\\/g, '/');

/** Null for a plain path. */
export function parseGlob(pattern: string): Glob | null {
  const plain = slashes(pattern);
  if (!SPECIAL.test(plain)) return null;
  const steps = plain.split('/');
  const fixed = steps.findIndex((step) => SPECIAL.test(step));
  const choices = expandBraces(plain).map((choice) => choice.split('/'));
  return {
    base: steps.slice(0, fixed).join('/') || '/',
    deep: fixed < steps.length - 1,
    matches: (path) => {
      const names = slashes(path).split('/');
      return choices.some((choice) => matchSteps(choice, names));
    },
  };
}

/** `a{b,c}d` → `abd`, `acd`; the innermost braces first. */
function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const todo = [pattern];
  for (let next = todo.pop(); next !== undefined && done.length < MAX_CHOICES; next = todo.pop()) {
    const braces = /\{([^{}]*)\}/.exec(next);
    if (!braces || todo.length > MAX_CHOICES) done.push(next);
    else for (const choice of braces[1]!.split(',')) todo.push(next.replace(braces[0], () => choice));
  }
  return done;
}

/**
 * Like {@link matchName}, with names instead of characters and `**` instead of `*`; never more than pattern × path
 * steps.
 */
function matchSteps(pattern: readonly string[], path: readonly string[]): boolean {
  return wild(
    pattern,
    path,
    (step) => step === '**',
    (step, name) => matchName(step, name),
  );
}

function matchName(pattern: string, name: string): boolean {
  return wild(
    [...pattern],
    [...name],
    (c) => c === '*',
    (c, other) => c === '?' || c === other,
  );
}

/** Wildcard matching that only backtracks to the last wildcard, so that no input takes long. */
function wild<T>(
  pattern: readonly T[],
  text: readonly T[],
  any: (p: T) => boolean,
  one: (p: T, t: T) => boolean,
): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && any(pattern[p]!)) {
      star = p++;
      resume = t;
    } else if (p < pattern.length && one(pattern[p]!, text[t]!)) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (p < pattern.length && any(pattern[p]!)) p++;
  return p === pattern.length;
}
