import path from 'node:path';
import { build } from 'esbuild';
import { root } from '../steps/child.mjs';

/** The program that runs the cases, as one file; one folder below the root, as the packaged programs are. */
export async function bundle() {
  const program = path.join(root, 'out/fuzzChild.mjs');
  await build({
    entryPoints: [path.join(root, 'test/fuzz/child.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  return program;
}
