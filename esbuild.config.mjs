// One bundle per program: the extension, the explainer process, the command line, the panel's page.
//   node esbuild.config.mjs [--watch] [--production]
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));

/** Packages that bring native code or WebAssembly files: they stay packages, loaded at run time from node_modules. */
export const external = [
  'onnxruntime-node',
  'onnxruntime-web',
  'onnxruntime-common',
  'sharp',
  '@cornerstonejs/codec-charls',
  '@cornerstonejs/codec-openjpeg',
  '@tensorflow/tfjs-node',
];

/** Programs for Node. VS Code 1.95 runs Node 20.18 and Chromium 128. */
export const nodeOptions = {
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'], // jsonc-parser's `main` finds its parts in a way that no bundler follows
  external: [...external, 'vscode'],
  // Packages come by require(): Node's loader of ES modules would first read each of their files for what it exports.
  supported: { 'dynamic-import': false },
  // Packages published as ES modules may ask where they are.
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
};
const browser = {
  platform: 'browser',
  // What is rarely opened is a file of its own, `webview-later.js`; what both need is in `webview-chunk.js`.
  format: 'esm',
  splitting: true,
  target: 'chrome128',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  keepNames: false,
};

/** Every program: what it is built from, and into which file of dist/. */
export const programs = [
  { entry: 'src/extension/extension.ts', out: 'dist/extension.cjs', ...nodeOptions },
  { entry: 'src/extension/worker/main.ts', out: 'dist/explainer.cjs', ...nodeOptions },
  { entry: 'src/explainers/cli/main.ts', out: 'dist/cli.cjs', ...nodeOptions },
  { entry: 'src/webview/main.tsx', out: 'dist/webview.js', ...browser },
  // Pages of their own, each in one file.
  { entry: 'src/webview/modelEditor/main.tsx', out: 'dist/modelEditor.js', ...browser, splitting: false },
  { entry: 'src/webview/setUp/main.tsx', out: 'dist/setUp.js', ...browser, splitting: false },
  { entry: 'src/webview/crops/main.tsx', out: 'dist/crops.js', ...browser, splitting: false },
  { entry: 'src/webview/results/main.tsx', out: 'dist/results.js', ...browser, splitting: false },
];

/** @returns {import('esbuild').BuildOptions} */
function options({ entry, out, ...rest }, production, folder = root) {
  const { dir, name } = path.parse(path.join(folder, out));
  const place = rest.splitting
    ? { entryPoints: [{ in: entry, out: name }], outdir: dir, chunkNames: `${name}-[name]` }
    : { entryPoints: [entry], outfile: path.join(folder, out) };
  return {
    absWorkingDir: root,
    ...place,
    bundle: true,
    metafile: true,
    sourcemap: !production,
    minify: production,
    keepNames: production,
    legalComments: 'none', // the licences are in THIRD-PARTY-NOTICES.md
    loader: { '.svg': 'text' },
    logLevel: 'warning',
    ...rest,
  };
}

/**
 * Builds everything into dist/ of a folder (default: this one); gives the inputs that went into the bundles, which the
 * third-party notices are made from.
 */
export async function build({ production = false, folder = root, write = true } = {}) {
  const results = await Promise.all(
    programs.map((program) => esbuild.build({ ...options(program, production, folder), write })),
  );
  return [...new Set(results.flatMap((result) => Object.keys(result.metafile.inputs)))];
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const production = process.argv.includes('--production');
  if (process.argv.includes('--watch')) {
    for (const program of programs) {
      const context = await esbuild.context({ ...options(program, production), logLevel: 'info' });
      await context.watch();
    }
  } else {
    await build({ production }).catch(() => process.exit(1));
    for (const { out } of programs) {
      const { size } = fs.statSync(path.join(root, out));
      console.log(`${out.padEnd(20)} ${Math.round(size / 1024)} KB`);
    }
  }
}
