import { createHash } from 'node:crypto';
import { ExplainError } from '../errors.ts';
import { own } from '../tables.ts';

/** A share of the images, and who said so. */
export interface Shard {
  readonly shard: number;
  readonly shards: number;
  /** In words, for people; null: all images. */
  readonly from: string | null;
}

export const WHOLE: Shard = { shard: 0, shards: 1, from: null };

/**
 * The shard that an item belongs to: the first six bytes of the SHA-256 of its id, modulo the number of shards. It
 * depends on nothing else, so a longer list deals the same items to the same shards.
 */
export function shardOf(id: string, shards: number): number {
  return createHash('sha256').update(id).digest().readUIntBE(0, 6) % shards;
}

type Env = Readonly<Record<string, string | undefined>>;

/** How an engine for many machines tells a process which one it is; the first that applies is taken. */
const ENGINES: readonly ((env: Env, shards: number | undefined) => Shard | null)[] = [kubernetes, slurm, ranks];

/**
 * The share of this process: of `--shard I/N`, else by the environment.
 * @param options.shard as typed
 * @param options.shards as typed
 * @throws ExplainError `usage` for a share that cannot be, and for one whose number of shards is unknown
 */
export function givenShard({ shard, shards }: { readonly shard?: string; readonly shards?: string }, env: Env): Shard {
  const count = shards === undefined ? undefined : numberIn('--shards', shards);
  if (count === 0) throw wrong('--shards', 'There must be at least one shard.', 'Write for example --shards 16.');
  if (shard !== undefined) return typed(shard, count);
  for (const engine of ENGINES) {
    const found = engine(env, count);
    if (found) return checked(found);
  }
  if (count === undefined || count === 1) return WHOLE;
  const message = `--shards ${count} says how many shards there are, but nothing says which one this is.`;
  throw wrong('--shards', message, 'Write --shard I/N, or run it in a Kubernetes Indexed Job or a Slurm array.');
}

function typed(text: string, count: number | undefined): Shard {
  const [, shard, shards] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  if (shards === undefined)
    throw wrong('--shard', `--shard needs I/N, not '${text}'.`, 'Write for example --shard 0/16; I begins at 0.');
  if (count !== undefined && count !== Number(shards))
    throw wrong('--shard', `--shard ${text} and --shards ${count} contradict each other.`, 'Leave out --shards.');
  return checked({ shard: Number(shard), shards: Number(shards), from: '--shard' });
}

function kubernetes(env: Env, shards: number | undefined): Shard | null {
  const index = env['JOB_COMPLETION_INDEX'];
  if (index === undefined) return null;
  if (shards === undefined) throw unknownCount('JOB_COMPLETION_INDEX', 'the job’s completions');
  return { shard: numberIn('JOB_COMPLETION_INDEX', index), shards, from: `JOB_COMPLETION_INDEX=${index}` };
}

/** With `--shards`, the task's own id counts, so that some tasks of an array can run again. */
function slurm(env: Env, shards: number | undefined): Shard | null {
  const id = env['SLURM_ARRAY_TASK_ID'];
  if (id === undefined) return null;
  const task = numberIn('SLURM_ARRAY_TASK_ID', id);
  if (shards !== undefined) return { shard: task, shards, from: `SLURM_ARRAY_TASK_ID=${id}` };
  const number = (name: string, usual: number) => {
    const text = own(env, `SLURM_ARRAY_TASK_${name}`);
    return text === undefined || text === '' ? usual : numberIn(`SLURM_ARRAY_TASK_${name}`, text);
  };
  const [min, step] = [number('MIN', 0), Math.max(1, number('STEP', 1))];
  const most = number('MAX', task);
  const count = number('COUNT', Math.floor((most - min) / step) + 1);
  const shard = (task - min) / step;
  // `--array=0,3,7`: ids that are no sequence say nothing about the place of one among them.
  if (!Number.isInteger(shard) || shard >= count || (count > 1 && min + (count - 1) * step !== most))
    throw unknownCount('SLURM_ARRAY_TASK_ID', 'all tasks of the array, counted from 0');
  return { shard, shards: count, from: `SLURM_ARRAY_TASK_ID=${id} (MIN=${min}, STEP=${step}, COUNT=${count})` };
}

function ranks(env: Env, shards: number | undefined): Shard | null {
  const [rank, size] = [env['RANK'], env['WORLD_SIZE']];
  if (rank === undefined || (size === undefined && shards === undefined)) return null;
  const count = shards ?? numberIn('WORLD_SIZE', size!);
  return { shard: numberIn('RANK', rank), shards: count, from: `RANK=${rank} of WORLD_SIZE=${size ?? shards}` };
}

function checked(shard: Shard): Shard {
  if (shard.shard < shard.shards) return shard;
  const message = `Shard ${shard.shard} of ${shard.shards} does not exist (${shard.from}).`;
  throw wrong('--shard', message, `They are numbered from 0 to ${Math.max(0, shard.shards - 1)}.`);
}

function numberIn(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  throw wrong(name, `${name} must be a whole number, not '${text}'.`, 'Or say which shard it is with --shard I/N.');
}

const unknownCount = (name: string, what: string) =>
  wrong(name, `${name} says which shard this is, but not of how many.`, `Add --shards N: the number of ${what}.`);

const wrong = (subject: string, message: string, next: string) =>
  new ExplainError({ kind: 'usage', message, subject, next });
