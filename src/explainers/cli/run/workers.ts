import { availableParallelism, freemem } from 'node:os';
import type { ModelDescription } from '../../contracts/results.ts';
import { readWholeFile } from '../../files/plainFile.ts';

/** Bytes that a process takes besides the model, and how many times it takes those of the model. */
const OF_A_PROCESS = 400 * 2 ** 20;
const OF_THE_MODEL = 4;
/** What a container may use of the processors: 'max 100000', or microseconds in every so many. */
const QUOTA = '/sys/fs/cgroup/cpu.max';

/** One process per core, as far as their copies of the model fit into the memory; one on another device. */
export async function workersFor({ bytes, engine }: Pick<ModelDescription, 'bytes' | 'engine'>): Promise<number> {
  if (engine.device !== 'cpu') return 1;
  const free = process.availableMemory?.() ?? freemem();
  const most = Math.floor(free / 2 / (OF_A_PROCESS + OF_THE_MODEL * bytes));
  return Math.max(1, Math.min(await cores(), most));
}

/** The cores that this process may use: also in a container, which sees those of the whole machine. */
export async function cores(): Promise<number> {
  const text = await readWholeFile(QUOTA).then(String, () => '');
  const [, quota, period] = /^(\d+) (\d+)/.exec(text) ?? [];
  const share = quota === undefined ? Number.POSITIVE_INFINITY : Math.ceil(Number(quota) / Number(period));
  return Math.max(1, Math.min(availableParallelism(), share));
}
