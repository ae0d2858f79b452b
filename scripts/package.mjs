// npm run package [-- --target linux-x64] [--host] [--npm]: one checked .vsix per platform, in out/; with --npm the
// command line alone, as one npm package per platform.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root, since, step } from './steps/child.mjs';
import { install } from './steps/install.mjs';

const { values } = parseArgs({
  options: { target: { type: 'string', multiple: true }, host: { type: 'boolean' }, npm: { type: 'boolean' } },
});

await install();
const { createVSIX } = await import('@vscode/vsce');
const { check } = await import('./package/check.mjs');
const { checkNpm, packNpm } = await import('./package/npm.mjs');
const { stage } = await import('./package/stage.mjs');
const { hostTarget, targets } = await import('./package/targets.mjs');

const wanted = values.host ? [hostTarget()] : (values.target ?? targets.map(({ id }) => id));
const unknown = wanted.filter((id) => !targets.some((target) => target.id === id));
if (unknown.length > 0) {
  console.error(`There is no target ${unknown.join(', ')}. Targets: ${targets.map(({ id }) => id).join(', ')}.`);
  process.exit(2);
}

fs.mkdirSync(path.join(root, 'out'), { recursive: true });
const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const start = Date.now();
let failed = 0;
for (const target of targets.filter(({ id }) => wanted.includes(id))) {
  if (values.npm) {
    if (!(await npmPackage(target))) failed++;
    continue;
  }
  const vsix = path.join(root, 'out', `saliency-lens-${version}-${target.id}.vsix`);
  const problems = await step(`Packaging for ${target.id}`, async () => {
    const folder = await stage(target);
    const ignore = path.join(folder, '.vscodeignore'); // vsce wants a statement that all of it is meant
    fs.writeFileSync(ignore, '');
    await quietly(() =>
      createVSIX({
        cwd: folder,
        packagePath: vsix,
        target: target.id,
        allowMissingRepository: true,
        rewriteRelativeLinks: false,
      }),
    );
    fs.rmSync(ignore);
    return check(target, folder, vsix);
  });
  if (!say(vsix, problems)) failed++;
}
console.log(`${wanted.length - failed} of ${wanted.length} packages are good (${since(start)}).`);
process.exitCode = failed > 0 ? 1 : 0;

/** @returns {Promise<boolean>} whether it is good */
async function npmPackage(target) {
  let file = '';
  const problems = await step(`Packaging the command line for ${target.id}`, async () => {
    const packed = await packNpm(target, await stage(target));
    file = packed.file;
    const isHere = target.id === hostTarget();
    return packed.problems.length > 0 || !isHere ? packed.problems : checkNpm(file);
  });
  return say(file, problems);
}

/** @returns {boolean} whether it is good */
function say(file, problems) {
  const size = fs.existsSync(file) ? `${(fs.statSync(file).size / 1e6).toFixed(1)} MB` : 'missing';
  console.log(`  ${problems.length === 0 ? 'good' : 'NOT GOOD'}: ${path.relative(root, file)} (${size})`);
  for (const problem of problems) console.log(`  - ${problem}`);
  return problems.length === 0;
}

/** vsce lists every file on the console, and warns of them being many. */
async function quietly(work) {
  const { log, warn } = console;
  console.log = () => {};
  console.warn = () => {};
  try {
    return await work();
  } finally {
    Object.assign(console, { log, warn });
  }
}
