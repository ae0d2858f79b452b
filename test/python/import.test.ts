// The import with a real PyTorch: `npm run test:python` makes a Python environment and runs this; elsewhere it is
// skipped.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { examples, root } from '../data.ts';
import { cli, type Ran } from '../explainers/cli/cli.ts';

const python = process.env['SALIENCY_LENS_TORCH'];
const missing = python ? null : 'no Python with PyTorch: npm run test:python makes one';
const picture = path.join(examples, 'photos/coffee.png');

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-test-python-'));
const at = (...names: string[]) => path.join(folder, ...names);
const json = (name: string) => JSON.parse(readFileSync(at(name), 'utf8'));
let skipped: Readonly<Record<string, string>> = {};

beforeAll(() => {
  if (!python) return;
  execFileSync(python, [path.join(root, 'test/python/make.py'), folder, picture], { stdio: 'pipe' });
  skipped = json('skipped.json');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach((context) => {
  if (missing) context.skip(missing);
});

let made = 0;
/** Imports a source; the export gets a name of its own. */
async function imported(source: string, ...more: string[]): Promise<Ran & { out: string; card: string }> {
  const name = `out${made++}`;
  const args = ['import', source, '--out', `${name}.onnx`, '--python', python!, ...more];
  const ran = await cli(args, { cwd: folder });
  return { ...ran, out: at(`${name}.onnx`), card: at(`${name}.explain.json`) };
}

async function logitsOf(card: string): Promise<{ labels: string[]; logits: number[] }> {
  const { lines } = await cli(['predict', picture, '--model', card, '--device', 'cpu'], { cwd: folder });
  const scores = lines[0]!.scores.toSorted((a, b) => a.index - b.index);
  return { labels: scores.map(({ label }) => label), logits: scores.map(({ logit }) => logit) };
}

const SIZE = ['--size', '32x32'];
const FUNCTION = ['--function', 'nets:make'];

describe('what can be imported', () => {
  /** The logits of the first, which are everyone's: all are the same model. */
  let reference: readonly number[] | undefined;

  test.each([
    ['a function', 'nets:make', SIZE],
    ['a function of a file', 'nets.py:make', SIZE],
    ['a model that returns a dictionary', 'nets:Answers', SIZE],
    ['weights and their class', 'weights.pth', [...FUNCTION, ...SIZE]],
    ['weights of safetensors', 'weights.safetensors', [...FUNCTION, ...SIZE]],
    ['an exported program', 'open.pt2', []],
    ['TorchScript', 'traced.pt', SIZE],
    ['a pickle of a whole module', 'whole.pt', ['--allow-pickle', ...SIZE]],
  ])('%s gives the same model', async (_, source, flags) => {
    const { code, stderr, stdout, card } = await imported(source, ...flags);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { compared } = JSON.parse(stdout);
    expect(compared.map(({ batch }: { batch: number }) => batch)).toEqual([1, 3, 3]);
    for (const { difference } of compared) expect(difference).toBeLessThan(1e-5);
    const { logits } = await logitsOf(card);
    reference ??= logits;
    expect(logits).toEqual(reference.map((each) => expect.closeTo(each, 5)));
  });

  test('a checkpoint of a parallel run, with its class names', async () => {
    const { code, card } = await imported('parallel.pth', ...FUNCTION, ...SIZE);
    expect(code).toBe(0);
    expect((await logitsOf(card)).labels).toEqual(['cat', 'dog', 'bird', 'fish']);
  });

  test('a program with a fixed batch, which is said', async () => {
    const { stdout } = await imported('fixed.pt2');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'imported', notes: expect.arrayContaining(['The model takes batches of 1 only.']) }); // biome-ignore format: one line
  });

  test('a model of grey images', async () => {
    const { code, card } = await imported('nets:grey', ...SIZE);
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(card, 'utf8').replace(/^\s*\/\/.*$/gm, '')).input).toMatchObject({
      channels: 'gray',
      size: [32, 32],
    });
  });
});

