import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Declarations stand in files that also import what they run on; reading them needs none of that. */
const withoutRuntimes = {
  name: 'without-runtimes',
  setup(build) {
    build.onResolve({ filter: /^(vscode|sharp|onnxruntime-.*)$/ }, (args) => ({ path: args.path, namespace: 'stub' }));
    build.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** The exports of a few lines of TypeScript that import from src/, as a module. */
export async function loadSource(code) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: code, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    plugins: [withoutRuntimes],
    banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom('/');" },
    logLevel: 'warning',
  });
  // A file rather than a data: address, which would fill the screen when something in it throws.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-source-'));
  try {
    const file = path.join(folder, 'source.mjs');
    fs.writeFileSync(file, outputFiles[0].text);
    return await import(pathToFileURL(file).href);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
