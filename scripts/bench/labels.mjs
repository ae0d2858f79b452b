// The label benchmark: errors planted in real data's labels, found by Check Labels, by cleanlab and by chance.
//   npm run bench -- labels, or node scripts/bench/labels.mjs [--seeds 50] [--write] --write: the table into
//   docs/benchmarks.md SALIENCY_LENS_DATA: the folder of data; SALIENCY_LENS_PYTHON: a Python with cleanlab 2.9.0 and
//   scikit-learn, else .venv.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../steps/child.mjs';
import { writeSection } from './page.mjs';
import { precisionTable } from './precisionTable.mjs';

const { values: options } = parseArgs({
  options: { seeds: { type: 'string', default: '50' }, write: { type: 'boolean', default: false } },
});
const data = process.env.SALIENCY_LENS_DATA ?? path.join(root, '..', 'shared', 'data');
const python = process.env.SALIENCY_LENS_PYTHON ?? path.join(root, '.venv/bin/python');
const out = path.join(root, 'out/bench/labels');

function need(there, what, next) {
  if (there) return;
  console.error(`The label benchmark needs ${what}.\n\n  ${next}`);
  process.exit(2);
}
need(
  existsSync(path.join(data, 'benchmark/nih-heldout-256.zip')),
  `its data, which is not in ${data}`,
  'Set SALIENCY_LENS_DATA.',
);
try {
  execFileSync(python, ['-c', 'import cleanlab, sklearn'], { stdio: 'pipe' });
} catch {
  need(false, `cleanlab, which ${python} does not have`, '.venv/bin/pip install -r test/bench/requirements.txt');
}

mkdirSync(out, { recursive: true });
const peer = path.join(root, 'test/bench/labels.py');
execFileSync(python, [peer, 'unpack', data, out], { stdio: 'inherit' });
const run = (file, ...args) =>
  execFileSync(process.execPath, [path.join(root, file), ...args], { stdio: 'inherit', cwd: root });
run('scripts/bench/bundle.mjs', 'labels');
run('out/bench/labels.cjs', data, out, options.seeds);
const text = execFileSync(python, [peer, 'score', out], { encoding: 'utf8', maxBuffer: 2 ** 28 });

const table = precisionTable(text);
console.log(table);
if (options.write) writeSection('labels', table);
