// The explainer process as it ships, on the example model: the real session behind the real channel.
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExplainerClient } from '../../../src/extension/worker/client.ts';

const root = path.resolve(import.meta.dirname, '../../..');
// Within the repository, as native packages are found from there.
const entry = path.join(root, 'out/test/explainerProcess.cjs');
const photos = path.join(root, 'examples/photos');
const image = path.join(photos, 'coffee.png');
const model = path.join(photos, 'efficientnet-lite0.explain.json');

let client: ExplainerClient;
beforeAll(async () => {
  const { programs } = await import(path.join(root, 'esbuild.config.mjs'));
  const { entry: source, out: _, ...options } = programs.find((each: { out: string }) => /explainer/.test(each.out));
  await build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile: entry,
    bundle: true,
    logLevel: 'error',
    ...options,
  });
  const quiet = () => {};
  client = new ExplainerClient({
    entry,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    processOptions: () => ({ device: 'cpu', threads: 1 }),
    idleMilliseconds: () => 0,
  });
});
afterAll(() => client?.dispose());

describe('the explainer process', () => {
  it('predicts and explains, with progress on the way', async () => {
    const stages: string[] = [];
    const { scores } = await client.request(
      'predict',
      { image, model },
      { onProgress: ({ stage }) => stages.push(stage) },
    );
    const best = scores.find(({ predicted }) => predicted);
    expect(best?.label).toBe('espresso');
    expect(stages).toContain('model');
    const { maps } = await client.request('explain', { image, model, method: 'gradCam', classes: [best!.index] });
    expect(maps[0]?.size).toEqual([224, 224]);
    expect(maps[0]?.values).toBeInstanceOf(Float32Array);
    expect(maps[0]?.values.length).toBe(224 * 224);
    expect(Math.max(...maps[0]!.values)).toBeGreaterThan(0);
  });

  it('gives pictures as bytes', async () => {
    const { bytes, size } = await client.request('display', { image });
    expect(size).toEqual([400, 600]);
    expect(bytes).toBeInstanceOf(Uint8Array);
    expect(bytes.length).toBeGreaterThan(1000);
  });

  it('says what is wrong in a report, and goes on', async () => {
    const pid = client.pid;
    await expect(client.request('display', { image: path.join(photos, 'photos.coco.json') })).rejects.toMatchObject({
      kind: 'image',
      next: expect.any(String),
    });
    await expect(client.request('describe', { model: path.join(photos, 'none.onnx') })).rejects.toMatchObject({
      kind: 'model',
    });
    expect((await client.request('display', { image })).size).toEqual([400, 600]);
    expect(client.pid).toBe(pid);
  });

  it('works again after it was killed', async () => {
    const pending = client.request('predict', { image: path.join(photos, 'chelsea.png'), model });
    process.kill(client.pid!, 'SIGKILL');
    await expect(pending).rejects.toMatchObject({ message: expect.stringContaining('SIGKILL') });
    expect((await client.request('predict', { image, model })).scores).toHaveLength(1000);
  });

  it('tells of annotations that it found in the workspace later, and of files that change them', async () => {
    const workspace = mkdtempSync(path.join(tmpdir(), 'workspace-'));
    const own = new ExplainerClient({
      entry,
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      processOptions: () => ({ device: 'cpu', threads: 1, workspace: [workspace] }),
      idleMilliseconds: () => 0,
    });
    try {
      for (const folder of ['a/b/c', 'tables/of/boxes']) mkdirSync(path.join(workspace, folder), { recursive: true });
      const request = {
        image: path.join(workspace, 'a/b/c/coffee.png'),
        model: path.join(photos, 'efficientnet-lite0.onnx'),
      };
      const table = path.join(workspace, 'tables/of/boxes/all.csv');
      copyFileSync(image, request.image);
      writeFileSync(table, 'filename,class,xmin,ymin,xmax,ymax\ncoffee.png,espresso,10,20,300,200\n');
      const found = new Promise<string>((resolve) => own.onAnnotationsFound(resolve));
      expect((await own.request('annotations', request)).annotations).toEqual([]);
      expect(await found).toBe(request.image);
      expect((await own.request('annotations', request)).annotations).toMatchObject([
        { label: 'espresso', file: table },
      ]);
      rmSync(table);
      const paths = [path.join(workspace, 'other.csv'), table];
      expect(await own.request('annotationFilesChanged', { paths })).toEqual({ paths: [table] });
      expect((await own.request('annotations', request)).annotations).toEqual([]);
    } finally {
      own.dispose();
      rmSync(workspace, { recursive: true });
    }
  });

  it('tells of a link that leads out of the workspace, and reads there once the folder is allowed', async () => {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'linked-')));
    const [workspace, store] = [path.join(folder, 'work'), path.join(folder, 'store')];
    let linked: readonly string[] = [];
    const own = new ExplainerClient({
      entry,
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      processOptions: () => ({ device: 'cpu', threads: 1, workspace: [workspace], linked }),
      idleMilliseconds: () => 0,
    });
    try {
      for (const each of [workspace, store]) mkdirSync(each);
      const link = path.join(workspace, 'labels');
      symlinkSync(store, link);
      copyFileSync(image, path.join(workspace, 'coffee.png'));
      const table = 'filename,class,xmin,ymin,xmax,ymax\ncoffee.png,espresso,10,20,300,200\n';
      writeFileSync(path.join(store, 'all.csv'), table);
      const request = {
        image: path.join(workspace, 'coffee.png'),
        model: path.join(photos, 'efficientnet-lite0.onnx'),
      };
      const met = new Promise((resolve) => own.onLinkOut(resolve));
      expect((await own.request('annotations', request)).annotations).toEqual([]);
      expect(await met).toEqual({ link, folder: store });
      linked = [store];
      own.restart('a linked folder may be read');
      expect((await own.request('annotations', request)).annotations).toMatchObject([{ label: 'espresso' }]);
    } finally {
      own.dispose();
      rmSync(folder, { recursive: true });
    }
  });
});
