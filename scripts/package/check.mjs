// Is a .vsix what it says it is? Its contents, its native files, its size; and where it fits this machine, whether it
// runs.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root, run } from '../steps/child.mjs';
import { list, read, unpack } from './archive.mjs';
import { nativePlatform } from './binary.mjs';
import { packageFolder } from './download.mjs';
import { filesUnder } from './stage.mjs';
import { hostTarget, shippedPackages, targets } from './targets.mjs';

const unwanted =
  /\.(map|ts|mts|cts|vsix|log|test\.\w+)$|^(src|test|examples|scripts|out)\/|^docs\/(?!methods\/|check-labels)/;
const needed = ['package.json', 'LICENSE', 'THIRD-PARTY-NOTICES.md', 'README.md'];

/** @returns {Promise<string[]>} what is wrong, in sentences; empty: nothing */
export async function check(target, staged, vsix) {
  const problems = [...(await contents(target, staged, vsix)), ...natives(target, staged)];
  const megabytes = fs.statSync(vsix).size / 1e6;
  if (megabytes > target.megabytes) {
    problems.push(
      `It weighs ${megabytes.toFixed(1)} MB; at most ${target.megabytes} are allowed (scripts/package/targets.mjs).`,
    );
  }
  if (problems.length === 0) problems.push(...(await running(target, vsix)));
  return problems;
}

async function contents(target, staged, vsix) {
  const archived = [...(await list(vsix)).keys()].filter((name) => name.startsWith('extension/'));
  const inside = new Set(archived.map((name) => name.slice('extension/'.length).toLowerCase()));
  const wanted = filesUnder(staged);
  const manifest = JSON.parse(fs.readFileSync(path.join(staged, 'package.json'), 'utf8'));
  const named = [manifest.main, manifest.icon, ...Object.values(manifest.bin ?? {})].filter(Boolean);
  const mustBe = [...needed, ...named.map((file) => path.posix.normalize(file))];
  // vsce gives these three names of its own.
  const renamed = new Set(['readme.md', 'changelog.md', 'license']);
  const platform = /TargetPlatform="([^"]+)"/.exec(await read(vsix, 'extension.vsixmanifest'))?.[1];
  return [
    ...mustBe.filter((name) => !wanted.includes(name)).map((name) => `${name} is missing.`),
    ...wanted
      .filter((name) => !inside.has(name.toLowerCase()) && !renamed.has(name.toLowerCase()))
      .map((name) => `${name} was laid out but did not get in.`),
    ...wanted
      .filter((name) => unwanted.test(name.replace(/^node_modules\/.*\//, '')))
      .map((name) => `${name} has no business in it.`),
    ...(platform === target.id ? [] : [`Its manifest is for ${platform}.`]),
  ];
}

/** Every native file is for the target, and the runtime and sharp have theirs. */
function natives(target, staged) {
  const platform = target.id.replace('alpine', 'linux');
  const found = filesUnder(staged).flatMap((name) => {
    const is = nativePlatform(fs.readFileSync(path.join(staged, name)));
    return is ? [{ name, is }] : [];
  });
  const lacking = [
    ...target.binaries.map((file) => `node_modules/onnxruntime-node/bin/napi-v6/${file}`),
    ...(target.runtime === 'onnxruntime-web' ? ['node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm'] : []),
  ].filter((file) => !fs.existsSync(path.join(staged, file)));
  const sharp = target.image.filter((name) => !found.some((file) => file.name.startsWith(`node_modules/${name}/`)));
  return [
    ...found.filter(({ is }) => is !== platform).map(({ name, is }) => `${name} is for ${is}.`),
    ...lacking.map((name) => `${name} is missing.`),
    ...sharp.map((name) => `${name} brings no native file.`),
  ];
}

/**
 * Unpacks it where no other node_modules is in reach, and has the command line explain an image there: if the package
 * is this machine's, or if its runtime is WebAssembly, which runs everywhere once sharp has the native part for this
 * machine.
 */
async function running(target, vsix) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-package-'));
  try {
    await unpack(vsix, folder);
    const absent = shippedPackages(target).filter(
      ({ name }) => !fs.existsSync(path.join(folder, 'node_modules', name)),
    );
    if (absent.length > 0) return absent.map(({ name }) => `${name} is missing.`);
    if (target.id === hostTarget()) return await explains(folder);
    if (target.runtime !== 'onnxruntime-web') return [];
    for (const name of targets.find(({ id }) => id === hostTarget())?.image ?? []) {
      fs.cpSync(await packageFolder(name), path.join(folder, 'node_modules', name), { recursive: true });
    }
    return await explains(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function explains(folder) {
  const out = path.join(folder, 'explained');
  const image = path.join(root, 'examples/photos/chelsea.png');
  const card = fs.readdirSync(path.join(root, 'examples/photos')).find((name) => name.endsWith('.explain.json'));
  const args = ['explain', image, '--model', path.join(root, 'examples/photos', card ?? ''), '--out', out];
  const { code, output } = await run(process.execPath, [path.join(folder, 'bin/saliency-lens.cjs'), ...args], {
    cwd: folder,
    log: 'package.log',
  });
  const pictures = fs.existsSync(out) ? filesUnder(out).filter((name) => name.endsWith('.png')) : [];
  return code === 0 && pictures.length > 0 ? [] : [`Unpacked, it does not explain an image:\n${output.slice(-2000)}`];
}
