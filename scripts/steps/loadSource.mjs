import { fileURLToPath } from 'node:url';
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
    plugins: [withoutRuntimes],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
    logLevel: 'warning',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}
