// `saliency-lens evaluate` next to a Python script that does the same on the same cores, in turn in one run; how well it
// uses the cores; its memory after few and many images; and one and two processes.
//   npm run bench -- evaluate, or node scripts/bench/evaluate.mjs [--images 500] [--rounds 3] [--memory 1000,10000]
// Python as for the other rows. The images are 100 distinct pictures under many names.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { build } from '../../esbuild.config.mjs';
import { root } from '../steps/child.mjs';
import { median } from '../steps/median.mjs';

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
    memory: { type: 'string', default: '1000,10000' },
    write: { type: 'boolean' },
  },
});
const folder = path.join(root, 'out/bench/evaluate');
const cores = os.availableParallelism();
const python = [process.env.SALIENCY_LENS_PYTHON, path.join(root, '.venv/bin/python')].find(
  (one) => one && existsSync(one),
);
const DISTINCT = 100;
/** The class whose maps are made: one per image. */
const CLASS = 3;
const [WIDTH, HEIGHT] = [500, 375];

const name = (i) => `${String(i).padStart(6, '0')}.jpg`;

/** So many images in a folder, and their boxes. */
async function data(count) {
  const own = path.join(folder, String(count));
  mkdirSync(path.join(own, 'images'), { recursive: true });
  const sources = ['astronaut.png', 'chelsea.png', 'coffee.png', 'rocket.jpg', 'motorcycle_left.png'];
  const at = (i) => path.join(own, 'images', name(i));
  for (let i = 0; i < Math.min(DISTINCT, count); i++) {
    const picture = sharp(path.join(root, 'examples/photos', sources[i % sources.length]))
      .rotate((i * 7) % 90)
      .resize(WIDTH, HEIGHT, { fit: 'cover' });
    await picture.jpeg({ quality: 90 }).toFile(at(i));
  }
  for (let i = DISTINCT; i < count; i++) linkSync(at(i % DISTINCT), at(i));
  const each = (of) => Array.from({ length: count }, (_, i) => of(i));
  const coco = {
    images: each((i) => ({ id: i, file_name: name(i), width: WIDTH, height: HEIGHT })),
    annotations: each((i) => ({ id: i, image_id: i, category_id: CLASS, bbox: [(i * 7) % 250, (i * 5) % 150, 200, 180] })), // biome-ignore format: one line
    categories: [{ id: CLASS, name: `c${CLASS}` }],
  };
  writeFileSync(path.join(own, 'labels.coco.json'), JSON.stringify(coco));
  return own;
}

/** Runs a program to its end: seconds on the clock, those of all processors, and the most memory of its processes, MiB. */
async function measured(command, args, env = {}) {
  const script = `TIMEFORMAT='%R %U %S'; time "$@" >"$OUT" 2>"$OUT.err"`;
  const out = path.join(folder, 'output');
  const child = spawn('bash', ['-c', script, 'bash', command, ...args], {
    env: { ...process.env, ...env, OUT: out },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (more) => {
    text += more;
  });
  let [peak, last] = [0, 0];
  const watch = setInterval(() => {
    last = memoryOf(child.pid);
    peak = Math.max(peak, last);
  }, 200);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command} failed:\n${readFileSync(`${out}.err`, 'utf8').slice(-2000)}`);
  const [wall, user, system] = text.trim().split('\n').at(-1).split(' ').map(Number);
  return { wall, cpu: user + system, peak, output: readFileSync(out, 'utf8') };
}

/** The memory of a process and all below it; what they share counts once. */
function memoryOf(pid) {
  const children = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number)); // biome-ignore format: one line
  const all = [pid];
  for (const own of all) for (const [child, parent] of children) if (parent === own) all.push(child);
  let kilobytes = 0;
  for (const own of all)
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${own}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It has ended.
    }
  return kilobytes / 1024;
}

function ours(own, workers) {
  const out = path.join(own, 'out');
  rmSync(out, { recursive: true, force: true });
  const flags = ['--model', path.join(folder, 'densenet121.explain.json'), '--images', path.join(own, 'images'), '--annotations', path.join(own, 'labels.coco.json'), '--class', `c${CLASS}`, '--out', out, '--device', 'cpu']; // biome-ignore format: one line
  return measured(process.execPath, [path.join(root, 'bin/saliency-lens.cjs'), 'evaluate', ...flags, ...(workers ? ['--workers', String(workers)] : [])]); // biome-ignore format: one line
}

const line = (what, count, { wall, cpu, peak }) =>
  console.log(
    [
      what.padEnd(28),
      `${(count / wall).toFixed(1).padStart(6)} images/s`,
      `${((1000 * cpu) / count).toFixed(0).padStart(5)} ms of CPU per image`,
      `the clock is ${(wall / (cpu / cores)).toFixed(2)} × CPU time ÷ ${cores} cores`,
      `${peak.toFixed(0)} MiB`,
    ].join('   '),
  );

if (!python) throw new Error('Python is needed: SALIENCY_LENS_PYTHON, or .venv in the checkout.');
await build({ production: true });
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
execFileSync(python, [path.join(root, 'test/bench/peer.py'), 'export', 'densenet121', path.join(folder, 'densenet121.onnx')], { stdio: 'inherit' }); // biome-ignore format: one line
const card = { model: 'densenet121.onnx', task: 'multi-class', labels: Array.from({ length: 14 }, (_, i) => `c${i}`), input: { size: [224, 224], resize: 'squash', scale: 255, mean: 0, std: 1 } }; // biome-ignore format: one line
writeFileSync(path.join(folder, 'densenet121.explain.json'), JSON.stringify(card));

const count = Number(options.images);
const own = await data(count);
const peer = () => measured(python, [path.join(root, 'test/bench/evaluate.py'), path.join(own, 'images'), path.join(own, 'labels.coco.json'), String(CLASS), String(cores)]); // biome-ignore format: one line
const ratios = [];
for (let round = 0; round < Number(options.rounds); round++) {
  const mine = await ours(own);
  const theirs = await peer();
  line('saliency-lens evaluate', count, mine);
  line('pytorch-grad-cam and NumPy', count, theirs);
  ratios.push({ wall: theirs.wall / mine.wall, cpu: theirs.cpu / mine.cpu });
}
const ratio = (of) => median(ratios.map(of)).toFixed(2);
console.log(`${count} images, one class each: ${ratio(({ wall }) => wall)} times as fast, ${ratio(({ cpu }) => cpu)} times less CPU time`); // biome-ignore format: one line
for (const workers of [1, 2]) line(`${workers} process${workers > 1 ? 'es' : ''}`, count, await ours(own, workers));
for (const images of options.memory.split(',').filter(Boolean).map(Number))
  line(`${images} images`, images, await ours(await data(images)));
