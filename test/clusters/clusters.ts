import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sha256OfBytes } from '../../src/explainers/files/sha256.ts';
import { root } from '../data.ts';

/** The Python of `npm run test:clusters`, which brings everything that these tests need. */
export const python = process.env['SALIENCY_LENS_CLUSTERS'];
export const missing = python ? null : 'no Python with Ray, and no Slurm: npm run test:clusters installs them';

/** The command line as clusters run it: a program of its own. */
export const program =
  process.env['SALIENCY_LENS'] ?? `${process.execPath} ${path.join(root, 'bin/saliency-lens.cjs')}`;

/** Flags of an evaluation of the example data, with two images per part. */
export function flags(out: string, method: string): string[] {
  const card = path.join(root, 'examples/photos/efficientnet-lite0.explain.json');
  return ['--model', card, '--images', path.join(root, 'examples/photos'), '--out', out, '--method', method, '--part-images', '2']; // biome-ignore format: one line
}

/** A folder for one test file. */
export class ClusterFolder {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-clusters-'));

  at(...names: readonly string[]): string {
    return path.join(this.folder, ...names);
  }

  /** Runs the command line on this machine. */
  run(...args: readonly string[]): void {
    const [command, ...rest] = program.split(' ');
    execFileSync(command!, [...rest, ...args], { stdio: 'pipe' });
  }

  /** What equal evaluations write equally, by name. */
  bytes(out: string): Readonly<Record<string, string>> {
    const names = readdirSync(out).filter((name) => !name.startsWith('timings')).sort(); // biome-ignore format: one line
    return Object.fromEntries(names.map((name) => [name, sha256OfBytes(readFileSync(path.join(out, name)))]));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Images that have been evaluated so far, by all shards. */
export function evaluatedImages(out: string): number {
  try {
    const names = readdirSync(out).filter((name) => name.startsWith('timings'));
    return names.reduce(
      (sum, name) => sum + readFileSync(path.join(out, name), 'utf8').split('{"image"').length - 1,
      0,
    );
  } catch {
    return 0;
  }
}

/** Runs a program to its end. */
export function ended(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream!.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}
