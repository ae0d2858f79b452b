import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../data.ts';

/** A Python with TensorFlow; undefined elsewhere. */
export const tensorflow = process.env['SALIENCY_LENS_TENSORFLOW'];

export const noTensorflow = tensorflow ? null : 'no Python with TensorFlow: npm run test:keras makes one';

/** Runs a script of this folder to its end, and reads the last line of its output as JSON. */
export async function tensorflowRuns<T>(script: string, ...args: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(tensorflow!, [path.join(root, 'test/keras', script), ...args], {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

/** A folder that is removed when the process ends. */
export function ownFolder(name: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `saliency-lens-test-${name}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
