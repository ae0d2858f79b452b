import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePng } from '../../../src/explainers/images/encode.ts';
import { SessionProcess } from '../../../src/explainers/process/sessionProcess.ts';
import { Session } from '../../../src/explainers/session.ts';
import { childProgram } from '../../childProgram.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';
import { cli } from '../cli/cli.ts';

/** A session whose process a native library ends where an image is named after how: the process really ends so. */
const PROGRAM = `
import path from 'node:path';
import { serveSession } from './src/explainers/process/serveSession.ts';
import { OpenModels } from './src/explainers/session/models/openModels.ts';
import { OpenImages } from './src/explainers/session/openImages.ts';
const ENDS = {
  'abort.png': () => process.abort(),
  'memory.png': () => {
    process.stderr.write("terminate called after throwing an instance of 'std::bad_alloc'\\n");
    process.abort();
  },
  'killed.png': () => process.kill(process.pid, 'SIGKILL'),
  // As a Loop of 2^62 rounds in a model does: nothing is heard any more. Here without keeping a core busy.
  'endless.png': () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
};
if (process.env.ENDS_WITH_MODEL) {
  OpenModels.prototype.open = () => process.abort();
}
const open = OpenImages.prototype.open;
OpenImages.prototype.open = function (file) {
  ENDS[path.basename(file)]?.();
  return open.call(this, file);
};
serveSession(JSON.parse(process.argv[3]));
`;

let [folder, program, model] = ['', '', ''];
const images = ['a.png', 'abort.png', 'b.png', 'memory.png', 'killed.png', 'c.png'];
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-process-'));
  program = await childProgram('endingSession', PROGRAM);
  model = writeModel(folder, tinyClassifier());
  for (const [i, name] of images.entries())
    writeFileSync(path.join(folder, name), await encodePng(new Uint8Array(3 * 64).fill(40 * i), [8, 8]));
});
afterAll(() => rmSync(folder, { recursive: true }));

const open = (options: ConstructorParameters<typeof SessionProcess>[1]) => new SessionProcess(program, options);
const kinds = { 'abort.png': 'engine', 'memory.png': 'memory', 'killed.png': 'engine' } as Readonly<
  Record<string, string>
>;

