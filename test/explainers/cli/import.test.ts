// The verb `import` with a stand-in for Python that prints what the script would. The script itself, with PyTorch:
// npm run test:python.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isAlive } from '../../../src/explainers/files/isAlive.ts';
import { writeOnnx } from '../../../src/explainers/importers/onnx/write.ts';
import { PHOTO, SAVED_MODEL_SCRIPT, SCRIPT } from '../../../src/explainers/python/shipped.ts';
import { Session } from '../../../src/explainers/session.ts';
import { makeDisk, noDisks } from '../../disks.ts';
import { tinyClassifier } from '../../tinyModels.ts';
import { type Answers, answersIn, giving, noStandIn, standIn } from '../python/standIn.ts';
import { cli } from './cli.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-test-import-'));
const at = (...names: string[]) => path.join(folder, ...names);
let answers: Answers;
let runs = 0;

beforeAll(async () => {
  mkdirSync(at('tmp'));
  vi.stubEnv('TMPDIR', at('tmp'));
  answers = await answersIn(at('answers'));
  for (const name of ['net.pth', 'photo.txt']) writeFileSync(at(name), 'weights');
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const noDisk = noDisks();
const why = noStandIn ? `: ${noStandIn}` : '';
const python = (code: string) => standIn(at('bin'), `python${runs++}`, code);
const imported = (code: string, ...more: string[]) =>
  cli(['import', 'net.pth', '--python', python(code), ...more], { cwd: folder });
/** Temporary folders that were not removed; in a folder of our own, because other tests make some too. */
const left = () => readdirSync(at('tmp')).filter((name) => name.startsWith('saliency-lens-import-'));

describe.skipIf(noStandIn)(`with a stand-in for Python${why}`, () => {
  test('writes the export and its card, and says how they were compared and what was guessed', async () => {
    const about = { labels: ['cat', 'dog', 'bird'], sizeGuessed: true };
    const { code, stdout, stderr } = await imported(giving(answers, about));
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(SCRIPT) });
    const { compared, ...answer } = JSON.parse(stdout);
    expect(answer).toMatchObject({ kind: 'imported', model: at('net.onnx'), card: at('net.explain.json') });
    expect(answer.notes).toContain('The size of the image, 8 × 8, is a guess; --size HxW sets it.');
    expect(answer.notes).toContain('labels: from the checkpoint');
    expect(compared.map((each: { batch: number }) => each.batch)).toEqual([1, 3]);
    const predicted = await cli(['predict', PHOTO, '--model', at('net.explain.json')], { cwd: folder });
    expect(predicted.lines[0]!.scores.map(({ label }) => label).sort()).toEqual(['bird', 'cat', 'dog']);
    expect(left()).toEqual([]);
  });

  test.skipIf(noDisk)(`a full disk, and one that can only be read: the old export stays${noDisk ? `: ${noDisk}` : ''}`, async () => {
    const disk = makeDisk(64);
    const out = path.join(disk.folder, 'net.onnx');
    const refused = async (reason: string) => {
      const { code, stdout, stderr } = await imported(giving(answers), '--out', out);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(`The ONNX file cannot be written because ${reason}`);
      expect(stderr).toContain('choose another folder with --out');
      expect([readFileSync(out, 'utf8'), readdirSync(disk.folder).filter((name) => !name.startsWith('filler'))]).toEqual(['old', ['net.onnx']]); // biome-ignore format: one line
    };
    try {
      writeFileSync(out, 'old');
      try {
        for (let n = 0; ; n++) writeFileSync(path.join(disk.folder, `filler${n}`), Buffer.alloc(4096));
      } catch {
        // It is full.
      }
      await refused('the disk is full');
      disk.readOnly();
      await refused('the disk is read-only');
    } finally {
      disk.remove();
    }
  }); // biome-ignore format: the title

  test('a card that is there already stays', async () => {
    writeFileSync(at('mine.explain.json'), '{ "model": "mine.onnx" }');
    const { code, stdout } = await imported(giving(answers), '--out', 'mine.onnx');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).notes).toContain('mine.explain.json was there already and stays as it is.');
    expect(readFileSync(at('mine.explain.json'), 'utf8')).toBe('{ "model": "mine.onnx" }');
  });

  test('what it is given: source, folder, picture, and what the user agreed to', async () => {
    const keep = at('told.json');
    await imported(
      `fs.writeFileSync(${JSON.stringify(keep)}, JSON.stringify({ ...job, pixels: fs.statSync(job.picture.file).size }));
say({ missing: 'torch' });`,
      ...['--function', 'nets:make', '--size', '32x48', '--allow-pickle', '--out', 'x.onnx'],
    );
    const [height, width] = [213, 320];
    expect(JSON.parse(readFileSync(keep, 'utf8'))).toMatchObject({
      kind: 'file',
      source: at('net.pth'),
      folder,
      beside: folder,
      name: 'x.onnx',
      function: 'nets:make',
      size: [32, 48],
      allow: ['pickle'],
      picture: { size: [height, width] },
      pixels: height * width * 3,
    });
  });

  test('an export that differs from the model is not written', async () => {
    const other = await answersIn(at('other'), {}, 0.01);
    const { code, stderr } = await imported(giving(other), '--out', 'other.onnx');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /The export differs from the model by [\d.]+ % of its largest output for a batch of 1/,
      ),
    });
    expect(existsSync(at('other.onnx')) || existsSync(at('other.explain.json'))).toBe(false);
  });

  test('three times the model’s own noise is allowed', async () => {
    const other = await answersIn(at('noisy'), {}, 0.01);
    const code = giving({ ...other, done: { ...other.done, noise: 0.5 } });
    expect((await imported(code, '--out', 'noisy.onnx')).code).toBe(0);
  });

  test('an export for one batch only is not written', async () => {
    const fixed = await answersIn(at('fixed'));
    const graph = tinyClassifier({ activation: null });
    const types = new Map([...graph.types, ['image', { dtype: 'float32' as const, shape: [1, 3, 8, 8] }]]);
    writeFileSync(at('fixed', 'model.onnx'), writeOnnx({ ...graph, types }));
    const { code, stderr } = await imported(giving(fixed), '--out', 'fixed.onnx');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/does not run on a batch of 3/) });
    expect(existsSync(at('fixed.onnx'))).toBe(false);
  });

  test.each([
    [
      '{ ask: "pickle", found: ["torch.nn.Linear", "nets.Net"] }',
      /runs code that it names \(nets\.Net, torch\.nn\.Linear\)[\s\S]*--allow-pickle/,
    ],
    ['{ ask: "download", found: ["huggingface.co"] }', /would download it from huggingface\.co[\s\S]*--allow-download/],
    ['{ ask: "function", found: ["9 values"] }', /holds only weights \(9 values\)[\s\S]*--function MODULE:FUNCTION/],
    ['{ missing: "torch" }', /package torch is missing in \S+python\d+\.\n.*-m pip install torch onnx onnxscript/],
    ['{ missing: "tensorflow" }', /package tensorflow is missing in \S+\n.*-m pip install tensorflow tf2onnx;/],
    ['{ missing: "tf2onnx" }', /-m pip install tf2onnx;/],
    ['{ missing: "timm" }', /-m pip install timm/],
    ['{ missing: "cv2" }', /finds no module 'cv2'[\s\S]*-m pip install opencv-python/],
    ['{ error: "KeyError: \'x\'", stage: "load" }', /Python cannot load the PyTorch file net\.pth: KeyError: 'x'\./],
    [
      '{ error: "RuntimeError: size", stage: "run" }',
      /does not run on an image: RuntimeError: size\.[\s\S]*--size HxW/,
    ],
    [
      '{ error: "Unsupported: if", stage: "export" }',
      /PyTorch cannot export the PyTorch file net\.pth: Unsupported: if\./,
    ],
    [
      '{ error: "The model returns a list.", next: "Return a tensor." }',
      /^The model returns a list\.[\s\S]*Return a tensor\./m,
    ],
    ['{ constructor: 1 }', /Python ended without a result \(exit code 0\)/],
  ])('%s', async (line, message) => {
    const { code, stdout, stderr } = await imported(`say(${line});`, '--out', 'none.onnx');
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
    expect(existsSync(at('none.onnx'))).toBe(false);
  });

  test('lines that are not the script’s are passed over, and its last words are shown if it says nothing', async () => {
    const silent = await imported(
      "fs.writeSync(1, 'null\\n7\\nhello\\n'); console.error('Illegal instruction'); process.exitCode = 9;",
    );
    expect(silent.stderr).toContain('Python ended without a result (exit code 9): Illegal instruction.');
    const killed = await imported("process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);");
    expect(killed.stderr).toContain('Python ended without a result (it was killed)');
  });

  const hanging = (pids: string) => `
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
fs.writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + child.pid);
say({ step: 'Running' });
setInterval(() => {}, 1000);`;
  const alive = (pids: string) => readFileSync(pids, 'utf8').split(' ').map(Number).filter(isAlive);

  test('at the time limit it is killed, with what it started', async () => {
    const pids = at('late');
    const session = new Session();
    const request = { source: 'net.pth', folder, out: at('late.onnx'), python: python(hanging(pids)), seconds: 1 };
    await expect(session.importModel(request)).rejects.toMatchObject({
      kind: 'engine',
      message: 'Python took longer than 1 s, so it was stopped.',
    });
    await session.dispose();
    await expect.poll(() => alive(pids)).toEqual([]);
  });

  test('a cancel kills it, with what it started, and leaves nothing', async () => {
    const pids = at('cancelled');
    const session = new Session();
    const controller = new AbortController();
    const request = { source: 'net.pth', folder, out: at('late.onnx'), python: python(hanging(pids)) };
    const onProgress = ({ message }: { message: string }) => message === 'Running' && controller.abort();
    const call = { signal: controller.signal, onProgress };
    await expect(session.importModel(request, call)).rejects.toMatchObject({ kind: 'cancelled' });
    await session.dispose();
    await expect.poll(() => alive(pids)).toEqual([]);
    expect(left()).toEqual([]);
  });
});

