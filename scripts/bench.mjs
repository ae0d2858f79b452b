// `npm run bench`: our times against the Python libraries' on the same cores, as ratios measured in one run.
//   npm run bench                      every row
//   npm run bench -- gradient lrp      rows whose name holds one of these words
//   npm run bench -- coco               annotation files instead: no Python needed
//   npm run bench -- threshold          a threshold slider that has settled instead: no Python needed
//   npm run bench -- view               how the panel's pictures move instead: Chromium needed, no Python
//   npm run bench -- click              from the click on Explain Image to the heatmap, in a real VS Code; with
//                                       --against REVISION in turn with that version
//   npm run bench -- results            opening, sorting and filtering a folder of results instead: no Python needed
//   npm run bench -- auto               what choosing a device costs instead: no Python needed
//   npm run bench -- many               Check Labels on 10,000 images, killed at random and resumed
//   npm run bench -- evaluate           evaluate next to a Python script that does the same, its memory, and 1 and 2 processes
//   npm run bench -- labels             planted label errors instead: SALIENCY_LENS_DATA and cleanlab needed
//   npm run bench -- given              the same with predictions made elsewhere: cleanlab needed
//   npm run bench -- --against REVISION  an earlier version of ours instead of the libraries; with words: these rows
//   npm run bench -- --rounds 9 --threads 2 --write     more rounds; the rows into the table of docs/benchmarks.md
// Python with the versions of test/reference/requirements.txt: SALIENCY_LENS_PYTHON, or .venv in the checkout.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { readSection, writeSection } from './bench/page.mjs';
import { revisionSide, rowsAgainst } from './bench/revision.mjs';
import { ROWS } from './bench/rows.mjs';
import { root } from './steps/child.mjs';
import { machine } from './steps/machine.mjs';
import { median } from './steps/median.mjs';

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: String(os.availableParallelism()) },
    write: { type: 'boolean', default: false },
    against: { type: 'string' },
  },
});

if (words.length === 1 && ['labels', 'given'].includes(words[0])) {
  const script = path.join(root, `scripts/bench/${words[0]}.mjs`);
  execFileSync(process.execPath, [script, ...(options.write ? ['--write'] : [])], { stdio: 'inherit' });
  process.exit(0);
}

if (words.length === 1 && words[0] === 'evaluate') {
  const script = path.join(root, 'scripts/bench/evaluate.mjs');
  execFileSync(process.execPath, [script, '--rounds', options.rounds], { stdio: 'inherit' });
  process.exit(0);
}

if (words.length === 1 && words[0] === 'many') {
  const script = path.join(root, 'scripts/bench/many.mjs');
  execFileSync(process.execPath, [script, ...(options.write ? ['--write'] : [])], { stdio: 'inherit' });
  process.exit(0);
}

if (words.length === 1 && words[0] === 'coco') {
  const { benchCoco } = await import('./bench/coco.mjs');
  await benchCoco({ rounds: Number(options.rounds), write: options.write });
  process.exit(0);
}

if (words.length === 1 && words[0] === 'results') {
  const { benchResults } = await import('./bench/results.mjs');
  await benchResults({ write: options.write });
  process.exit(0);
}

if (words.length === 1 && words[0] === 'threshold') {
  const { benchThreshold } = await import('./bench/threshold.mjs');
  benchThreshold({ rounds: Number(options.rounds), write: options.write });
  process.exit(0);
}

if (words.length === 1 && words[0] === 'view') {
  const { benchView } = await import('./bench/view.mjs');
  await benchView({ rounds: Number(options.rounds), write: options.write });
  process.exit(0);
}

if (words.length === 1 && words[0] === 'click') {
  const { benchClick } = await import('./bench/click.mjs');
  await benchClick({ against: options.against, write: options.write });
  process.exit(0);
}

if (words.length === 1 && words[0] === 'auto') {
  const { benchAuto } = await import('./bench/auto.mjs');
  benchAuto({ rounds: Number(options.rounds), write: options.write });
  process.exit(0);
}

