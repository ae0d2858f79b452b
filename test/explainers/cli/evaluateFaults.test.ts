// What a run over many images keeps when it is killed, when the disk is full, and when work is done twice.
// `npm test -- --long` kills it fifty times, and with SALIENCY_LENS_KILLS as often as that says.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DefaultRng } from '../../../src/explainers/numerics/randomPcg64.ts';
import { childProgram } from '../../childProgram.ts';
import { makeDisk, noDisks } from '../../disks.ts';
import { LONG } from '../../long.ts';
import { writeImage } from '../labelCheck/coloured.ts';
import { EvaluationFolder } from './evaluation.ts';

const KILLS = Number(process.env['SALIENCY_LENS_KILLS'] ?? (LONG ? 50 : 2));
/** More images than the kills can use up. */
const IMAGES = 18 + 4 * KILLS;
const WHOLE = 'whole';
/** The flags of each run. */
const FLAGS = ['--workers', '1', '--maps'];

let here: EvaluationFolder;
let program: string;
beforeAll(async () => {
  program = await childProgram('cliEvaluated', `import { main } from './src/explainers/cli/main.ts'; await main();`);
  here = new EvaluationFolder();
  for (let i = 18; i < IMAGES; i++)
    writeImage(here.at('data/images', `image${i}.bmp`), { red: [i % 20, 3, 12], green: [2, i % 19, 10] });
  expect(await here.evaluate(WHOLE, ...FLAGS)).toMatchObject({ code: 0 });
});
afterAll(() => here.remove());

/** A run in a process of its own, killed where `isTime` says so; its exit code, or null. */
function runs(out: string, more: readonly string[], isTime: () => boolean = () => false): Promise<number | null> {
  const args = EvaluationFolder.args(out, ...FLAGS, ...more);
  const child = spawn(process.execPath, [program, ...args], { cwd: here.folder, stdio: 'ignore' });
  const watch = setInterval(() => isTime() && child.kill('SIGKILL'), 2);
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearInterval(watch);
      resolve(code);
    }),
  );
}

/** The images that were evaluated, in the order in which they were, each time that they were. */
function evaluated(out: string): readonly string[] {
  const names = existsSync(here.at(out)) ? readdirSync(here.at(out)).filter((name) => name.startsWith('timings')) : [];
  const lines = names.flatMap((name) => readFileSync(here.at(out, name), 'utf8').split('\n'));
  return lines.flatMap((line) => /^\{"image":"([^"]+)"/.exec(line)?.[1] ?? []);
}

describe('a run over many images', () => {
  test(`killed ${KILLS} times: no image is evaluated twice, none is missing, and the bytes are the same`, async () => {
    const random = new DefaultRng(KILLS);
    const out = here.out();
    for (let kill = 0; kill < KILLS; kill++) {
      const until = evaluated(out).length + random.integer(0, 4);
      let later = random.integer(0, 15);
      const isTime = () => evaluated(out).length >= until && existsSync(here.at(out, 'manifest.json')) && later-- <= 0;
      expect(await runs(out, ['--resume'], isTime)).toBe(null);
    }
    expect(evaluated(out).length).toBeLessThan(IMAGES);
    expect(await runs(out, ['--resume'])).toBe(0);
    expect(here.bytes(out)).toEqual(here.bytes(WHOLE));
    expect(new Set(evaluated(out)).size).toBe(evaluated(out).length);
  }, 900_000);

  test('two shards, each twice, in any order and at the same time, are the same when they are merged', async () => {
    const random = new DefaultRng(LONG ? Date.now() % 1000 : 3);
    for (let round = 0; round < (LONG ? 5 : 1); round++) {
      const out = here.out();
      const order = ['0/2', '1/2', '0/2', '1/2'].sort(() => random.random() - 0.5);
      // The same shard at the same time, and the others after it.
      const [first, second] = [order[0]!, order[1]!];
      expect(await Promise.all([first, first === second ? second : first].map((shard) => runs(out, ['--shard', shard])))).toEqual([0, 0]); // biome-ignore format: one line
      for (const shard of order.slice(1)) expect(await runs(out, ['--shard', shard])).toBe(0);
      const merged = here.out();
      expect(await here.merge(merged, out)).toMatchObject({ code: 0 });
      expect(here.bytes(merged)).toEqual(here.bytes(WHOLE));
    }
  }, 600_000);

  test('does not depend on the clock, which may be set back at any time', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1e12 });
    let hours = 0;
    const back = setInterval(() => vi.setSystemTime(1e12 - ++hours * 3_600_000), 20);
    const out = here.out();
    try {
      await here.evaluate(out, ...FLAGS);
      expect(hours).toBeGreaterThan(0);
    } finally {
      clearInterval(back);
      vi.useRealTimers();
    }
    expect(here.bytes(out)).toEqual(here.bytes(WHOLE));
  });
});

describe.skipIf(noDisks())('a disk', () => {
  test('that becomes full ends the run early, and what is done is kept', async () => {
    const disk = makeDisk(160);
    const out = here.out();
    try {
      const { code, stderr } = await here.evaluate(path.join(disk.folder, 'out'), ...FLAGS);
      expect([code, stderr]).toEqual([3, expect.stringContaining('the disk is full (ENOSPC)')]);
      expect(stderr).toContain('the same command with --resume computes the rest');
      cpSync(path.join(disk.folder, 'out'), here.at(out), { recursive: true });
    } finally {
      disk.remove();
    }
    const done = Object.keys(here.bytes(out)).filter((name) => name.startsWith('part-')).length;
    expect(done).toBeGreaterThan(0);
    const again = await here.evaluate(out, ...FLAGS, '--resume');
    expect([again.code, JSON.parse(again.stdout).resumed]).toEqual([0, expect.any(Number)]);
    expect(JSON.parse(again.stdout).resumed).toBeGreaterThanOrEqual(4 * done);
    expect(here.bytes(out)).toEqual(here.bytes(WHOLE));
  });

  test('that can only be read is refused before anything runs', async () => {
    const disk = makeDisk(160);
    try {
      disk.readOnly();
      const { code, stderr } = await here.evaluate(path.join(disk.folder, 'out'), ...FLAGS);
      expect([code, stderr]).toEqual([2, expect.stringContaining('the disk is read-only (EROFS)')]);
    } finally {
      disk.remove();
    }
  });
});
