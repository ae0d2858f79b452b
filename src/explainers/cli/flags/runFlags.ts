import { ExplainError } from '../../errors.ts';
import type { SessionOptions } from '../../session/options.ts';
import { Session } from '../../session.ts';
import { didYouMean } from '../../suggest.ts';
import { own } from '../../tables.ts';
import type { Arguments, Flags } from './flags.ts';

/** Flags of every verb that runs a model. */
export const ENGINE_FLAGS: Flags = {
  engine: { value: Session.engines.join('|'), about: 'runtime of the model (default: the fastest that works here)' },
  device: {
    value: Session.devices.join('|'),
    about: 'where it runs (default auto: the fastest that gives the numbers of the CPU)',
  },
  'recheck-device': { about: 'compare devices with the CPU again, whatever is remembered' },
  threads: { value: 'N', about: 'threads that a model may use (default: the physical cores)' },
  'batch-memory': {
    value: 'MB',
    about:
      'memory for images in the model at the same time (default 1024 minus the weights; never more than a quarter of the free memory)',
  },
  memory: {
    value: 'MB',
    about: 'memory for the values of one run of the model (default 5120, within three quarters of the free memory)',
  },
};

/** Of the verbs that run a model on many images. */
export const TIME_FLAG: Flags = {
  timeout: {
    value: 'SECONDS',
    about: 'the longest that one image may take: it then counts as failed, and the next one runs (default: no limit)',
  },
};

export const MODEL_FLAG: Flags = {
  model: {
    value: 'CARD',
    about: 'model card (NAME.explain.json) or model file (default: the only one near the images)',
  },
};

export function sessionOptions(args: Arguments): SessionOptions {
  const engine = args.one('engine');
  const device = args.one('device');
  const threads = args.one('threads');
  const batchMemory = args.one('batch-memory');
  const memory = args.one('memory');
  return {
    ...(engine !== undefined && {
      engine: oneOf('--engine', engine, Session.engines) as SessionOptions['engine'],
    }),
    ...(device !== undefined && { device: oneOf('--device', device, Session.devices) as SessionOptions['device'] }),
    ...(args.has('recheck-device') && { recheckDevice: true }),
    ...(threads !== undefined && { threads: integer('--threads', threads, 1) }),
    ...(batchMemory !== undefined && { batchMemory: 2 ** 20 * integer('--batch-memory', batchMemory, 1) }),
    ...(args.has('follow-links') && { everywhere: true }),
    ...(memory !== undefined && { memory: 2 ** 20 * integer('--memory', memory, 1) }),
  };
}

/** Checks a value against its choices; those of a later version are refused as such. */
export function oneOf(
  flag: string,
  value: string,
  choices: readonly string[],
  later: Readonly<Record<string, string>> = {},
): string {
  if (choices.includes(value)) return value;
  throw new ExplainError({
    kind: 'usage',
    message: own(later, value)
      ? `${flag} ${value} is not available in this version: ${own(later, value)} comes later.`
      : `${flag} cannot be '${value}'.${didYouMean(value, choices)}`,
    subject: flag,
    next: `Choose one of: ${choices.join(', ')}.`,
  });
}

export function integer(flag: string, text: string, min: number): number {
  const value = Number(text);
  if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value;
  throw new ExplainError({
    kind: 'usage',
    message: `${flag} needs a whole number of at least ${min}, not '${text}'.`,
    subject: flag,
    next: `Write for example ${flag} ${Math.max(min, 1)}.`,
  });
}
