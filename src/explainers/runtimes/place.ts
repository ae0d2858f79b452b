import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { readWholeFileSync } from '../files/plainFile.ts';
import { resolvePackage } from '../here.ts';

/** Written last, into a runtime that is complete. */
export const MARK = 'installed.json';

/** Runtimes with ONNX Runtime's libraries for CUDA, in the order in which they are looked for. */
const CUDA = ['cuda13', 'cuda12'];

/** Ids of the runtimes that are completely installed. */
export function installedRuntimes(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.') && existsSync(path.join(folder, name, MARK)));
  } catch {
    return [];
  }
}

/** Removes a runtime; false: it was not installed. A process that uses it goes on until it ends. */
export async function removeRuntime(folder: string, id: string): Promise<boolean> {
  if (!installedRuntimes(folder).includes(id)) return false;
  // Without its mark it counts no longer, whatever happens to the rest.
  await rm(path.join(folder, id, MARK), { force: true });
  await rm(path.join(folder, id), { recursive: true, force: true });
  return true;
}

/**
 * The folder with an ONNX Runtime that has the libraries of CUDA; undefined: none is installed, or it is of another
 * version than ours. A process has one ONNX Runtime, because the system's loader takes two of the same name for one, so
 * the CPU is computed by this one too.
 */
export function cudaRuntime(folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  const installed = CUDA.map((id) => path.join(folder, id)).filter((place) => existsSync(ortFile(place)));
  // Each start asks, mostly where none is installed; then ours is not looked for.
  if (installed.length === 0) return undefined;
  const version = ortVersion(resolvePackage('onnxruntime-node'));
  return installed.find((place) => ortVersion(ortFile(place)) === version);
}

/** The file that stands for the package ONNX Runtime of an installed runtime. */
export const ortFile = (runtime: string): string => path.join(runtime, 'node_modules/onnxruntime-node/dist/index.js');

const LONGEST = 65_536;

/** The version of the package that a file in its folder `dist` belongs to. */
export function ortVersion(main: string): string | null {
  try {
    const text = readWholeFileSync(path.resolve(path.dirname(main), '../package.json'), LONGEST).toString();
    return (JSON.parse(text) as { readonly version?: string }).version ?? null;
  } catch {
    return null;
  }
}

/**
 * The environment of a process that runs models, by which the system's loader finds the libraries of an installed
 * runtime; undefined: nothing is to be added.
 */
export function librariesEnv(folder: string | undefined, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv | undefined {
  const runtime = process.platform === 'linux' ? cudaRuntime(folder) : undefined;
  const libraries = runtime && path.join(runtime, 'lib');
  if (!libraries || !existsSync(libraries)) return undefined;
  const { LD_LIBRARY_PATH: before } = env;
  return { LD_LIBRARY_PATH: before ? `${libraries}:${before}` : libraries };
}
