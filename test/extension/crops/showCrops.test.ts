import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { CheckResult } from '../../../src/explainers/contracts/results.ts';
import type { CropsHostSide, CropsPageSide } from '../../../src/explainers/protocol/cropsMessages.ts';
import { Endpoint } from '../../../src/explainers/protocol/endpoint.ts';
import { Session } from '../../../src/explainers/session.ts';
import { showCrops } from '../../../src/extension/commands/labels/showCrops.ts';
import { type Checked, checkedFrom, checkedSoFar } from '../../../src/extension/findings/checked.ts';
import { writeImage } from '../../explainers/labelCheck/coloured.ts';

// The sheet of crops with the real session behind it, and a page that asks what the real one asks.

interface View {
  readonly title: string;
  readonly toHost: Set<(message: unknown) => void>;
  readonly toPage: Set<(message: unknown) => void>;
}
const views = vi.hoisted((): View[] => []);
const tell = vi.hoisted(() => (all: Iterable<(message: unknown) => void>, message: unknown) => {
  for (const receive of all) receive(message);
});
const picked = vi.hoisted(() => ({ label: '', offered: [] as string[] }));

vi.mock('vscode', async () => {
  const stand = await import('../findings/vscode.ts');
  const createWebviewPanel = (_: string, title: string) => {
    const view: View = { title, toHost: new Set(), toPage: new Set() };
    views.push(view);
    const webview = {
      html: '',
      cspSource: '',
      asWebviewUri: String,
      postMessage: (message: unknown) => tell(view.toPage, message),
      onDidReceiveMessage: (receive: (message: unknown) => void) => {
        view.toHost.add(receive);
        return { dispose: () => view.toHost.delete(receive) };
      },
    };
    return { webview, onDidDispose: () => ({ dispose: () => {} }) };
  };
  const showQuickPick = async (items: readonly { readonly label: string }[]) => {
    picked.offered = items.map(({ label }) => label);
    return items.find(({ label }) => label === picked.label);
  };
  return {
    ...stand,
    ViewColumn: { Active: -1 },
    Uri: { ...stand.Uri, joinPath: (_: unknown, ...names: string[]) => ({ fsPath: path.join(folder, ...names) }) },
    window: { ...stand.window, createWebviewPanel, showQuickPick },
  };
});

const folder = mkdtempSync(path.join(os.tmpdir(), 'sheet-'));
const set = path.join(folder, 'animals');
const target = { path: set, kind: 'folder', predictions: path.join(folder, 'p.csv') } as const;
const session = new Session({ threads: 1 });
let result: CheckResult;
beforeAll(async () => {
  mkdirSync(path.join(folder, 'dist'));
  writeFileSync(path.join(folder, 'dist/crops.css'), '');
  const rows = ['cat', 'cow', 'dog'].flatMap((label, c) =>
    Array.from({ length: 8 }, (_, i) => {
      const name = `${label}/${label}${i}.bmp`;
      writeImage(path.join(set, name), { red: [0, 0, 8] });
      // cow3 is a dog.
      const is = name === 'cow/cow3.bmp' ? 2 : c;
      return [name, ...[0, 1, 2].map((k) => (k === is ? 0.9 : 0.05))].join(',');
    }),
  );
  writeFileSync(target.predictions, `image,cat,cow,dog\n${rows.join('\n')}\n`);
  result = await session.checkLabels({ predictions: target.predictions, sources: [{ path: set }] });
});
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  views.length = 0;
});

function ctx(checked: Checked) {
  const onDidChange = () => ({ dispose: () => {} });
  const find = () => undefined;
  const findings = { checked, all: checked.findings, find, onDidChange };
  const request = (method: 'crops' | 'cropPicture', params: never) => session[method](params);
  return { findings, client: { request }, extensionUri: '/extension' } as never;
}

test('with predictions and no model, it offers their classes and shows the images of one, the suspicious first', async () => {
  picked.label = 'cow';
  await showCrops.run(ctx(checkedFrom(target, '', result)));
  expect(picked.offered).toEqual(['cow', 'cat', 'dog']);
  const [view] = views;
  expect(view!.title).toBe('Crops of cow');
  const page = new Endpoint<CropsPageSide, CropsHostSide>(
    {
      post: (message) => tell(view!.toHost, message),
      listen: (receive) => {
        view!.toPage.add(receive);
        return () => view!.toPage.delete(receive);
      },
    },
    { requests: {}, notifications: { states: () => {} } },
  );
  const { label, tiles, problem } = await page.request('ready', {});
  expect([label, problem, tiles.length]).toEqual(['cow', null, 8]);
  expect(tiles.map(({ title }) => title.split(/[ ,]/)[0]).slice(0, 3)).toEqual(['cow3.bmp', 'cow0.bmp', 'cow1.bmp']);
  expect(tiles.map(({ state }) => state).slice(0, 2)).toEqual(['open', 'none']);
  const [picture] = await page.request('pictures', { at: [0], side: 32 });
  expect(picture).toMatchObject({ mime: 'image/jpeg' });
});

test('before such a check has ended, it says that the classes are not known yet', async () => {
  await expect(showCrops.run(ctx(checkedSoFar(target, '', [])))).rejects.toMatchObject({
    kind: 'usage',
    next: expect.stringMatching(/to the end/),
  });
  expect(views).toEqual([]);
});
