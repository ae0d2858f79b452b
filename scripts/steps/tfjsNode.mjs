// @tensorflow/tfjs-node for the tests of the engine, installed by the program that installs it for people. Takes a
// minute or two.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './child.mjs';
import { loadSource } from './loadSource.mjs';

const CODE = `
export { installRuntime } from './src/explainers/runtimes/install.ts';
export { runtimesFor } from './src/explainers/runtimes/manifest.ts';
`;
const manifest = path.join(root, 'media/runtimes/runtimes.json');

/** The folder of runtimes with tfjs-node in it; installed once for each state of the manifest. */
export async function buildTfjsNode() {
  const { installRuntime, runtimesFor } = await loadSource(CODE);
  const runtime = (await runtimesFor(undefined, manifest)).find(({ id }) => id === 'tfjs-node');
  if (!runtime) throw new Error('tfjs-node is built on Linux x64 only.');
  const folder = path.join(root, 'out/runtimes');
  const installed = path.join(folder, runtime.id, 'installed.json');
  const now = JSON.stringify(runtime.wheels);
  if (fs.existsSync(installed) && JSON.stringify(JSON.parse(fs.readFileSync(installed, 'utf8')).wheels) === now) {
    return folder;
  }
  let said;
  const onProgress = (message) => {
    const [step] = message.split(':');
    if (step !== said) console.log(`${step} …`);
    said = step;
  };
  await installRuntime(runtime, {
    folder,
    python: process.env.SALIENCY_LENS_PYTHON ?? 'python3',
    manifest,
    onProgress,
  });
  return folder;
}
