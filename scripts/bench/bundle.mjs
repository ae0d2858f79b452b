// Bundles our side of the benchmark into out/bench/ours.cjs.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
await build({
  entryPoints: [path.join(root, 'test/bench/ours.ts')],
  outfile: path.join(root, 'out/bench/ours.cjs'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['onnxruntime-node', 'onnxruntime-web', 'sharp'],
  logLevel: 'error',
  logOverride: { 'empty-import-meta': 'silent' },
});
