// A real Slurm runs examples/clusters/slurm.sh: `npm run test:clusters`.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { root } from '../data.ts';
import { ClusterFolder, ended, evaluatedImages, flags, missing, program } from './clusters.ts';
import { SlurmCluster } from './slurmCluster.ts';

const why = missing ?? (process.env['SALIENCY_LENS_NO_SLURM'] || null);
const SCRIPT = path.join(root, 'examples/clusters/slurm.sh');
/** Less than the script asks for, because the node is small. */
const SMALL = ['--cpus-per-task=1', '--mem=1G'];

let here: ClusterFolder;
let slurm: SlurmCluster;
beforeAll(async () => {
  here = new ClusterFolder();
  if (why) return;
  slurm = new SlurmCluster(here.at('slurm'));
  await slurm.start();
  here.run('evaluate', ...flags(here.at('whole'), 'gradCam'));
});
afterAll(() => {
  slurm?.stop();
  here.remove();
});
beforeEach((context) => {
  if (why) context.skip(why);
});

const output = () => ['--output', here.at('task-%A-%a.txt')];
const written = () => readdirSync(here.folder).filter((name) => name.startsWith('task-')).map((name) => readFileSync(here.at(name), 'utf8')).join('\n'); // biome-ignore format: one line
const env = () => ({ ...slurm.env, SALIENCY_LENS: program });

test('an array with gaps evaluates every image once, and merged it is the run of one machine', async () => {
  const out = here.at('array');
  const { code, output: said } = await ended('sbatch', ['--wait', '--array=1-7:3', ...SMALL, ...output(), SCRIPT, ...flags(out, 'gradCam')], { env: env() }); // biome-ignore format: one line
  expect([code, code === 0 ? '' : `${said}\n${written()}`]).toEqual([0, '']);
  expect(written()).toContain('by SLURM_ARRAY_TASK_ID=4 (MIN=1, STEP=3, COUNT=3)');
  here.run('merge', out, '--out', here.at('merged'));
  expect(here.bytes(here.at('merged'))).toEqual(here.bytes(here.at('whole')));
});

test('a task that gets SIGTERM is requeued by the script, and continues', async () => {
  const out = here.at('ended');
  const slow = [...flags(out, 'lime'), '--param', 'lime.samples=400'];
  const submitted = execFileSync('sbatch', ['--parsable', '--array=0-0', ...SMALL, ...output(), SCRIPT, ...slow, '--shards', '1'], { env: env() }); // biome-ignore format: one line
  const job = submitted.toString().trim();
  await expect.poll(() => evaluatedImages(out), { timeout: 120_000, interval: 100 }).toBeGreaterThan(0);
  execFileSync('scancel', ['--batch', '--signal=TERM', `${job}_0`], { env: env() });
  await expect.poll(() => written(), { timeout: 60_000 }).toContain('It ended early');
  // A requeued job waits for two minutes, unless somebody says otherwise.
  const release = () => {
    try {
      execFileSync('scontrol', ['update', `JobId=${job}_0`, 'StartTime=now'], { env: env(), stdio: 'pipe' });
    } catch {
      // It runs, or has ended.
    }
    return execFileSync('squeue', ['--noheader'], { env: env() }).toString().trim();
  };
  await expect.poll(release, { timeout: 170_000, interval: 1000 }).toBe('');
  expect(written()).toMatch(/6 of 6 images evaluated, [1-5] of them before/);
  here.run('evaluate', ...flags(here.at('slow'), 'lime'), '--param', 'lime.samples=400');
  expect(here.bytes(out)).toEqual(here.bytes(here.at('slow')));
}, 600_000);
