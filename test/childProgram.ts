import path from 'node:path';
import { build } from 'esbuild';
import { root } from './data.ts';

/**
 * A program of source files for a process of its own; within the repository, as native packages are found from there.
 */
export async function childProgram(name: string, contents: string): Promise<string> {
  const program = path.join(root, `out/test/${name}.mjs`);
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return program;
}
