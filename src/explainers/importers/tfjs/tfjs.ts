import type { Importer } from '../importer.ts';
import { readTfjs } from './readTfjs.ts';

/** TensorFlow.js models: `model.json` with the files of its weights next to it. */
export const tfjsImporter: Importer = {
  id: 'tfjs',
  title: 'TensorFlow.js (model.json)',
  extensions: [],
  sniff: (head) =>
    /^[\s\xef\xbb\xbf]*\{[\s\S]*?"(?:modelTopology|weightsManifest|format"\s*:\s*"(?:layers|graph)-model)"/.test(
      Buffer.from(head).toString('latin1'),
    ),
  certain: true,
  read: readTfjs,
};
