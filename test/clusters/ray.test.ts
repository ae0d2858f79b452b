// A real Ray of two nodes runs examples/clusters/ray_shards.py and loses one of them: `npm run test:clusters`.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { root } from '../data.ts';
import { ClusterFolder, ended, evaluatedImages, flags, missing, program, python } from './clusters.ts';

const SHARDS = path.join(root, 'examples/clusters/ray_shards.py');
/** Nothing is reported to anyone. */
const env = { ...process.env, RAY_USAGE_STATS_ENABLED: '0', SALIENCY_LENS: program };

let here: ClusterFolder;
let cluster: ChildProcessByStdio<Writable, Readable, null> | undefined;
let lines: AsyncIterator<string>;
beforeAll(() => {
  here = new ClusterFolder();
});
afterAll(async () => {
  cluster?.stdin.end();
  if (cluster) await new Promise((resolve) => cluster!.on('close', resolve));
  here.remove();
});
beforeEach((context) => {
  if (missing) context.skip(missing);
});

test('a node is lost in the middle: its shards run on the other, and merged it is the run of one machine', async () => {
  const method = ['lime', '--param', 'lime.samples=300'] as const;
  const all = (out: string) => [...flags(out, method[0]), ...method.slice(1)];
  here.run('evaluate', ...all(here.at('whole')));
  cluster = spawn(python!, [path.join(root, 'test/clusters/ray_cluster.py')], { env, stdio: ['pipe', 'pipe', 'inherit'] }); // biome-ignore format: one line
  lines = createInterface(cluster.stdout)[Symbol.asyncIterator]();
  const address = (await lines.next()).value as string;
  const out = here.at('out');
  const run = ended(
    python!,
    [SHARDS, '--shards', '4', '--address', address, '--merged', here.at('merged'), '--', ...all(out)],
    { env },
  );
  await expect.poll(() => evaluatedImages(out), { timeout: 120_000, interval: 50 }).toBeGreaterThan(0);
  expect(evaluatedImages(out)).toBeLessThan(6);
  cluster.stdin.write('lose\n');
  expect((await lines.next()).value).toBe('lost');
  const { code, output } = await run;
  expect([code, code === 0 ? '' : output]).toEqual([0, '']);
  expect(here.bytes(here.at('merged'))).toEqual(here.bytes(here.at('whole')));
}, 600_000);

test('a wrong command is said at once, and is not tried again', async () => {
  const { code, output } = await ended(
    python!,
    [SHARDS, '--shards', '2', '--merged', here.at('none'), '--', ...flags(here.at('wrong'), 'noMethod')],
    { env },
  );
  expect([code, output]).toEqual([2, expect.stringContaining('noMethod')]);
}, 300_000);
