// The files behind a panel are watched, those included that a person types into the form of a method.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ModelDescription } from '../../../src/explainers/contracts/results.ts';
import { segmentFilesOf } from '../../../src/extension/panels/segmentFiles.ts';
import { ShownFiles } from '../../../src/extension/panels/shownFiles.ts';
import { watched } from '../watch/vscode.ts';

vi.mock('vscode', () => import('../watch/vscode.ts'));

const places = () => [...watched.values()].map(({ place }) => place).sort();
const model = '/data/m/net.onnx';

function makeFiles() {
  const changed = vi.fn();
  const client = { request: async () => ({ files: [model] }) };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const deps = { client, log } as unknown as ConstructorParameters<typeof ShownFiles>[0];
  const files = new ShownFiles(deps, { changed, imageMoved: () => {}, modelAppeared: () => {} });
  files.show('/data/a.png', model);
  return { files, changed };
}

beforeEach(() => watched.clear());

describe('files with values of further inputs', () => {
  const card = { model, explain: {}, annotations: [{ path: '/data/a.csv' }], inputs: [{ kind: 'number' }, { kind: 'number', from: { beside: '.meta.json' } }, { kind: 'constant' }] }; // biome-ignore format: one line
  const beside = () => places().filter((place) => place.endsWith('.json'));

  it('are watched next to the image that is shown; a change makes everything again', async () => {
    const { files, changed } = makeFiles();
    expect(beside()).toEqual([]);
    await files.described(model, { card } as unknown as ModelDescription);
    expect(beside()).toEqual(['/data/a.inputs.json', '/data/a.meta.json', '/data/a.png.inputs.json', '/data/a.png.meta.json']); // biome-ignore format: one line
    [...watched.values()].find(({ place }) => place === '/data/a.inputs.json')!.tell('/data/a.inputs.json');
    await vi.waitFor(() => expect(changed).toHaveBeenCalledWith('modelChanged', { model, files: [] }));
    files.show('/data/b.c.png', model);
    expect(beside()).toContain('/data/b.c.inputs.json');
    expect(beside()).not.toContain('/data/a.inputs.json');
    files.show('/data/b.c.png', '/data/m/other.onnx');
    expect(beside()).toEqual([]);
    files.dispose();
  });
});

it('an image in a tar is watched as the tar', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'shown-'));
  try {
    const tar = path.join(folder, 'set.tar');
    writeFileSync(tar, '');
    const { files, changed } = makeFiles();
    const image = path.join(tar, 'cat', '1.jpg');
    files.show(image, null);
    const seen = [...watched.values()].filter(({ place }) => place === tar);
    expect([seen.length, places().filter((place) => place.startsWith(`${tar}/`))]).toEqual([1, []]);
    seen[0]!.tell(tar);
    await vi.waitFor(() => expect(changed).toHaveBeenCalledWith('imageChanged', { image }));
    rmSync(tar);
    files.dispose();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('segment files that a person types', () => {
  it('are watched, relative to the model, even before they exist; a change makes the maps again', async () => {
    const { files, changed } = makeFiles();
    files.segmented(model, segmentFilesOf({ model, method: 'lime', parameters: { segments: ' own[1].npy ' } }));
    files.segmented(model, ['/data/other.png']);
    expect(places()).toEqual(expect.arrayContaining(['/data/m/own[[]1[]].npy', '/data/other.png']));
    const [one] = [...watched.values()].filter(({ place }) => place.endsWith('other.png'));
    one!.tell('/data/other.png');
    await vi.waitFor(() => expect(changed).toHaveBeenCalledWith('modelChanged', { model, files: [] }));
    files.dispose();
    expect(places()).toEqual([]);
  });

  it('are no longer watched with another model, and none of another model is', () => {
    const { files } = makeFiles();
    files.segmented('/data/m/other.onnx', ['/data/x.npy']);
    files.segmented(model, ['/data/own.npy']);
    expect(places()).toContain('/data/own.npy');
    expect(places()).not.toContain('/data/x.npy');
    files.show('/data/a.png', '/data/m/other.onnx');
    expect(places()).not.toContain('/data/own.npy');
    files.dispose();
  });

  it('are at most so many', () => {
    const { files } = makeFiles();
    files.segmented(
      model,
      Array.from({ length: 1000 }, (_, i) => `/data/${i}.npy`),
    );
    expect(places().filter((place) => place.endsWith('.npy')).length).toBeLessThanOrEqual(64);
    files.dispose();
  });

  it('are found in every run of a request', () => {
    const run = (segments: string) => ({ parameters: { segments } });
    expect(segmentFilesOf({ model, maps: [run('a.npy'), run('slic')], methods: [run('/b.PNG'), {}] })).toEqual([
      '/data/m/a.npy',
      '/b.PNG',
    ]);
    expect(segmentFilesOf({})).toEqual([]);
  });
});