describe('the command line survives what ends the process that runs the model', () => {
  test('predict: a line for each image, and those behind it are predicted', async () => {
    const { code, lines, stderr } = await cli(['predict', ...images, '--model', model, '--threads', '1'], {
      cwd: folder,
      open,
    });
    expect(code).toBe(1);
    expect(lines.map(({ image }) => image)).toEqual(images);
    for (const { image, scores, error } of lines) {
      expect(error?.kind).toBe(kinds[image]);
      expect(scores).toHaveLength(image in kinds ? 0 : 3);
      if (error) expect(stderr).toContain(`${image}: ${error.message}`);
    }
    expect(stderr).not.toMatch(/\n\s+at |terminate called/);
  });

  test('explain --out: maps of the others, and a manifest that names what failed', async () => {
    const out = path.join(folder, 'out');
    const { code, lines } = await cli(['explain', ...images, '--model', model, '--threads', '1', '--out', out], {
      cwd: folder,
      open,
    });
    expect(code).toBe(1);
    expect(lines.map(({ maps }) => maps.length)).toEqual([1, 0, 1, 0, 0, 1]);
    const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8'));
    expect(manifest.images.map((each: { error: { kind: string } | null }) => each.error?.kind)).toEqual(
      images.map((name) => kinds[name]),
    );
    for (const { maps } of lines) for (const { npy } of maps) expect(existsSync(path.resolve(folder, npy!))).toBe(true);
  });

  test('check: what ends the process is skipped with its reason, with and without a journal', async () => {
    const labels = path.join(folder, 'labels.json');
    const info = images.map((name, id) => ({ id, file_name: name, width: 8, height: 8 }));
    const annotations = images.map((_, id) => ({ id, image_id: id, category_id: 0, bbox: [1, 1, 4, 4] }));
    writeFileSync(labels, JSON.stringify({ images: info, annotations, categories: [{ id: 0, name: 'class 0' }] }));
    const args = ['check', '--annotations', labels, '--model', model, '--threads', '1'];
    const plain = await cli(args, { cwd: folder, open });
    const withJournal = await cli([...args, '--journal', 'journal.jsonl'], { cwd: folder, open });
    for (const { code, stderr } of [plain, withJournal]) {
      expect(code).toBe(1);
      for (const name of Object.keys(kinds))
        expect(stderr).toMatch(new RegExp(`${name}: The explainer process|${name}: The system`));
      expect(stderr).toMatch(/3 images? checked\./);
    }
    expect(withJournal.lines).toEqual(plain.lines);
  });

  test('the same answers as a session in this process, and a cancel ends the wait', async () => {
    const [far, near] = [open({ threads: 1 }), new Session({ threads: 1 })];
    try {
      const request = { image: path.join(folder, 'b.png'), model };
      expect(await far.predict(request)).toEqual(await near.predict(request));
      const asked = { ...request, method: 'gradCam', classes: [0, 1] };
      const [a, b] = [await far.explain(asked), await near.explain(asked)];
      expect(a.maps.map(({ values }) => values)).toEqual(b.maps.map(({ values }) => values));
      const map = a.maps[0]!;
      const pictures = [
        await far.overlay({ image: request.image, map }),
        await near.overlay({ image: request.image, map }),
      ];
      expect([...pictures[0]!]).toEqual([...pictures[1]!]);
      const stop = new AbortController();
      const long = far.explain(
        { ...request, method: 'rise', classes: [0], parameters: { masks: 100_000 } },
        { signal: stop.signal },
      );
      setTimeout(() => stop.abort(), 50);
      await expect(long).rejects.toMatchObject({ kind: 'cancelled' });
      expect((await far.predict(request)).scores).toHaveLength(3);
    } finally {
      await Promise.all([far.dispose(), near.dispose()]);
    }
    await expect(far.predict({ image: 'x', model })).rejects.toMatchObject({ kind: 'cancelled' });
  });

  test('a model that ends the process whenever it is opened: each image gets its line, inspect says so', async () => {
    process.env['ENDS_WITH_MODEL'] = '1';
    try {
      const some = images.slice(0, 3);
      const labels = path.join(folder, 'ending.json');
      writeFileSync(labels, JSON.stringify({ images: [], annotations: [], categories: [] }));
      const OUT = ['--out', path.join(folder, 'ending')];
      for (const verb of [
        ['predict'],
        ['explain'],
        ['explain', ...OUT],
        ['agree', '--annotations', labels],
        ['agree', '--threshold', 'tuned', '--annotations', labels],
      ]) {
        // biome-ignore format: one line
        const { code, lines, stderr } = await cli([verb[0]!, ...some, ...verb.slice(1), '--model', model], {
          cwd: folder,
          open,
        });
        expect([code, lines.map(({ image }) => image)]).toEqual([1, some]);
        for (const { image, error } of lines) {
          expect(error).toMatchObject({ kind: 'engine', message: expect.stringContaining('crashed (SIGABRT)') });
          expect(stderr).toContain(`${image}: The explainer process crashed`);
        }
      }
      expect(existsSync(OUT[1]!)).toBe(false);
      const inspected = await cli(['inspect', model], { cwd: folder, open });
      expect([inspected.code, inspected.stdout]).toEqual([2, '']);
      expect(inspected.stderr).toContain('The explainer process crashed (SIGABRT)');
    } finally {
      delete process.env['ENDS_WITH_MODEL'];
    }
  });

  describe('agree, with and without tuned thresholds', () => {
    test.each([
      ['plain', []],
      ['tuned', ['--threshold', 'tuned']],
    ])('%s: what ends the process costs its image, all others have their numbers', async (_, more) => {
      const labels = path.join(folder, 'agree.json');
      const info = images.map((name, id) => ({ id, file_name: name, width: 8, height: 8 }));
      const annotations = images.map((_, id) => ({ id, image_id: id, category_id: 0, bbox: [1, 1, 4, 4] }));
      writeFileSync(labels, JSON.stringify({ images: info, annotations, categories: [{ id: 0, name: 'class 0' }] }));
      const out = path.join(folder, `agree-${more.length}`);
      const args = ['agree', ...images, '--model', model, '--threads', '1', '--class', '0', '--annotations', labels];
      const { code, lines } = await cli([...args, '--out', out, ...more], { cwd: folder, open });
      expect([code, lines.map(({ image }) => image)]).toEqual([1, images]);
      for (const { image, agreement, error } of lines) {
        expect(error?.kind).toBe(kinds[image]);
        expect(agreement.length > 0).toBe(!(image in kinds));
      }
      const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8'));
      expect(manifest.images.map((each: { error: unknown }) => each.error === null)).toEqual(
        images.map((name) => !(name in kinds)),
      );
    });
  });

  test('--timeout: an image that takes for ever costs its time, and the next one runs', async () => {
    const some = ['a.png', 'endless.png', 'b.png'];
    writeFileSync(path.join(folder, 'endless.png'), readFileSync(path.join(folder, 'a.png')));
    const LIMIT = ['--model', model, '--threads', '1', '--timeout', '8'];
    const labels = path.join(folder, 'endless.json');
    const info = some.map((name, id) => ({ id, file_name: name, width: 8, height: 8 }));
    const annotations = some.map((_, id) => ({ id, image_id: id, category_id: 0, bbox: [1, 1, 4, 4] }));
    writeFileSync(labels, JSON.stringify({ images: info, annotations, categories: [{ id: 0, name: 'class 0' }] }));
    const [predicted, explained, checked] = await Promise.all(
      [
        ['predict', ...some],
        ['explain', ...some],
        ['check', '--annotations', labels],
      ].map((args) => cli([...args, ...LIMIT], { cwd: folder, open })),
    );
    for (const { code, lines, stderr } of [predicted!, explained!]) {
      expect([code, lines.map(({ error }) => error?.kind)]).toEqual([1, [undefined, 'engine', undefined]]);
      expect(stderr).toContain('endless.png: The image took longer than 8 s, which is the limit of --timeout.');
    }
    expect([checked!.code, checked!.stderr]).toEqual([1, expect.stringMatching(/endless\.png: It took longer than 8 s\.[\s\S]*2 images checked/)]); // biome-ignore format: one line
    await expect(cli(['predict', 'a.png', '--model', model, '--timeout', '0'], { cwd: folder, open })).resolves.toMatchObject({ code: 2 }); // biome-ignore format: one line
  }, 300_000);
});
