import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ResultFiles } from '../../../../src/explainers/cli/results/resultFiles.ts';
import { makeDisk, noDisks } from '../../../disks.ts';
import { writeColourModel, writeImage } from '../../labelCheck/coloured.ts';
import { cli } from '../cli.ts';
import { faultsOf, manifestOf, shownFiles } from '../outFolder.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-results-'));
const at = (...steps: string[]) => path.join(folder, ...steps);
const IMAGES = ['a.bmp', 'b.bmp', 'c.bmp'];
const explain = (images: readonly string[], out: string, ...more: string[]) =>
  cli(['explain', ...images, '--model', 'colours.explain.json', ...(more.includes('--method') ? [] : ['--method', 'gradient']), ...(more.includes('--class') ? [] : ['--class', 'all']), '--out', out, ...more], { cwd: folder }); // biome-ignore format: one line
const skipped = noDisks();
const why = skipped ? `: ${skipped}` : '';

beforeAll(() => {
  writeColourModel(folder);
  for (const [i, name] of IMAGES.entries()) writeImage(at(name), { red: [4 * i, 3, 12], green: [2, 18, 10] });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a folder holds one run', () => {
  test('what a run does not make itself stays from the run before, and no other trace of that', async () => {
    await explain(IMAGES, 'again');
    writeFileSync(at('again', 'mine.txt'), 'of the user');
    await explain(['b.bmp'], 'again', '--class', 'red', '--raw-channels');
    const files = shownFiles(at('again'));
    expect(files.filter((file) => file.startsWith('b.'))).toEqual([
      'b.bmp.gradient.0-red.npy',
      'b.bmp.gradient.0-red.png',
    ]);
    expect(files.filter((file) => file.startsWith('a.'))).toHaveLength(6);
    expect(files).toContain('mine.txt');
    expect(manifestOf(at('again'))!.files).toEqual(['b.bmp.gradient.0-red.npy', 'b.bmp.gradient.0-red.png']);
    await explain(['b.bmp'], 'again', '--method', 'occlusion', '--class', 'red');
    expect(shownFiles(at('again')).filter((file) => file.startsWith('b.'))).toHaveLength(4);
  });

  test('a run that is not finished leaves no manifest, and what was there comes back with the next', async () => {
    await explain(IMAGES, 'cut');
    const before = shownFiles(at('cut'));
    const manifest = readFileSync(at('cut', 'manifest.json'));
    const files = await ResultFiles.begin(at('cut'), []);
    await files.put('a.bmp.gradient.0-red.npy', 'new');
    expect(shownFiles(at('cut'))).toEqual(['a.bmp.gradient.0-red.npy']);
    files.release();
    const next = await ResultFiles.begin(at('cut'), []);
    await next.abandon();
    next.release();
    expect(shownFiles(at('cut'))).toEqual(before);
    expect(readFileSync(at('cut', 'manifest.json')).equals(manifest)).toBe(true);
  });

  test('wherever a run is killed, the folder holds one run, and the next run finds all of the one before', async () => {
    // Killed after each step that changes the folder: every state that can be left.
    for (let steps = 0; steps < 12; steps++) {
      const out = at(`step-${steps}`);
      mkdirSync(out);
      const first = await ResultFiles.begin(out, []);
      for (const name of ['a.png.lime.0-x.npy', 'b.png.lime.0-x.npy']) await first.put(name, 'first');
      await first.finish(JSON.stringify({ files: first.names }));
      first.release();
      await killedAfter(steps, out);
      const texts = shownFiles(out).filter((file) => file !== 'manifest.json').map((file) => readFileSync(path.join(out, file), 'utf8')); // biome-ignore format: one line
      expect(new Set(texts).size, `after step ${steps}: ${texts}`).toBeLessThan(2);
      const next = await ResultFiles.begin(out, []);
      await next.abandon();
      next.release();
      expect(shownFiles(out)).toEqual(['a.png.lime.0-x.npy', 'b.png.lime.0-x.npy', 'manifest.json']);
    }
  });

  test('two runs at the same time: the second is refused', async () => {
    const files = await ResultFiles.begin(at('busy'), []);
    const { code, stderr, stdout } = await explain(['a.bmp'], 'busy');
    files.release();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Another run is writing its results into this folder');
  });

  test('a manifest from elsewhere moves nothing that is not a result, and nothing outside the folder', async () => {
    mkdirSync(at('hostile'));
    mkdirSync(at('private'));
    writeFileSync(at('private', 'x.gradient.0-red.npy'), 'mine');
    writeFileSync(at('hostile', 'notes.txt'), 'mine');
    symlinkSync(at('private'), at('hostile', 'linked'));
    const files = ['../../private/x.gradient.0-red.npy', at('private', 'x.gradient.0-red.npy'), 'linked/x.gradient.0-red.npy', 'notes.txt', '../../a.bmp', 7, null]; // biome-ignore format: one line
    writeFileSync(at('hostile', 'manifest.json'), JSON.stringify({ files }));
    expect((await explain(['a.bmp'], 'hostile')).code).toBe(0);
    expect(readFileSync(at('private', 'x.gradient.0-red.npy'), 'utf8')).toBe('mine');
    expect(readFileSync(at('hostile', 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('overlays of an earlier run as images: none is written over', async () => {
    await explain(['a.bmp'], '.', '--class', 'red');
    const overlay = readFileSync(at('a.bmp.gradient.0-red.png'));
    const { code } = await explain(['a.bmp', 'a.bmp.gradient.0-red.png'], '.', '--class', 'red');
    expect(code).toBe(0);
    expect(readFileSync(at('a.bmp.gradient.0-red.png')).equals(overlay)).toBe(true);
    expect(manifestOf(folder)!.files).toContain('a-2.bmp.gradient.0-red.png');
  });
});

describe('a disk that takes no more', () => {
  test.skipIf(skipped)(`full: whole images, a manifest of them, and an error that says so${why}`, async () => {
    const disk = makeDisk(40);
    try {
      const { code, lines, stderr } = await explain(IMAGES, disk.folder);
      expect(code).toBe(2);
      const kinds = lines.map(({ error }) => error?.kind ?? null);
      expect(kinds).toEqual([null, 'usage', 'usage']);
      expect(stderr).toMatch(/the disk is full \(ENOSPC\)[\s\S]*Free space, or choose another folder with --out/);
      expect(stderr).not.toMatch(/defect|\n\s+at /);
      expect(faultsOf(disk.folder)).toEqual([]);
      expect(manifestOf(disk.folder)).toMatchObject({ ended: { kind: 'usage' } });
      expect(manifestOf(disk.folder)!.images.map(({ error }) => error?.kind ?? null)).toEqual(kinds);
    } finally {
      disk.remove();
    }
  });

  test.skipIf(skipped)(`full from the start: nothing is left${why}`, async () => {
    const disk = makeDisk(16);
    try {
      writeFileSync(path.join(disk.folder, 'full'), Buffer.alloc(12 * 1024));
      const { code, stderr } = await explain(IMAGES, disk.folder);
      expect(code).toBe(2);
      expect(stderr).toContain('(ENOSPC)');
      expect(shownFiles(disk.folder)).toEqual(['full']);
    } finally {
      disk.remove();
    }
  });

  test.skipIf(skipped)(
    `full at any file: maps, overlays, superpixels, tables, the manifest${why}`,
    async () => {
      const lines = ['a', 'b'].map((name, id) => ({ id, file_name: `${name}.bmp`, width: 32, height: 32 }));
      const boxes = lines.map(({ id }) => ({ id, image_id: id, category_id: 0, bbox: [4 * id, 3, 12, 12] }));
      writeFileSync(at('full.json'), JSON.stringify({ images: lines, annotations: boxes, categories: [{ id: 0, name: 'red' }] })); // biome-ignore format: one line
      const seen = new Set<string>();
      // The disk takes two or three blocks more each time: it is full at one file after the other, until all of them
      // fit.
      for (let kilobytes = 12, done = false; !done; kilobytes += kilobytes < 60 ? 8 : 12) {
        const disk = makeDisk(kilobytes);
        try {
          const { code, stderr } = await cli(
            ['agree', 'a.bmp', 'b.bmp', '--model', 'colours.explain.json', '--method', 'gradient,lime', '--param', 'lime.samples=12', '--class', 'red', '--annotations', 'full.json', '--threshold', 'tuned', '--out', disk.folder], // biome-ignore format: one line
            { cwd: folder },
          );
          done = code === 0;
          const files = shownFiles(disk.folder);
          for (const file of files) seen.add(file);
          expect(faultsOf(disk.folder)).toEqual([]);
          if (done) continue;
          expect([code, stderr]).toEqual([2, expect.stringMatching(/the disk is full \(ENOSPC\)/)]);
          expect(stderr).not.toMatch(/defect|\n\s+at /);
          // Where the manifest itself has no room, whole results stay without one, as after a kill.
          for (const file of files.filter((name) => /\.(csv|json)$/.test(name)))
            expect(readFileSync(path.join(disk.folder, file), 'utf8')).toMatch(/\n$/);
        } finally {
          disk.remove();
        }
      }
      expect([...seen].filter((file) => !file.includes('.bmp.')).sort()).toEqual(['manifest.json', 'summary.csv', 'summary.json', 'thresholds.csv']); // biome-ignore format: one line
      expect([...seen].some((file) => file.endsWith('.best.png'))).toBe(true);
    },
    120_000,
  );

  test.skipIf(skipped)(
    `one that can only be read: refused before anything runs, the earlier run stays${why}`,
    async () => {
      const disk = makeDisk(2000);
      try {
        await explain(IMAGES, disk.folder);
        const before = shownFiles(disk.folder);
        disk.readOnly();
        for (const out of [disk.folder, path.join(disk.folder, 'new')]) {
          const { code, stdout, stderr } = await explain(IMAGES, out);
          expect([code, stdout]).toEqual([2, '']);
          expect(stderr).toMatch(/the disk is read-only \(EROFS\)[\s\S]*or choose another folder with --out/);
        }
        expect(shownFiles(disk.folder)).toEqual(before);
      } finally {
        disk.remove();
      }
    },
  );

  test('a file in the place of the folder, a folder in the place of the manifest', async () => {
    writeFileSync(at('file'), '');
    mkdirSync(at('odd', 'manifest.json'), { recursive: true });
    expect((await explain(['a.bmp'], 'file')).stderr).toMatch(
      /cannot be written because a file of that name exists \(EEXIST\)/,
    );
    expect((await explain(['a.bmp'], 'file/below')).stderr).toMatch(
      /a part of the path is a file, not a folder \(ENOTDIR\)/,
    );
    expect((await explain(['a.bmp'], 'odd')).stderr).toMatch(/a folder of that name exists \(EISDIR\)/);
  });
});

/**
 * A second run into a folder that ends without a word after so many steps; its later steps are done in one order, as by
 * a run.
 */
async function killedAfter(steps: number, out: string): Promise<void> {
  const earlier = path.join(out, '.earlier-run');
  const moves: (() => void)[] = [
    () =>
      writeFileSync(
        path.join(out, '.unfinished-run'),
        `${JSON.stringify({ pid: 2 ** 22 + 1, host: os.hostname() })}\n`,
      ),
    () => mkdirSync(earlier),
    ...['manifest.json', 'a.png.lime.0-x.npy', 'b.png.lime.0-x.npy'].map((name) => () => renameSync(path.join(out, name), path.join(earlier, name))), // biome-ignore format: one line
    ...['a.png.lime.0-x.npy', 'c.png.lime.0-x.npy'].flatMap((name) => [
      () => writeFileSync(path.join(out, '.unfinished-run'), `${JSON.stringify(name)}\n`, { flag: 'a' }),
      () => writeFileSync(path.join(out, `.saliency-lens-1-0123456789ab.part`), 'second'),
      () => renameSync(path.join(out, `.saliency-lens-1-0123456789ab.part`), path.join(out, name)),
    ]),
  ];
  for (const move of moves.slice(0, steps)) move();
}
