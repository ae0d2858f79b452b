import fs from 'node:fs';
import path from 'node:path';
import { must, root, step } from '../steps/child.mjs';

/** The .vsix for this machine, made from what is here now. */
export async function hostPackage() {
  const { hostTarget } = await import('../package/targets.mjs');
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  await step('Packaging the extension for this machine', () =>
    must(process.execPath, ['scripts/package.mjs', '--host'], { log: 'package.log' }),
  );
  return path.join(root, 'out', `saliency-lens-${version}-${hostTarget()}.vsix`);
}
