// A Python with the packages of a folder of tests: the one that a variable names, else an environment made once in out/.
import fs from 'node:fs';
import path from 'node:path';
import { root, run } from './child.mjs';

async function must(program, args, what) {
  const { code, output } = await run(program, args, { log: 'python.log' });
  if (code !== 0) throw new Error(`${what} failed; see out/logs/python.log.\n${output.slice(-2000)}`);
}

/**
 * The path of its interpreter.
 * @param {string} tests the folder under test/ that holds requirements.txt, and perhaps requirements.no-deps.txt
 * @param {string} what what is installed, and how large it is
 * @param {string} variable of the environment, with the path of another one
 */
export async function pythonWith(tests, what, variable = 'SALIENCY_LENS_PYTHON') {
  const own = process.env[variable];
  if (own) return own;
  const lists = [
    { file: path.join(root, 'test', tests, 'requirements.txt'), flags: [] },
    { file: path.join(root, 'test', tests, 'requirements.no-deps.txt'), flags: ['--no-deps'] },
  ].filter(({ file }) => fs.existsSync(file));
  const folder = path.join(root, 'out', tests);
  const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const wanted = lists.map(({ file }) => fs.readFileSync(file, 'utf8')).join('');
  const done = path.join(folder, 'requirements.txt');
  if (fs.existsSync(done) && fs.readFileSync(done, 'utf8') === wanted) return python;
  console.log(`Installing ${what} into out/${tests} …`);
  await must(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder], 'Making the environment');
  for (const { file, flags } of lists) {
    await must(python, ['-m', 'pip', 'install', '--quiet', ...flags, '-r', file], 'pip install');
  }
  fs.writeFileSync(done, wanted);
  return python;
}
