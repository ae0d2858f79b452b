// Packages of other platforms, which npm does not install here: downloaded once, checked against package-lock.json.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { must, npm, root } from '../steps/child.mjs';

const cache = path.join(root, 'out/package/downloads');
const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;

/** The entry of package-lock.json. */
export function locked(name) {
  const entry = lock[`node_modules/${name}`];
  if (!entry) throw new Error(`package-lock.json has no ${name}.`);
  return entry;
}

/** The folder of a package in the version that package-lock.json names: the installed one, or a downloaded one. */
export async function packageFolder(name) {
  const { version, integrity } = locked(name);
  const installed = path.join(root, 'node_modules', name);
  if (versionOf(installed) === version) return installed;
  const folder = path.join(cache, `${name.replace('/', '-')}-${version}`);
  if (versionOf(path.join(folder, 'package')) === version) return path.join(folder, 'package');

  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  await npm(['pack', `${name}@${version}`, '--pack-destination', folder], { log: 'package.log' });
  const file = fs.readdirSync(folder).find((entry) => entry.endsWith('.tgz'));
  if (!file) throw new Error(`npm pack ${name}@${version} gave no file.`);
  const digest = `sha512-${createHash('sha512')
    .update(fs.readFileSync(path.join(folder, file)))
    .digest('base64')}`;
  if (digest !== integrity) throw new Error(`${name}@${version} is not what package-lock.json describes.`);
  await must('tar', ['-xzf', file], { cwd: folder, log: 'package.log' }); // tar comes with Linux, macOS and Windows
  fs.rmSync(path.join(folder, file));
  return path.join(folder, 'package');
}

function versionOf(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}
