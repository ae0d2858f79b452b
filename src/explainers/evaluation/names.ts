import type { Part } from './partFiles.ts';

type Share = Omit<Part, 'number'>;

/** `failures.jsonl`, or that of one shard: each is written by its own process. */
export const failuresName = (share: Share): string => `failures${suffix(share)}.jsonl`;
export const timingsName = (share: Share): string => `timings${suffix(share)}.jsonl`;

export const isFailures = (name: string): boolean => /^failures(?:-\d+-of-\d+)?\.jsonl$/.test(name);
export const isTimings = (name: string): boolean => /^timings(?:-\d+-of-\d+)?\.jsonl$/.test(name);

const suffix = ({ shard, shards }: Share) =>
  shards === 1 ? '' : `-${String(shard).padStart(5, '0')}-of-${String(shards).padStart(5, '0')}`;
