import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './tools.ts';

/** Bundles test/vscode/suite/*.test.ts for the extension host; gives the suite's entry. */
export async function bundleSuite(): Promise<string> {
  const folder = path.join(root, 'out/test/suite');
  const suite = path.join(root, 'test/vscode/suite');
  const tests = fs.readdirSync(suite).filter((name) => name.endsWith('.test.ts'));
  fs.rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: {
      index: path.join(root, 'test/vscode/harness/suiteIndex.ts'),
      ...Object.fromEntries(tests.map((name) => [name.replace(/\.ts$/, ''), path.join(suite, name)])),
    },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  return path.join(folder, 'index.js');
}
