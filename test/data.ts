import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = fileURLToPath(new URL('..', import.meta.url));
export const examples = path.join(root, 'examples');

/**
 * The folder of data that tests may read but the repository may not hold: `SALIENCY_LENS_DATA`, else `shared/data`
 * next to the checkout.
 */
export const sharedData = process.env['SALIENCY_LENS_DATA'] ?? path.join(root, '..', 'shared', 'data');

/** Why tests on shared data are skipped; undefined: the files are there. */
export function missingData(...files: readonly string[]): string | undefined {
  const missing = files.find((file) => !existsSync(path.join(sharedData, file)));
  return missing === undefined ? undefined : `no ${missing}: set SALIENCY_LENS_DATA`;
}
