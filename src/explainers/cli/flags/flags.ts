import { parseArgs } from 'node:util';
import { ExplainError } from '../../errors.ts';
import { greatest } from '../../lists.ts';
import { didYouMean } from '../../suggest.ts';
import { own } from '../../tables.ts';

/** One flag of the command line. */
export interface Flag {
  /** Placeholder of the value; absent: the flag is a switch. */
  readonly value?: string;
  readonly multiple?: boolean;
  /** It takes several values, as when a shell expands a glob: everything up to the next flag … */
  readonly list?: {
    /** … that satisfies this, … */
    is(value: string): boolean;
    /** … and everything else too if images are named elsewhere. */
    readonly greedy?: boolean;
  };
  readonly about: string;
  /** Why it is refused in this version. */
  readonly later?: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** The flags as typed, per name in order, and the other arguments. */
export interface Arguments {
  readonly positionals: readonly string[];
  has(flag: string): boolean;
  one(flag: string): string | undefined;
  all(flag: string): readonly string[];
  /** The flags that were typed, in the order of their first mention. */
  readonly names: readonly string[];
  isSwitch(flag: string): boolean;
}

/**
 * The only argument of a verb besides its flags.
 * @param what it is, in words: 'one model or card'
 * @throws ExplainError `usage` if there is none, or several
 */
export function onlyArgument({ positionals }: Arguments, verb: string, what: string, next = seeHelp(verb)): string {
  const [only, ...rest] = positionals;
  if (only !== undefined && rest.length === 0) return only;
  throw new ExplainError({ kind: 'usage', message: `${verb} takes ${what}, not ${positionals.length}.`, next });
}

export const seeHelp = (verb: string): string => `See saliency-lens ${verb} --help.`;

const HELP: Flag = { about: 'this text' };

/**
 * Reads the arguments of a verb by its flags.
 * @throws ExplainError `usage` for an unknown flag, a missing value, a flag given twice, or one of a later version
 */
export function parseFlags(verb: string, flags: Flags, args: readonly string[]): Arguments {
  const known: Flags = { ...flags, help: HELP };
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      Object.entries(known).map(([name, flag]) => [
        name,
        { type: flag.value === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
      ]),
    ),
  });
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  /** Arguments that may belong to a flag's list or stand alone; this is decided at the end. */
  const between: { readonly flag: string; readonly value: string }[] = [];
  let open: string | null = null;
  const next = seeHelp(verb);
  for (const token of tokens) {
    if (token.kind === 'positional' && open !== null) between.push({ flag: open, value: token.value });
    else if (token.kind === 'positional') positionals.push(token.value);
    // '--' ends every list.
    if (token.kind !== 'positional') open = null;
    if (token.kind !== 'option') continue;
    const flag = Object.hasOwn(known, token.name) ? own(known, token.name) : undefined;
    const fail = (message: string, more = next) => {
      throw new ExplainError({ kind: 'usage', message, subject: token.rawName, next: more });
    };
    if (!flag) {
      const names = Object.keys(known).map((name) => `--${name}`);
      return fail(`${verb} has no flag ${token.rawName}.${didYouMean(token.rawName, names)}`);
    }
    if (flag.later) fail(`${token.rawName} is not available in this version: ${flag.later}.`);
    if (flag.value === undefined) {
      if (token.value !== undefined) fail(`${token.rawName} takes no value.`);
      values.set(token.name, ['true']);
      continue;
    }
    // `--out --seed 3`: a flag is not a value.
    if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) {
      return fail(`${token.rawName} needs a value: ${token.rawName} ${flag.value}.`);
    }
    const so_far = values.get(token.name) ?? [];
    if (so_far.length > 0 && !flag.multiple) fail(`${token.rawName} is given twice.`);
    values.set(token.name, [...so_far, token.value]);
    // `--flag=a b` is a value and a separate argument.
    if (flag.list && !token.inlineValue) open = token.name;
  }
  const named = positionals.length > 0;
  for (const { flag, value } of between) {
    const { is, greedy = false } = own(known, flag)!.list!;
    if (is(value) || (greedy && named)) values.get(flag)!.push(value);
    else positionals.push(value);
  }
  return {
    positionals,
    has: (flag) => values.has(flag),
    one: (flag) => values.get(flag)?.[0],
    all: (flag) => values.get(flag) ?? [],
    names: [...values.keys()],
    isSwitch: (flag) => own(known, flag)?.value === undefined,
  };
}

/** The flags as lines of a help text. */
export function describeFlags(flags: Flags): string {
  const rows = Object.entries(flags)
    .filter(([, flag]) => !flag.later)
    .map(([name, flag]) => [`--${name}${flag.value ? ` ${flag.value}` : ''}${flag.multiple ? ' …' : ''}`, flag.about]);
  const width = Math.min(34, greatest(rows.map(([left]) => left!.length)));
  return rows
    .map(([left, about]) => {
      const lines = about!.split('\n');
      const head = left!.length > width ? `  ${left}\n  ${' '.repeat(width)}` : `  ${left!.padEnd(width)}`;
      return `${head}  ${lines.join(`\n  ${' '.repeat(width)}  `)}`;
    })
    .join('\n');
}
