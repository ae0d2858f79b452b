import type { SessionOptions } from '../session/options.ts';
import type { Session } from '../session.ts';
import type { Arguments, Flags } from './flags/flags.ts';

/** The environment of a command: where it writes, what stops it. Tests provide their own. */
export interface Terminal {
  readonly cwd: string;
  /** JSON Lines for programs. */
  stdout(text: string): void;
  /** Messages for people. */
  stderr(text: string): void;
  /** True if stderr is a terminal that can rewrite a line. */
  readonly interactive: boolean;
  /** Of stdout, if it is a terminal, so that a person reads it. */
  readonly screen?: Screen;
  /** Characters per line if stdout is not a terminal. */
  readonly columns?: number;
  readonly signal: AbortSignal;
  /** Tells the program that started this one how far it is. */
  tell?(progress: RunProgress): void;
  /** Opens a session; absent: in this process. */
  open?(options: SessionOptions): Session;
}

/** How far a run over many images is. */
export interface RunProgress {
  readonly done: number;
  readonly of: number;
  /** The same for people. */
  readonly text: string;
}

export interface Screen {
  /** Characters per line. */
  readonly columns: number;
  readonly colours: boolean;
}

/** The terminal as verbs see it, which passes nothing that the terminal would act on instead of showing it. */
export interface Door extends Terminal {
  /** Text for people on stdout, with the styles of pages/style.ts. */
  page(text: string): void;
  /** Rewrites the last line of stderr; null: removes it. */
  progress(text: string | null): void;
  open(options: SessionOptions): Session;
}

/** `endedEarly`: what is done is kept, and the same command with --resume does the rest. */
export const EXIT = { done: 0, someFailed: 1, usage: 2, endedEarly: 3 } as const;

/** A verb of the command line, declared in its own file; help and dispatch are derived from this. */
export interface Verb {
  readonly name: string;
  /** The arguments, as the usage line shows them. */
  readonly usage: string;
  readonly about: string;
  readonly flags: Flags;
  /** Returns the exit code. Throws ExplainErrors for wrong usage or configuration, which give exit code 2. */
  run(args: Arguments, terminal: Door): Promise<number>;
}

export function defineVerb(verb: Verb): Verb {
  return verb;
}
