// package.json's `contributes` and `activationEvents`, from the declarations of commands and settings in src/extension.
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const entry = fileURLToPath(new URL('../../src/extension/contributes.ts', import.meta.url));

/** Commands import `vscode` to run; their declarations need nothing of it. */
const withoutVsCode = {
  name: 'without-vscode',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, (args) => ({ path: args.path, namespace: 'stub' }));
    build.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** The fields as they should be. */
export async function packageFields() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    plugins: [withoutVsCode],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
    logLevel: 'warning',
  });
  const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
  return module.packageFields();
}

export const file = 'package.json';

/** The file's text with the fields brought up to date. */
export async function generate(text) {
  return `${JSON.stringify({ ...JSON.parse(text), ...(await packageFields()) }, null, 2)}\n`;
}
