// Importing a model in VS Code: what is asked before anything runs, and which interpreter it is. Stand-ins for VS Code,
// for the Python extension's API and for the explainer process.
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ImportAnswer, ImportRequest } from '../../../src/explainers/contracts/importing.ts';
import { SETTINGS } from '../../../src/extension/settingsTable.ts';

/** What the window shows, in order, and what the user answers to each. */
const world = vi.hoisted(() => ({
  trusted: true,
  shown: [] as string[],
  answers: new Map<string, unknown>(),
  settings: new Map<string, unknown>(),
  python: undefined as unknown,
}));

vi.mock('vscode', () => {
  class Uri {
    readonly scheme = 'file';
    readonly fsPath: string;
    constructor(fsPath: string) {
      this.fsPath = fsPath;
    }
    static file = (file: string) => new Uri(file);
  }
  const answer = (what: string) => {
    world.shown.push(what);
    const found = [...world.answers].find(([part]) => what.includes(part));
    return found?.[1];
  };
  return {
    Uri,
    ProgressLocation: { Notification: 15 },
    ViewColumn: { Beside: -2 },
    extensions: { getExtension: (id: string) => (id === 'ms-python.python' ? world.python : undefined) },
    commands: { executeCommand: async (id: string) => answer(`command ${id}`) },
    workspace: {
      get isTrusted() {
        return world.trusted;
      },
      workspaceFolders: [{ uri: new Uri('/data') }],
      getWorkspaceFolder: ({ fsPath }: Uri) => (fsPath.startsWith('/data') ? { uri: new Uri('/data') } : undefined),
      getConfiguration: () => ({ get: (key: string) => world.settings.get(key) }),
    },
    window: {
      showTextDocument: async ({ fsPath }: Uri) => answer(`document ${fsPath}`),
      showWarningMessage: async (text: string, { detail }: { detail: string }) => answer(`${text} | ${detail}`),
      showInformationMessage: async (text: string, ...buttons: string[]) => answer(`${text} [${buttons.join(', ')}]`),
      showInputBox: async ({ prompt }: { prompt: string }) => answer(prompt),
      showQuickPick: async (items: { label: string }[]) => items.find(({ label }) => label === answer('pick')),
      showSaveDialog: async () => answer('save'),
      showOpenDialog: async () => answer('open'),
      withProgress: (_: unknown, run: (progress: unknown, token: unknown) => Promise<unknown>) =>
        run({ report: () => {} }, { onCancellationRequested: () => {} }),
    },
  };
});

const { Uri } = await import('vscode');
const { importModel } = await import('../../../src/extension/importing/importModel.ts');
const { interpreterFor } = await import('../../../src/extension/importing/interpreter.ts');

const log = { debug: () => {}, info: () => {}, warn: (text: string) => world.shown.push(text), error: () => {} };
const written: ImportAnswer = {
  kind: 'imported',
  model: '/data/net.onnx',
  card: '/data/net.explain.json',
  compared: [],
  notes: ['labels: none found, so classes are numbered'],
};

beforeEach(() => {
  Object.assign(world, { trusted: true, shown: [], answers: new Map(), settings: new Map(), python: undefined });
});

/** Imports a file with an explainer process that gives these answers; returns its requests to run. */
async function imported(replies: readonly ImportAnswer[], clicked: unknown = Uri.file('/data/net.pth')) {
  const requests: ImportRequest[] = [];
  const rest = [...replies];
  const client = {
    request: async (method: string, request: ImportRequest) => {
      if (method === 'planImport') {
        return { script: '/ours/import_model.py', text: '', what: 'the PyTorch file net.pth', out: '/data/net.onnx' };
      }
      requests.push(request);
      world.shown.push('runs');
      return rest.shift();
    },
  };
  await importModel({ client, log } as unknown as Parameters<typeof importModel>[0], clicked);
  return requests;
}

