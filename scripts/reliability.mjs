// npm run reliability -- WHAT …: repeats a figure of docs/reliability.md.
//   memory               all methods of a model of half a gigabyte in one session (a few minutes, 2 GB of disk)
//   requests [N]         10,000 requests over six models
import { spawnSync } from 'node:child_process';
import { nodeProgram } from './steps/nodeProgram.mjs';

const KNOWN = ['memory', 'requests'];
const [what, ...rest] = process.argv.slice(2);
if (!KNOWN.includes(what)) {
  console.error(`Say what to repeat: ${KNOWN.join(' or ')}.`);
  process.exit(2);
}
const program = await nodeProgram(`test/reliability/${what}.ts`, `out/reliability/${what}.cjs`);
// The environment of the product's own processes: src/explainers/process/processEnv.ts.
const env = { MALLOC_ARENA_MAX: '2', ...process.env };
const { status } = spawnSync(process.execPath, ['--expose-gc', program, ...rest], { stdio: 'inherit', env });
process.exit(status ?? 1);