function findPython() {
  const own = path.join(root, '.venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const python = process.env.SALIENCY_LENS_PYTHON ?? own;
  try {
    execFileSync(python, ['-c', 'import torchvision_operators, captum, pytorch_grad_cam, zennit, lime, shap'], {
      stdio: 'pipe',
      cwd: path.join(root, 'test/reference'),
    });
    return python;
  } catch (problem) {
    console.error(`The benchmark compares with PyTorch, which ${python} does not have (${String(
      problem.stderr ?? problem.message,
    )
      .trim()
      .split('\n')
      .at(-1)}).

  python3.11 -m venv .venv
  .venv/bin/pip install torch==2.13.0            # a CPU build, about 700 MB
  .venv/bin/pip install -r test/bench/requirements.txt

then again: npm run bench`);
    process.exit(2);
  }
}

/** One side of one row: a process that runs once per request and says how long it took. */
class Side {
  constructor(command, args) {
    this.name = path.basename(command);
    this.process = spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
    this.errors = '';
    this.process.stderr.on('data', (data) => (this.errors += data));
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  /** The next answer; libraries may print, answers are JSON objects. */
  async next() {
    for (;;) {
      const { value, done } = await this.lines.next();
      if (done) throw new Error(this.errors.trim().split('\n').slice(-3).join(' | ') || 'it ended without a word');
      if (value.startsWith('{')) return JSON.parse(value);
    }
  }

  async run() {
    this.process.stdin.write('run\n');
    return (await this.next()).ms;
  }

  async end() {
    this.process.stdin.write('end\n');
    const { peakMiB } = await this.next();
    this.process.kill();
    return peakMiB;
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function measure(row, python, models) {
  const file = models(row.model);
  const ours = () =>
    new Side(process.execPath, [path.join(root, 'out/bench/ours.cjs'), row.ours, file, options.threads]);
  const other = () =>
    earlier
      ? new Side(process.execPath, [earlier.side, row.ours, file, options.threads])
      : row.beside.startsWith('ours:')
        ? new Side(process.execPath, [
            path.join(root, 'out/bench/ours.cjs'),
            row.beside.slice(5),
            file,
            options.threads,
          ])
        : new Side(python, ['test/bench/peer.py', row.beside, row.model, options.threads]);
  const sides = [ours(), other()];
  try {
    for (const side of sides) {
      const { note } = await side.next();
      if (note) console.error(`${row.title}: ${side.name} ${note}`);
    }
    // The first run plans memory and warms caches; where a run takes half a minute, that does not count.
    if (!row.slow) for (const side of sides) await side.run();
    const times = [[], []];
    const rounds = row.slow ? Math.min(3, Number(options.rounds)) : Number(options.rounds);
    for (let round = 0; round < rounds; round++) {
      for (const [i, side] of sides.entries()) {
        times[i].push(await side.run());
        await pause(100);
      }
    }
    const peaks = [];
    for (const side of sides) peaks.push(await side.end());
    const ratios = times[0].map((ms, i) => ms / times[1][i]);
    return {
      ours: median(times[0]),
      other: median(times[1]),
      ratio: median(ratios) * (row.times ?? 1),
      low: Math.min(...ratios) * (row.times ?? 1),
      high: Math.max(...ratios) * (row.times ?? 1),
      peaks,
    };
  } finally {
    for (const side of sides) side.process.kill();
  }
}

const number = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

// The libraries are not needed against an earlier version; PyTorch is, once, to export the models.
const earlier = options.against === undefined ? null : revisionSide(options.against);
const python = earlier ? (process.env.SALIENCY_LENS_PYTHON ?? 'python3') : findPython();
execFileSync(process.execPath, [path.join(root, 'scripts/bench/bundle.mjs')], { stdio: 'inherit', cwd: root });
const folder = path.join(root, 'out/bench');
mkdirSync(folder, { recursive: true });
const models = (name) => {
  const file = path.join(folder, `${name}.onnx`);
  if (!existsSync(file)) {
    console.error(`exporting ${name} …`);
    execFileSync(python, ['test/bench/peer.py', 'export', name, file], { cwd: root, stdio: 'pipe' });
  }
  return file;
};

const head = [
  '| what | model | ours, ms | compared with | theirs, ms | ratio (range) | goal | peak MiB, ours / theirs |',
  '|---|---|---:|---|---:|---:|---:|---:|',
];
const table = [...head];
console.log(head.join('\n'));
const rows = earlier ? rowsAgainst(ROWS, earlier.revision) : ROWS;
for (const row of rows) {
  const name = `${row.title} ${row.ours} ${row.model}`;
  if (words.length > 0 && !words.some((word) => name.toLowerCase().includes(word.toLowerCase()))) continue;
  let line;
  try {
    const result = await measure(row, python, models);
    const met = row.goal === undefined ? '' : ` ${result.ratio <= row.goal ? '✓' : '✗'}`;
    const goal = row.goal === undefined ? '' : `≤ ${number(row.goal)}${met}`;
    line = `| ${row.title} | ${row.model} | ${number(result.ours)} | ${row.library} | ${number(result.other)} | ${number(result.ratio)} (${number(result.low)}–${number(result.high)}) | ${goal} | ${result.peaks.map((peak) => peak.toFixed(0)).join(' / ')} |`;
  } catch (problem) {
    line = `| ${row.title} | ${row.model} | – | ${row.library} | – | failed: ${problem.message.replaceAll('|', '/').slice(0, 200)} | | |`;
  }
  table.push(line);
  console.log(line);
}

/** A table's rows by what they compare: what, model and with what. */
const byComparison = (lines) =>
  new Map(lines.filter((line) => /^\| (?!what)[^-]/.test(line)).map((line) => [comparisonOf(line), line]));
const comparisonOf = (line) => [1, 2, 4].map((i) => line.split('|')[i].trim()).join(' | ');

const threads = `${options.threads} threads`;
if (options.write && earlier) {
  const about = `${machine(threads)}; median of ${options.rounds} rounds, the two versions in turn.`;
  writeSection('earlier', `${about}\n\n${table.join('\n')}`);
} else if (options.write) {
  const written = readSection('table');
  // Rows that were not measured now stay as they were.
  const [known, measured] = [byComparison(written.split('\n')), byComparison(table)];
  const lines = ROWS.map((row) => [row.title, row.model, row.library].join(' | ')).flatMap(
    (name) => measured.get(name) ?? known.get(name) ?? [],
  );
  const about = `${machine(threads)}; median of ${options.rounds} rounds (rows that take minutes: 3), the two sides in turn.${words.length > 0 ? ' Some rows are older.' : ''}`;
  writeSection('table', `${about}\n\n${[...head, ...lines].join('\n')}`);
}