describe('before anything runs', () => {
  test('the script is shown, with the interpreter and the file to write; then it is asked', async () => {
    world.answers.set('Run this script', 'Run Script');
    const requests = await imported([written]);
    expect(requests).toEqual([
      { source: '/data/net.pth', folder: '/data', out: '/data/net.onnx', python: 'python3', seconds: 600 },
    ]);
    expect(world.shown).toEqual([
      'document /ours/import_model.py',
      expect.stringMatching(
        /^Run this script to import the PyTorch file net\.pth\? \| The interpreter is python3\..*net\.onnx/,
      ),
      'runs',
      expect.stringMatching(/net\.onnx gives the same numbers as the model in Python.*labels: none found/),
    ]);
  });

  test('nothing runs unless the user agrees', async () => {
    expect(await imported([written])).toEqual([]);
    expect(world.shown).not.toContain('runs');
  });

  test('nothing runs, and nothing is asked, in an untrusted workspace', async () => {
    world.trusted = false;
    await expect(imported([written])).rejects.toMatchObject({ kind: 'usage', message: /not trusted/ });
    expect(world.shown).toEqual([]);
  });
});

describe('what is asked again', () => {
  beforeEach(() => world.answers.set('Run this script', 'Run Script'));

  test.each([
    ['pickle', 'Run the code in this pickle?', 'Run Pickle'],
    ['download', 'Download the model?', 'Download'],
  ] as const)('%s', async (ask, question, button) => {
    const reply: ImportAnswer = { kind: 'ask', ask, why: 'Because.' };
    expect(await imported([reply, written])).toHaveLength(1);
    expect(world.shown.at(-1)).toBe(`${question} | Because.`);
    world.answers.set(question, button);
    const [, second] = await imported([reply, written]);
    expect(second).toMatchObject({ source: '/data/net.pth', allow: [ask] });
  });

  test('the function that builds the model, and then the download of its weights', async () => {
    world.answers.set('Name the function', ' nets:make ').set('Download the model?', 'Download');
    const [, second, third] = await imported([
      { kind: 'ask', ask: 'function', why: 'It holds only weights.' },
      { kind: 'ask', ask: 'download', why: 'It is not here.' },
      written,
    ]);
    expect(second).toMatchObject({ function: 'nets:make' });
    expect(third).toMatchObject({ function: 'nets:make', allow: ['download'] });
  });

  test('a name from the palette, and where to write it', async () => {
    world.answers.set('pick', 'A Name…').set('timm:NAME', 'timm:resnet50');
    const [request] = await imported([written], null);
    expect(request).toMatchObject({ source: 'timm:resnet50', folder: '/data' });
  });
});

describe('the interpreter', () => {
  const environments = (found: unknown, executable?: unknown) => ({
    activate: async () => ({
      environments: {
        getActiveEnvironmentPath: ({ fsPath }: { fsPath: string }) => (fsPath === '/data' ? found : undefined),
        resolveEnvironment: async (asked: unknown) => (asked === found ? executable : undefined),
      },
    }),
  });
  const absolute = path.resolve('/venv/bin/python');

  test.each([
    [
      'the one of the Python extension',
      environments({ path: '/venv' }, { executable: { uri: { fsPath: absolute } } }),
      absolute,
    ],
    ['its path, where it is not resolved', environments({ path: absolute }), absolute],
    ['the setting, if no environment is chosen', environments({ path: 'python' }), '/setting/python'],
    ['the setting, if the extension has another API', { activate: async () => undefined }, '/setting/python'],
    [
      'the setting, if the extension fails',
      { activate: async () => Promise.reject(new Error('no')) },
      '/setting/python',
    ],
    ['the setting, without the extension', undefined, '/setting/python'],
  ])('%s', async (_, extension, expected) => {
    world.python = extension;
    world.settings.set('import.python', '/setting/python');
    expect(await interpreterFor('/data', log)).toBe(expected);
  });

  test('the one on the PATH', async () => {
    expect(await interpreterFor('/data', log)).toBe(process.platform === 'win32' ? 'python' : 'python3');
  });

  test('a workspace cannot set it', () => expect(SETTINGS['import.python'].scope).toBe('machine'));
});