describe('sources', () => {
  test.each([
    [[], /import takes one source, not 0/],
    [['nowhere.pth'], /There is no file or folder 'nowhere\.pth'/],
    [['photo.txt'], /photo\.txt is not named like a PyTorch file/],
    [['.'], /has neither a config\.json of timm or Hugging Face nor a TensorFlow SavedModel/],
    [['nets:make'], /import needs the name of the file to write/],
    [['net.pth', '--out', 'net.pt'], /'net\.pt', but an export is an ONNX file/],
    [['net.pth', '--size', '0x3'], /--size cannot be '0x3'/],
    [['net.pth', '--python', '/nowhere/python'], /There is no Python interpreter '\/nowhere\/python'/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await cli(['import', ...args], { cwd: folder });
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  test.each([
    ['timm', { architecture: 'resnet18' }, 'the timm folder tagged'],
    ['hf', { model_type: 'vit' }, 'the Hugging Face folder tagged'],
  ])('a folder of %s is known by its config.json', async (_, config, what) => {
    mkdirSync(at('tagged'), { recursive: true });
    writeFileSync(at('tagged', 'config.json'), JSON.stringify(config));
    writeFileSync(at('tagged', 'model.safetensors'), '');
    const session = new Session();
    for (const source of ['tagged', at('tagged'), path.join('tagged', 'model.safetensors')]) {
      expect(await session.planImport({ source, folder })).toMatchObject({ what, out: at('tagged', 'model.onnx') });
    }
    await session.dispose();
  });

  test('a TensorFlow SavedModel is known by its saved_model.pb, and has a script of its own', async () => {
    mkdirSync(at('saved'), { recursive: true });
    writeFileSync(at('saved', 'saved_model.pb'), '');
    const session = new Session();
    for (const source of ['saved', at('saved'), path.join('saved', 'saved_model.pb')]) {
      expect(await session.planImport({ source, folder })).toEqual({
        what: 'the TensorFlow SavedModel saved',
        out: at('saved', 'model.onnx'),
        script: SAVED_MODEL_SCRIPT,
        text: readFileSync(SAVED_MODEL_SCRIPT, 'utf8'),
      });
    }
    await session.dispose();
  });

  test('what both scripts do to the machine is the same code', () => {
    const parts = [SCRIPT, SAVED_MODEL_SCRIPT].map((script) => {
      const text = readFileSync(script, 'utf8');
      return text.slice(text.indexOf('class Stop'), text.indexOf('# ---- Loading ----'));
    });
    expect(parts[0]).toContain('def stay_offline');
    expect(parts[1]).toBe(parts[0]);
  });

  test('--script prints the script and runs nothing', async () => {
    const { code, stdout } = await cli(['import', 'net.pth', '--script', '--python', '/nowhere'], { cwd: folder });
    expect([code, stdout]).toEqual([0, readFileSync(SCRIPT, 'utf8')]);
  });
});

/** A real Python that lacks PyTorch; else why there is none. */
const real = (() => {
  const ran = spawnSync('python3', ['-c', 'import torch'], { encoding: 'utf8' });
  if (ran.error) return { skipped: 'there is no python3' };
  return ran.status === 0 ? { skipped: 'python3 has PyTorch' } : { skipped: undefined };
})();

describe.skipIf(real.skipped)(
  `the script in a real Python without PyTorch${real.skipped ? `: ${real.skipped}` : ''}`,
  () => {
    test('names the package and the command that installs it', async () => {
      const { code, stderr } = await cli(['import', 'net.pth', '--python', 'python3'], { cwd: folder });
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining('python3 -m pip install torch onnx onnxscript'),
      });
    });

    test('runs no module that lies next to the weights', async () => {
      const modules = ['torch.py', 'onnx.py'];
      for (const name of modules) writeFileSync(at(name), `open(${JSON.stringify(at('ran'))}, 'w')\n`);
      const { stderr } = await cli(['import', 'net.pth', '--python', 'python3'], { cwd: folder });
      for (const name of modules) rmSync(at(name));
      expect(stderr).toContain('The Python package torch is missing');
      expect(existsSync(at('ran'))).toBe(false);
    });

    test('ends when nobody waits for it any more', () => {
      mkdirSync(at('slow'));
      writeFileSync(at('slow', 'torch.py'), 'import time\ntime.sleep(600)\n');
      const job = { kind: 'function', source: 'nets:make', folder, out: folder, name: 'x.onnx' };
      const env = { ...process.env, PYTHONPATH: at('slow') };
      // Its standard input is closed at once.
      const ran = spawnSync('python3', [SCRIPT, JSON.stringify(job)], {
        env,
        input: '',
        encoding: 'utf8',
        timeout: 60_000,
      });
      expect([ran.status, ran.error]).toEqual([1, undefined]);
    });

    test('is a Python program as old as 3.9 reads it', () => {
      const check = `import ast, sys; ast.parse(open(sys.argv[1], encoding='utf8').read(), feature_version=(3, 9))`;
      expect(execFileSync('python3', ['-c', check, SCRIPT], { encoding: 'utf8' })).toBe('');
    });
  },
);
