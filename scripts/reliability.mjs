// npm run reliability -- WHAT …: repeats a figure of docs/reliability.md.
//   memory               all methods of a model of half a gigabyte in one session (a few minutes, 2 GB of disk)
//   requests [N]         10,000 requests over six models
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { external } from '../esbuild.config.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const KNOWN = ['memory', 'requests'];
const [what, ...rest] = process.argv.slice(2);
if (!KNOWN.includes(what)) {
  console.error(`Say what to repeat: ${KNOWN.join(' or ')}.`);
  process.exit(2);
}
const program = path.join(root, `out/reliability/${what}.cjs`);
await build({
  entryPoints: [path.join(root, `test/reliability/${what}.ts`)],
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  external,
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  supported: { 'dynamic-import': false },
  logLevel: 'error',
});
// The environment of the product's own processes: src/explainers/process/processEnv.ts.
const env = { MALLOC_ARENA_MAX: '2', ...process.env };
const { status } = spawnSync(process.execPath, ['--expose-gc', program, ...rest], { stdio: 'inherit', env });
process.exit(status ?? 1);
