// A Python with PyTorch for the tests of the import: SALIENCY_LENS_PYTHON, else an environment made once in out/.
import fs from 'node:fs';
import path from 'node:path';
import { root, run } from './child.mjs';

const requirements = path.join(root, 'test/python/requirements.txt');

async function must(program, args, what) {
  const { code, output } = await run(program, args, { log: 'python.log' });
  if (code !== 0) throw new Error(`${what} failed; see out/logs/python.log.\n${output.slice(-2000)}`);
}

/** The path of its interpreter. */
export async function pythonWithTorch() {
  const own = process.env.SALIENCY_LENS_PYTHON;
  if (own) return own;
  const folder = path.join(root, 'out/python');
  const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const wanted = fs.readFileSync(requirements, 'utf8');
  const done = path.join(folder, 'requirements.txt');
  if (fs.existsSync(done) && fs.readFileSync(done, 'utf8') === wanted) return python;
  console.log('Installing PyTorch into out/python (a CPU build takes about 1 GB) …');
  await must(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder], 'Making the environment');
  await must(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], 'pip install');
  fs.writeFileSync(done, wanted);
  return python;
}
