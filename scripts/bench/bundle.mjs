// Bundles our side of a benchmark, test/bench/NAME.ts, into out/bench/NAME.cjs; NAME is `ours` unless given.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const name = process.argv[2] ?? 'ours';
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
await build({
  entryPoints: [path.join(root, `test/bench/${name}.ts`)],
  outfile: path.join(root, `out/bench/${name}.cjs`),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['onnxruntime-node', 'onnxruntime-web', 'sharp'],
  logLevel: 'error',
  logOverride: { 'empty-import-meta': 'silent' },
});
