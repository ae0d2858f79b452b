import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readNpy } from '../../../src/explainers/tensor/npy.ts';

interface Manifest {
  readonly rawChannels: boolean;
  readonly files: readonly string[];
  readonly images: readonly { readonly image: string; readonly error: { readonly kind: string } | null }[];
  readonly ended?: { readonly kind: string; readonly message: string };
}

/** Everything that stands in a run's folder for people to see; what begins with a dot is the run's own. */
export function shownFiles(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((file) => file.split(path.sep).join('/'));
  return all.filter((file) => !file.split('/').some((step) => step.startsWith('.'))).sort();
}

export function manifestOf(folder: string): Manifest | null {
  const file = path.join(folder, 'manifest.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : null;
}

/**
 * What is wrong with a run's folder: files that are cut, a manifest that lists what is not there, or maps of two runs,
 * of which one was made with `--raw-channels` (three axes) and the other without (two).
 */
export function faultsOf(folder: string): string[] {
  const files = shownFiles(folder);
  const manifest = manifestOf(folder);
  const faults = (manifest?.files ?? []).filter((file) => !files.includes(file)).map((file) => `${file} is missing`);
  const axes = new Set<number>();
  for (const file of files) {
    const bytes = readFileSync(path.join(folder, file));
    try {
      if (file.endsWith('.npy')) axes.add(readNpy(bytes, file).shape.length);
      else if (file.endsWith('.png') && bytes.subarray(-8, -4).toString('latin1') !== 'IEND')
        faults.push(`${file} is cut`);
    } catch (thrown) {
      faults.push(`${file}: ${(thrown as Error).message}`);
    }
  }
  if (axes.size > 1) faults.push('maps of two runs');
  if (manifest && axes.size > 0 && !axes.has(manifest.rawChannels ? 3 : 2)) faults.push('the manifest of another run');
  return faults;
}
