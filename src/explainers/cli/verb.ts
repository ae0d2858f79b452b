import type { Arguments, Flags } from './flags.ts';

/** The process around a command: where it writes, what stops it. Tests bring their own. */
export interface Terminal {
  readonly cwd: string;
  /** JSON Lines for programs. */
  stdout(text: string): void;
  /** Messages for people. */
  stderr(text: string): void;
  /** True where stderr is a terminal that can rewrite a line. */
  readonly interactive: boolean;
  readonly signal: AbortSignal;
}

export const EXIT = { done: 0, someFailed: 1, usage: 2 } as const;

/** A verb of the command line, declared in its own file; help and dispatch are derived from this. */
export interface Verb {
  readonly name: string;
  /** The arguments, as the usage line shows them. */
  readonly usage: string;
  readonly about: string;
  readonly flags: Flags;
  /** Gives the exit code. Throws ExplainErrors for wrong usage or configuration: exit code 2. */
  run(args: Arguments, terminal: Terminal): Promise<number>;
}

export function defineVerb(verb: Verb): Verb {
  return verb;
}