describe('metadata: the logits of the library’s own preprocessing and model', () => {
  test.for([
    ['timm', 'timm', ['tench', 'goldfish', 'shark', 'ray', 'cock']],
    ['hf', 'vit', ['cat', 'dog', 'fish']],
    ['hf', 'convnext', ['cat', 'dog', 'fish']],
  ] as const)('%s: %s', async ([library, name, labels], context) => {
    if (skipped[library]) context.skip(skipped[library]);
    const { code, stderr, card } = await imported(name);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const predicted = await logitsOf(card);
    expect(predicted.labels).toEqual(labels);
    expect(predicted.logits).toEqual(json(`${name}.json`).map((each: number) => expect.closeTo(each, 3)));
  });

  test('torchvision, by the name of its weights’ file', async (context) => {
    if (skipped['torchvision']) context.skip(skipped['torchvision']);
    const { code, stderr, card } = await imported(json('torchvision-name.json'));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { labels, logits } = await logitsOf(card);
    expect(labels.slice(0, 2)).toEqual(['tench', 'goldfish']);
    const wanted: number[] = json('torchvision.json');
    const off = Math.max(...logits.map((each, i) => Math.abs(each - wanted[i]!)));
    expect(off).toBeLessThan(2e-3 * Math.max(...wanted.map(Math.abs)));
  });
});

describe('what is asked first', () => {
  test('a pickle is not run, and what it names is said', async () => {
    const { code, stderr, out } = await imported('evil.pt', ...SIZE);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/runs code that it names \([^)]*open[\s\S]*--allow-pickle/),
    });
    expect([existsSync(at('ran')), existsSync(out)]).toEqual([false, false]);
  });

  test.each([
    ['a function that downloads', 'nets:downloads', /would download it from models\.invalid/],
    ['a name that is not here', 'hf:nobody/nothing-of-the-kind', /would download it from huggingface\.co/],
  ])('%s', async (_, source, message) => {
    const { code, stderr } = await imported(source);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });

  test('the function that builds the model, for weights alone', async () => {
    const { code, stderr } = await imported('weights.pth');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/holds only weights \(9 values, the first is 'features\.0\.weight'\)/) }); // biome-ignore format: one line
  });
});

describe('what cannot be imported is named, and nothing is written', () => {
  test.each([
    ['nets:Unknown', /PyTorch cannot export the Python function nets:Unknown: /],
    ['nets:Branch', /The export differs from the model by .* for a batch of 3/],
    ['nets:Dice', /The export differs from the model/],
    ['nets:Listing', /The model returns list without a tensor/],
    ['nets:number', /nets:number returned int, not a torch\.nn\.Module/],
    ['nets:absent', /has no attribute 'absent'/],
    ['absent:make', /Python finds no module 'absent'/],
    ['numbers.pt', /holds list, neither a model nor weights/],
    ['damaged.pt', /Python cannot load the PyTorch file damaged\.pt/],
  ])('%s', async (source, message) => {
    const { code, stderr, out, card } = await imported(source, ...SIZE);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
    expect([existsSync(out), existsSync(card)]).toEqual([false, false]);
  });

  test('weights of another model', async () => {
    const { stderr } = await imported('weights.pth', '--function', 'nets:other', ...SIZE);
    expect(stderr).toMatch(
      /The weights do not fit the model of nets:other: 'head\.weight' is \[4, 8\] in the file and \[7, 8\] in/,
    );
    const { stderr: foreign } = await imported('weights.pth', '--function', 'nets:grey', ...SIZE);
    expect(foreign).toMatch(/The weights do not fit the model of nets:grey: 2 of its 2 values are not in the file/);
  });

  test('a script that never ends, at the time limit', async () => {
    const { code, stderr } = await imported('nets:sleepy', '--timeout', '5');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Python took longer than 5 s') });
  });

  test('an interpreter without PyTorch', async () => {
    execFileSync(python!, ['-m', 'venv', '--without-pip', at('bare')]);
    const bare = process.platform === 'win32' ? at('bare', 'Scripts', 'python.exe') : at('bare', 'bin', 'python');
    const { code, stderr } = await cli(['import', 'nets:make', '--out', 'x.onnx', '--python', bare], { cwd: folder });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/-m pip install torch onnx onnxscript/),
    });
  });
});
