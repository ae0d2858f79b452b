import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { nodeProgram } from '../steps/nodeProgram.mjs';
import { limited } from './limits.mjs';

/** The program that shows one model to the product, as one file. */
export const bundleProduct = () => nodeProgram('test/models/measure.ts', 'out/models/measure.cjs');

/** What each step of the product gave in that folder; `ended`: why the process ended before the last one. */
export async function measure(program, folder, { file, card, target }) {
  const written = path.join(folder, 'model.explain.json');
  fs.writeFileSync(written, JSON.stringify({ model: path.basename(file), ...card }));
  const image = path.join(folder, 'photo.png');
  fs.writeFileSync(path.join(folder, 'job.json'), JSON.stringify({ model: written, image, target }));
  const env = { MALLOC_ARENA_MAX: '2', ...process.env }; // as src/explainers/process/processEnv.ts has it
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'ignore', 'pipe'], env });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = (log + text).slice(-2000);
  });
  const limit = limited(child);
  const [code, signal] = await new Promise((resolve) => child.once('close', (...how) => resolve(how)));
  limit.stop();
  const result = path.join(folder, 'measured.json');
  const measured = fs.existsSync(result) ? JSON.parse(fs.readFileSync(result, 'utf8')) : {};
  const ended = limit.why() ?? (code === 0 ? null : `the process ended: ${signal ?? code} ${log.trim().slice(-300)}`);
  return { measured, ended };
}
