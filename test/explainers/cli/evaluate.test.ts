import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metrics } from '../../../src/explainers/metrics/metrics.ts';
import { cli } from './cli.ts';
import { EvaluationFolder, rowsOf } from './evaluation.ts';

let here: EvaluationFolder;
/** A run in one go, with every kind of table. */
const WHOLE = 'whole';
const ALL = ['--compare', '--maps'];
beforeAll(async () => {
  here = new EvaluationFolder();
  expect(await here.evaluate(WHOLE, ...ALL)).toMatchObject({ code: 0 });
});
afterAll(() => here.remove());

describe('evaluate', () => {
  test('has a row per image, class and method, in this order, with the numbers of agree', async () => {
    const assessed = here.out();
    await here.evaluate(assessed, '--assess', 'deletion');
    const rows = await rowsOf(await here.results(assessed));
    const keys = rows.map(({ image, index, method }) => [image, index, method]);
    expect(keys).toEqual([...keys].sort((a, b) => (String(a) < String(b) ? -1 : 1)));
    expect(new Set(rows.map(({ image }) => image)).size).toBe(18);
    const agreed = await cli(
      ['agree', 'data/images', '--model', 'data/colours.explain.json', '--annotations', 'data/labels.coco.json', '--method', 'gradCam,gradient', '--assess', 'deletion'], // biome-ignore format: one line
      { cwd: here.folder },
    );
    let compared = 0;
    for (const { image, scores, maps, agreement, assessment } of agreed.lines as unknown as AgreeLine[]) {
      const name = path.basename(image);
      expect(rows.filter((row) => row['image'] === name)).toHaveLength(maps.length);
      for (const { method, index } of maps) {
        const row = rows.find(
          (each) => each['image'] === name && each['index'] === index && each['method'] === method,
        )!;
        const { logit, score, predicted, label } = scores[index]!;
        expect(row).toMatchObject({ logit, score, predicted: Number(predicted), label, error: null });
        for (const each of [...agreement, ...assessment].filter(
          (one) => one.method === method && one.index === index,
        )) {
          expect(row[each.metric]).toBe(each.value);
          expect(row[`${each.metric}.reason`]).toBe(each.reason);
          if (each.baselines) expect(row[`${each.metric}.whole`]).toBe(each.baselines.wholeImage);
          if (each.baselines) expect(row[`${each.metric}.random`]).toBe(each.baselines.random);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(18 * (metrics.length + 1));
  });

  test('has a reason for every number that is missing, and the coverage of maps without annotation', async () => {
    const rows = await rowsOf(await here.results(WHOLE));
    const silent = rows.filter(({ state }) => state !== 'drawn');
    expect(silent.length).toBeGreaterThan(0);
    for (const row of rows)
      for (const { id } of metrics)
        expect(row[id] === null, `${id} ${row['image']}`).toBe(row[`${id}.reason`] !== null);
    for (const row of silent) expect([row['iou.reason'], row['coverage']]).toEqual(['the annotation says that the class is absent', expect.any(Number)]); // biome-ignore format: one line
    const drawn = rows.filter(({ state }) => state === 'drawn');
    expect(new Set(drawn.map(({ subset }) => subset))).toEqual(new Set(['single', 'several']));
  });

  test('has the scores and states of all classes, and how alike the methods are', async () => {
    const results = await here.results(WHOLE);
    const scores = await rowsOf(results, 'scores');
    expect(scores).toHaveLength(18);
    expect(scores[1]).toMatchObject({ image: 'image01.bmp', height: 32, width: 32, states: 'dda' });
    expect(scores[1]!['scores']).toHaveLength(3);
    const pairs = await rowsOf(results, 'pairs');
    expect(pairs[0]).toMatchObject({ image: 'image00.bmp', method: 'gradCam', other: 'gradient', reason: null });
    expect(pairs[0]!['spearman']).toEqual(expect.any(Number));
  });

  test('writes nothing else, and a map of each row where it is asked to', async () => {
    const names = Object.keys(here.bytes(WHOLE));
    const parts = (table: string) => Array.from({ length: 5 }, (_, i) => `${table}-0000${i}.parquet`);
    const maps = Array.from({ length: 18 }, (_, i) => `maps/image${String(i).padStart(2, '0')}.bmp.npz`);
    expect(names).toEqual(['failures.jsonl', 'manifest.json', ...maps, ...parts('pairs'), ...parts('part'), ...parts('scores')]); // biome-ignore format: one line
    expect(readdirSync(here.at(WHOLE)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('the manifest runs it again, with equal bytes', async () => {
    const { manifest } = await here.results(WHOLE);
    const again = here.out();
    expect(await cli([...(manifest['arguments'] as string[]), '--out', here.at(again)], { cwd: '/' })).toMatchObject({
      code: 0,
    });
    const { 'manifest.json': _, ...bytes } = here.bytes(again);
    expect(here.bytes(WHOLE)).toMatchObject(bytes);
  });

  test('several workers give the same bytes', async () => {
    const out = here.out();
    await here.evaluate(out, ...ALL, '--workers', '3');
    expect(here.bytes(out)).toEqual(here.bytes(WHOLE));
  });
});

interface AgreeLine {
  readonly image: string;
  readonly scores: readonly { logit: number; score: number; predicted: boolean; label: string }[];
  readonly maps: readonly { method: string; index: number }[];
  readonly agreement: readonly Measured[];
  readonly assessment: readonly Measured[];
}

interface Measured {
  readonly method: string;
  readonly index: number;
  readonly metric: string;
  readonly value: number | null;
  readonly reason: string | null;
  readonly baselines?: { readonly wholeImage: number | null; readonly random: number | null } | null;
}

describe('a run that ended', () => {
  test('is continued by --resume, which repeats and drops nothing', async () => {
    const out = here.copy(WHOLE);
    // A part that is missing, one that is damaged, one whose scores are missing.
    unlinkSync(here.at(out, 'part-00001.parquet'));
    truncateSync(here.at(out, 'part-00002.parquet'), 3000);
    unlinkSync(here.at(out, 'scores-00003.parquet'));
    const { code, stderr, stdout } = await here.evaluate(out, ...ALL, '--resume');
    expect([code, stderr]).toEqual([0, expect.stringContaining('18 of 18 images evaluated, 6 of them before')]);
    expect(JSON.parse(stdout)).toMatchObject({ images: 18, done: 18, resumed: 6, failed: 0, error: null });
    expect(here.bytes(out)).toEqual(here.bytes(WHOLE));
    const timed = readFileSync(here.at(out, 'timings.jsonl'), 'utf8').split('\n').filter((line) => line.includes('"image"')); // biome-ignore format: one line
    expect(timed).toHaveLength(18 + 12);
  });

  test('after Ctrl-C, what is done is kept, and the exit code says that it can be resumed', async () => {
    const out = here.out();
    const controller = new AbortController();
    const watch = setInterval(() => {
      if (existsSync(here.at(out, 'part-00001.parquet'))) controller.abort();
    }, 1);
    const { code, stderr } = await cli(EvaluationFolder.args(out, ...ALL), { cwd: here.folder, signal: controller.signal }); // biome-ignore format: one line
    clearInterval(watch);
    expect([code, stderr]).toEqual([3, expect.stringContaining('the same command with --resume computes the rest')]);
    const done = Object.keys(here.bytes(out)).filter((name) => name.startsWith('part-')).length;
    expect(done).toBeGreaterThanOrEqual(2);
    expect(await here.evaluate(out, ...ALL, '--resume')).toMatchObject({ code: 0 });
    expect(here.bytes(out)).toEqual(here.bytes(WHOLE));
  });

  test('other settings, other images and a second run without --resume are refused, saying what differs', async () => {
    const refused = (...more: readonly string[]) => here.evaluate(WHOLE, ...more);
    expect(await refused(...ALL)).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --resume') });
    const other = await refused(...ALL, '--resume', '--seed', '3', '--class', 'red');
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('These differ: --class, --seed.')]);
    const fewer = await cli(
      EvaluationFolder.args(WHOLE, ...ALL, '--resume').map((each) => (each === 'data/images' ? 'data/images/image0?.bmp' : each)), // biome-ignore format: one line
      { cwd: here.folder },
    );
    expect(fewer.stderr).toContain('These differ: images. 8 images are no longer there: image10.bmp, image11.bmp, image12.bmp, …'); // biome-ignore format: one line
    const shards = await refused(...ALL, '--shard', '0/2');
    expect(shards.stderr).toContain('The folder holds results of a run without shards, and these would be of a run in 2 shards'); // biome-ignore format: one line
  });

  test.each([
    [['--threshold', 'tuned'], 'needs all images at once'],
    [['--readers', 'each'], 'several numbers for one row'],
    [['--shard', '2/2'], 'Shard 2 of 2 does not exist'],
    [['--shards', '4'], 'nothing says which one this is'],
    [['stray.png', '--images', 'data/images'], '--images'],
  ])('%j is refused', async (more, message) => {
    const { code, stderr } = await cli(['evaluate', ...more, ...EvaluationFolder.args(here.out()).slice(1)], { cwd: here.folder }); // biome-ignore format: one line
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('images that cannot be evaluated', () => {
  test('are recorded in failures.jsonl, count as done, and give exit code 1', async () => {
    const own = new EvaluationFolder();
    try {
      writeFileSync(own.at('data/images/image03.bmp'), 'no image');
      writeFileSync(own.at('data/images/image17.bmp'), '');
      expect(await own.evaluate('out')).toMatchObject({ code: 1 });
      const results = await own.results('out');
      expect(results.failures.map(({ image, method, index, error }) => [image, method, index, error.kind])).toEqual([
        ['image03.bmp', null, null, 'image'],
        ['image17.bmp', null, null, 'image'],
      ]);
      expect(new Set((await rowsOf(results)).map(({ image }) => image)).size).toBe(16);
      const before = own.bytes('out');
      const again = await own.evaluate('out', '--resume');
      expect([again.code, JSON.parse(again.stdout)]).toMatchObject([1, { resumed: 18, failed: 2 }]);
      expect(own.bytes('out')).toEqual(before);
      for (const shard of [0, 1]) await own.evaluate('shards', '--shard', `${shard}/2`);
      expect(await own.merge('merged', 'shards')).toMatchObject({ code: 1 });
      expect(own.bytes('merged')).toEqual(before);
    } finally {
      own.remove();
    }
  });
});

describe('merge', () => {
  test('shards in one folder and in folders of their own give the bytes of a run without shards', async () => {
    const [shared, first, second] = [here.out(), here.out(), here.out()];
    for (const [
      out,
      shard,
    ] of [[shared, '2/3'], [shared, '0/3'], [shared, '1/3'], [first, '1/2'], [second, '0/2']] as const) // biome-ignore format: one line
      expect(await here.evaluate(out, ...ALL, '--shard', shard)).toMatchObject({ code: 0 });
    const [a, b] = [here.out(), here.out()];
    expect(await here.merge(a, shared)).toMatchObject({ code: 0 });
    expect(here.bytes(a)).toEqual(here.bytes(WHOLE));
    expect(await here.merge(b, first, second, shared)).toMatchObject({ code: 0 });
    expect(here.bytes(b)).toEqual(here.bytes(WHOLE));
    // Merging again, and merging what is merged.
    expect(await here.merge(a, shared)).toMatchObject({ code: 0 });
    const c = here.out();
    expect(await here.merge(c, a)).toMatchObject({ code: 0 });
    expect(here.bytes(c)).toEqual(here.bytes(WHOLE));
  });

  test('refuses what is missing and what does not belong together, and names it', async () => {
    const [some, other] = [here.out(), here.out()];
    await here.evaluate(some, '--shard', '0/3');
    await here.evaluate(some, '--shard', '2/3');
    const missing = await here.merge(here.out(), some);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringMatching(/\d of 18 images are missing: image\d\d\.bmp.* Of 3 shards, these are not complete: 1\./)]); // biome-ignore format: one line
    await here.evaluate(other, '--shard', '1/3', '--seed', '1');
    const mixed = await here.merge(here.out(), some, other);
    expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringContaining('These differ: --seed.')]);
    expect(await here.merge(some, some)).toMatchObject({ code: 2 });
    expect(await here.merge(WHOLE, some)).toMatchObject({ code: 2 });
    rmSync(here.at(some, 'manifest.json'));
    expect((await here.merge(here.out(), some)).stderr).toContain('it has no manifest.json');
  });
});
