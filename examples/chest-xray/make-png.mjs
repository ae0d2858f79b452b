// Makes RG1.png from RG1_J2KI.dcm with Saliency Lens' own decoder (JPEG 2000, rescaled, windowed, MONOCHROME1 inverted).
//   node examples/chest-xray/make-png.mjs
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = new URL('.', import.meta.url);
const bundle = `${root}dist/make-png.mjs`;
mkdirSync(`${root}dist`, { recursive: true });
await esbuild.build({
  stdin: {
    contents: "export { displayImage } from './src/explainers/images/display.ts';",
    resolveDir: root,
    loader: 'ts',
  },
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  outfile: bundle,
});
const { displayImage } = await import(pathToFileURL(bundle).href);
rmSync(bundle);
const { bytes, size, notes } = await displayImage(fileURLToPath(new URL('RG1_J2KI.dcm', folder)));
writeFileSync(new URL('RG1.png', folder), bytes);
console.log(`RG1.png: ${size[1]} × ${size[0]}; ${notes.join('; ')}`);
