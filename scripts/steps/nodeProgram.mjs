import path from 'node:path';
import { build } from 'esbuild';
import { nodeOptions } from '../../esbuild.config.mjs';
import { root } from './child.mjs';

/**
 * A TypeScript program of this repository as one file for a process of its own, built as the packaged programs are.
 * @param {string} entry below the root
 * @param {string} out below the root, as native packages are found from there
 * @param {import('esbuild').BuildOptions} more further options
 * @returns {Promise<string>} the file's path
 */
export async function nodeProgram(entry, out, more = {}) {
  const outfile = path.join(root, out);
  await build({
    ...nodeOptions,
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    logLevel: 'error',
    ...more,
  });
  return outfile;
}
