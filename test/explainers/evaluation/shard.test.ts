import { describe, expect, test } from 'vitest';
import { givenShard, shardOf } from '../../../src/explainers/evaluation/shard.ts';

const by = (env: Record<string, string>, flags: Parameters<typeof givenShard>[0] = {}) => {
  const { shard, shards } = givenShard(flags, env);
  return [shard, shards];
};
const slurm = (id: number, min: number, max: number, step: number, count: number) => ({
  SLURM_ARRAY_TASK_ID: `${id}`,
  SLURM_ARRAY_TASK_MIN: `${min}`,
  SLURM_ARRAY_TASK_MAX: `${max}`,
  SLURM_ARRAY_TASK_STEP: `${step}`,
  SLURM_ARRAY_TASK_COUNT: `${count}`,
});

describe('the share of a process', () => {
  test('is all of it if nobody says otherwise', () => {
    expect(givenShard({}, {})).toEqual({ shard: 0, shards: 1, from: null });
    expect(by({ RANK: '1' })).toEqual([0, 1]);
  });

  test('is that of the flag, else of Kubernetes, else of Slurm, else of the ranks', () => {
    const all = { JOB_COMPLETION_INDEX: '4', ...slurm(2, 0, 9, 1, 10), RANK: '1', WORLD_SIZE: '2' };
    expect(by(all, { shard: '3/8' })).toEqual([3, 8]);
    expect(by(all, { shards: '5' })).toEqual([4, 5]);
    const { JOB_COMPLETION_INDEX: _, ...rest } = all;
    expect(by(rest)).toEqual([2, 10]);
    expect(by({ RANK: '1', WORLD_SIZE: '2' })).toEqual([1, 2]);
    expect(givenShard({}, rest).from).toBe('SLURM_ARRAY_TASK_ID=2 (MIN=0, STEP=1, COUNT=10)');
  });

  test('of a Slurm array with steps is the place in its sequence', () => {
    expect([1, 3, 5, 7].map((id) => by(slurm(id, 1, 7, 2, 4)))).toEqual([[0, 4], [1, 4], [2, 4], [3, 4]]); // biome-ignore format: one line
    expect(by(slurm(7, 7, 7, 1, 1))).toEqual([0, 1]);
  });

  test('of some tasks of an array that run again is their id among --shards', () => {
    expect(by(slurm(7, 3, 7, 1, 2), { shards: '16' })).toEqual([7, 16]);
    expect(() => by(slurm(7, 3, 7, 1, 2))).toThrow(/not of how many/);
    expect(() => by(slurm(0, 0, 7, 1, 3))).toThrow(/not of how many/);
  });

  test.each([
    [{}, { shard: '1' }],
    [{}, { shard: '1/0' }],
    [{}, { shard: '-1/2' }],
    [{}, { shard: '1/2', shards: '3' }],
    [{}, { shards: '0' }],
    [{}, { shards: '2' }],
    [{ JOB_COMPLETION_INDEX: '0' }, {}],
    [{ JOB_COMPLETION_INDEX: '3' }, { shards: '3' }],
    [{ JOB_COMPLETION_INDEX: 'x' }, { shards: '3' }],
    [{ RANK: '2', WORLD_SIZE: '2' }, {}],
    [slurm(-1, 0, 2, 1, 3), {}],
  ])('%j with %j is refused', (env, flags) => {
    expect(() => by(env as Record<string, string>, flags)).toThrow(expect.objectContaining({ kind: 'usage' }));
  });
});

test('items are dealt by their ids alone, and about evenly', () => {
  const ids = Array.from({ length: 3000 }, (_, i) => `patient${i % 700}/study${i}.png`);
  const counts = [0, 0, 0, 0, 0];
  for (const id of ids) counts[shardOf(id, 5)]!++;
  for (const count of counts) expect(Math.abs(count - 600)).toBeLessThan(100);
  // Clusters of different versions must agree.
  expect(['a.png', 'b.png', 'ü/ß.png'].map((id) => shardOf(id, 1000))).toMatchInlineSnapshot(`
    [
      783,
      414,
      860,
    ]
  `);
});
