// The contents of one platform's package, laid out in a folder of its own: exactly what will be shipped.
import fs from 'node:fs';
import path from 'node:path';
import { build } from '../../esbuild.config.mjs';
import { root } from '../steps/child.mjs';
import { locked, packageFolder } from './download.mjs';
import { writeSampleModel } from './sample.mjs';
import { shippedPackages } from './targets.mjs';

const documents = ['README.md', 'CHANGELOG.md', 'LICENSE', 'THIRD-PARTY-NOTICES.md', 'docs/check-labels.md'];
const folders = ['bin', 'media', 'docs/methods'];

/** Every file under a folder, as relative paths with slashes. */
export function filesUnder(folder) {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => fs.statSync(path.join(folder, name)).isFile())
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
}

function copy(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

/** package.json without what only a checkout needs; its dependencies are the packages that are shipped. */
function manifest(packages) {
  const all = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { scripts, devDependencies, peerDependencies, peerDependenciesMeta, private: _, ...rest } = all;
  return { ...rest, dependencies: Object.fromEntries(packages.map(({ name }) => [name, locked(name).version])) };
}

/** @param {import('./targets.mjs').Target} target */
export async function stage(target) {
  const folder = path.join(root, 'out/package', target.id);
  fs.rmSync(folder, { recursive: true, force: true });
  await build({ production: true, folder });

  for (const name of documents) copy(path.join(root, name), path.join(folder, name));
  for (const name of folders.filter((one) => fs.existsSync(path.join(root, one)))) {
    for (const file of filesUnder(path.join(root, name)))
      copy(path.join(root, name, file), path.join(folder, name, file));
  }

  await writeSampleModel(path.join(folder, 'media/sample'));

  const packages = shippedPackages(target);
  for (const { name, files } of packages) {
    const from = await packageFolder(name);
    const to = path.join(folder, 'node_modules', name);
    for (const file of filesUnder(from).filter((one) => files.test(one)))
      copy(path.join(from, file), path.join(to, file));
    // What a package would install, or needs to build itself, is not shipped: npm must not miss it.
    const { dependencies, optionalDependencies, peerDependencies, devDependencies, scripts, ...kept } = JSON.parse(
      fs.readFileSync(path.join(to, 'package.json'), 'utf8'),
    );
    fs.writeFileSync(path.join(to, 'package.json'), `${JSON.stringify(kept, null, 2)}\n`);
  }
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest(packages), null, 2)}\n`);
  return folder;
}
