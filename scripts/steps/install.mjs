// npm ci, only where node_modules lacks something that package-lock.json asks for.
import fs from 'node:fs';
import path from 'node:path';
import { npm, root, step } from './child.mjs';

const packages = (file) => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
};

/**
 * The packages of the lock file that are not installed in the version it names. Optional ones may be another
 * platform's.
 */
export function missing(folder = root) {
  const wanted = packages(path.join(folder, 'package-lock.json')) ?? {};
  const installed = packages(path.join(folder, 'node_modules/.package-lock.json')) ?? {};
  return Object.entries(wanted)
    .filter(([name, entry]) => name && !entry.optional && !entry.peer && !entry.link)
    .filter(([name, entry]) => installed[name]?.version !== entry.version)
    .map(([name]) => name.replace(/^.*node_modules\//, ''));
}

/** Node 20 or newer, and every package of the lock file. */
export async function install() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Error(`Saliency Lens needs Node 20 or newer; this is ${process.version}. See https://nodejs.org.`);
  }
  if (missing().length === 0) return;
  await step('Installing the packages (npm ci, about 800 MB on disk)', () =>
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { log: 'install.log' }),
  );
}
