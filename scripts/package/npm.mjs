// The command line alone as one npm package, for machines without VS Code: npm run package -- --npm.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root, run } from '../steps/child.mjs';
import { filesUnder } from './stage.mjs';
import { shippedPackages } from './targets.mjs';

/** What of a staged extension the command line needs. */
const NEEDED =
  /^(bin\/|dist\/cli\.cjs$|media\/import\/|media\/runtimes\/|node_modules\/|LICENSE$|THIRD-PARTY-NOTICES\.md$|CHANGELOG\.md$)/;
/** Fields of package.json that VS Code reads, or a checkout. */
const FOR_OTHERS = ['main', 'icon', 'galleryBanner', 'contributes', 'activationEvents', 'capabilities', 'extensionKind', 'categories', 'publisher', 'displayName', 'overrides']; // biome-ignore format: one line
/** What npm calls the platforms. */
const PLATFORMS = { alpine: 'linux' };

/**
 * Writes `saliency-lens-VERSION-TARGET.tgz` into out/, which brings everything: `npm install -g FILE` needs no registry.
 * @param {import('./targets.mjs').Target} target
 * @param {string} staged the extension as it is shipped
 * @returns {Promise<{ file: string, problems: string[] }>}
 */
export async function packNpm(target, staged) {
  const folder = path.join(root, 'out/package', `${target.id}-npm`);
  fs.rmSync(folder, { recursive: true, force: true });
  for (const name of filesUnder(staged).filter((one) => NEEDED.test(one))) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.copyFileSync(path.join(staged, name), path.join(folder, name));
  }
  const manifest = JSON.parse(fs.readFileSync(path.join(staged, 'package.json'), 'utf8'));
  for (const field of FOR_OTHERS) delete manifest[field];
  const [platform, cpu] = target.id.split('-');
  Object.assign(manifest, {
    engines: { node: manifest.engines.node },
    os: [PLATFORMS[platform] ?? platform],
    cpu: [cpu],
    bundleDependencies: shippedPackages(target).map(({ name }) => name),
  });
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const readme = `# ${manifest.name}\n\n${manifest.description}\n\nThe command line, without VS Code: \`saliency-lens --help\`.\n`;
  fs.writeFileSync(path.join(folder, 'README.md'), readme);
  const file = path.join(root, 'out', `${manifest.name}-${manifest.version}-${target.id}.tgz`);
  const packed = path.join(root, 'out', `${manifest.name}-${manifest.version}.tgz`);
  const { code, output } = await run('npm', ['pack', '--pack-destination', path.join(root, 'out')], { cwd: folder, log: 'package.log' }); // biome-ignore format: one line
  if (code !== 0) return { file, problems: [`npm pack failed:\n${output.slice(-2000)}`] };
  fs.renameSync(packed, file);
  return { file, problems: [] };
}

/** Installs it where no other package is in reach, without a registry, and evaluates images. @returns {Promise<string[]>} */
export async function checkNpm(file) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-npm-'));
  try {
    const flags = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    const installed = await run('npm', ['install', '--prefix', folder, ...flags, file], { cwd: folder, log: 'package.log' }); // biome-ignore format: one line
    if (installed.code !== 0) return [`It cannot be installed:\n${installed.output.slice(-2000)}`];
    const photos = path.join(root, 'examples/photos');
    const card = fs.readdirSync(photos).find((name) => name.endsWith('.explain.json'));
    const out = path.join(folder, 'results');
    const args = ['evaluate', '--images', photos, '--model', path.join(photos, card), '--out', out];
    const { code, output } = await run(path.join(folder, 'node_modules/.bin/saliency-lens'), args, { cwd: folder, log: 'package.log' }); // biome-ignore format: one line
    const parts = fs.existsSync(out) ? filesUnder(out).filter((name) => name.endsWith('.parquet')) : [];
    return code === 0 && parts.length > 0 ? [] : [`Installed, it does not evaluate images:\n${output.slice(-2000)}`];
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
