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
import { OpenImages } from './src/explainers/session/openImages.ts';
const ENDS = {
  'abort.png': () => process.abort(),
  'memory.png': () => {
    process.stderr.write("terminate called after throwing an instance of 'std::bad_alloc'\\n");
    process.abort();
  },
  'killed.png': () => process.kill(process.pid, 'SIGKILL'),
};
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
});
