// Installing a runtime in VS Code: what is said and asked before anything is downloaded. Stand-ins for VS Code, and for
// what installs.
import { beforeEach, expect, test, vi } from 'vitest';

const world = vi.hoisted(() => ({
  shown: [] as string[],
  picks: 0,
  answers: new Map<string, string>(),
  installed: [] as string[],
}));

vi.mock('vscode', () => {
  const answer = (what: string) => {
    world.shown.push(what);
    return [...world.answers].find(([part]) => what.includes(part))?.[1];
  };
  return {
    Uri: { file: (fsPath: string) => ({ fsPath }) },
    ProgressLocation: { Notification: 15 },
    workspace: { getConfiguration: () => ({ get: () => undefined }) },
    window: {
      showTextDocument: async ({ fsPath }: { fsPath: string }) => answer(`document ${fsPath}`),
      showWarningMessage: async (text: string, { detail }: { detail: string }) => answer(`${text} | ${detail}`),
      showInformationMessage: async (text: string, ...buttons: string[]) => answer(`${text} [${buttons.join(', ')}]`),
      showQuickPick: async (items: { label: string }[]) => items[world.picks],
      withProgress: (_: unknown, run: (progress: unknown, token: unknown) => Promise<unknown>) =>
        run({ report: () => {} }, { onCancellationRequested: () => {} }),
    },
  };
});
vi.mock('../../../src/explainers/runtimes/install.ts', () => ({
  installRuntime: async ({ id }: { id: string }, { python }: { python: string }) => {
    world.installed.push(`${id} with ${python}`);
    return `/runtimes/${id}`;
  },
}));
vi.mock('../../../src/explainers/runtimes/place.ts', () => ({
  installedRuntimes: () => ['cuda13'],
  removeRuntime: async (_: string, id: string) => world.installed.push(`removed ${id}`),
}));
vi.mock('../../../src/explainers/runtimes/manifest.ts', async (original) => {
  const own = await original<typeof import('../../../src/explainers/runtimes/manifest.ts')>();
  return { ...own, runtimesFor: () => own.runtimesFor('linux-x64') };
});

const { chooseRuntime, chooseRemoval } = await import('../../../src/extension/runtimes/installRuntime.ts');
const ctx = {
  runtimes: '/runtimes',
  log: { debug: () => {}, info: () => {} },
  client: { restart: (why: string) => world.installed.push(`restarted: ${why}`) },
  panels: { computeAgain: () => world.installed.push('computed again') },
} as unknown as Parameters<typeof chooseRuntime>[0];

beforeEach(() => Object.assign(world, { shown: [], picks: 0, answers: new Map(), installed: [] }));

test('files, sizes, hashes, the place and the licences are said, the manifest is shown, and nothing happens without a yes', async () => {
  await chooseRuntime(ctx);
  expect(world.installed).toEqual([]);
  const [document, question = ''] = world.shown;
  expect(question).not.toContain('…');
  expect(document).toMatch(/^document .*media[\\/]runtimes[\\/]runtimes\.json$/);
  for (const said of [
    'Install CUDA 13 for ONNX Runtime?',
    'pip of python3 downloads 6 files from the Python package index that it is set up for: 1,188 MB in all.',
    'The editor shows their names, sizes and SHA-256, by which each is checked before use.',
    'On the disk it takes 1,609 MB, in /runtimes/cuda13.',
    "By using it you accept NVIDIA's licences",
  ]) {
    expect(question).toContain(said);
  }
  expect(world.shown).toHaveLength(2);
});

test('after a yes it is installed, the explainer starts again, and Undo removes it', async () => {
  world.answers.set('Install CUDA', 'Install').set('is installed', 'Undo');
  await chooseRuntime(ctx);
  expect(world.installed).toEqual([
    'cuda13 with python3',
    'restarted: a runtime was installed',
    'computed again',
    'removed cuda13',
    'restarted: a runtime was removed',
    'computed again',
  ]);
});

test('TensorFlow.js: that npm and a compiler run is said', async () => {
  world.picks = 1;
  await chooseRuntime(ctx);
  expect(world.shown[1]).toMatch(
    /one file from the Python package index that it is set up for, and npm 128 packages: 262 MB in all/,
  );
  expect(world.shown[1]).toMatch(/C\+\+ compiler/);
});

test('Remove Runtime… removes what is chosen', async () => {
  await chooseRemoval(ctx);
  expect(world.installed[0]).toBe('removed cuda13');
  expect(world.shown).toEqual(['CUDA 13 for ONNX Runtime is removed. []']);
});
