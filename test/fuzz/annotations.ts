import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FormatInput } from '../../src/explainers/annotations/format.ts';
import { formatOf } from '../../src/explainers/annotations/formats/formats.ts';
import { root } from '../data.ts';
import { damagedBytes } from './bytes.ts';
import type { Files, Target } from './target.ts';
import { damagedText } from './text.ts';

const LARGEST = 200_000;
const PICTURE = readFileSync(path.join(root, 'test/fixtures/images/raster/full.jpg'));
const IMAGE = /\.(png|jpe?g|bmp|tiff?|webp)$/i;
const TEXT = /\.(json|jsonl|csv|tsv|txt|xml|ya?ml)$/i;

/** The name, without its folders, of the first image that a sound file names. */
function imageOf(file: FormatInput): string | undefined {
  const named = formatOf(file)?.parse(file).images[0]?.image;
  return named && IMAGE.test(named) ? path.posix.basename(named) : undefined;
}

function seeds(): Files[] {
  const folder = path.join(root, 'test/fixtures/annotations');
  const plain = readdirSync(folder).flatMap((format) => {
    const beside = path.join(folder, format, 'beside');
    const companions = existsSync(beside) ? readdirSync(beside).map((name) => path.join(beside, name)) : [];
    return readdirSync(path.join(folder, format, 'files')).flatMap((name): Files[] => {
      // A folder per class: its images under the names of the classes.
      if (statSync(path.join(folder, format, 'files', name)).isDirectory())
        return [new Map(['cat/1.jpg', 'dog/1.jpg', 'dog/2.jpg'].map((image) => [image, PICTURE]))];
      const bytes = readFileSync(path.join(folder, format, 'files', name));
      if (bytes.length > LARGEST) return [];
      const near = companions.map((file) => [path.basename(file), readFileSync(file)] as const);
      const image = imageOf({ path: name, bytes, beside: new Map(near) });
      return [new Map([[name, bytes], ...near, ...(image ? [[image, PICTURE] as const] : [])])];
    });
  });
  return [...plain, ...compressed(path.join(folder, 'dicomSeg/compressed.json.gz'))];
}

/** Segmentations in each compressed transfer syntax, as hexadecimal numbers. */
function compressed(file: string): Files[] {
  const all = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Record<string, { readonly dicom: string }>;
  return Object.entries(all).map(([name, { dicom }]) => new Map([[name, Buffer.from(dicom, 'hex')]]));
}

export const annotations: Target = {
  id: 'annotations',
  seeds,
  damage: (files, random) =>
    new Map(
      [...files].map(([name, bytes], index) => {
        if (bytes === PICTURE || (index > 0 && random.random() < 0.7)) return [name, bytes];
        return [name, TEXT.test(name) ? damagedText(bytes, random) : damagedBytes(bytes, random)];
      }),
    ),
  async exercise({ session, path: at, ask }, files, number) {
    const model = at('sound.onnx');
    const picture = [...files.keys()].find((name) => files.get(name) === PICTURE);
    const image = at(picture ?? 'image.png');
    const own = [...files.keys()].filter((name) => name !== picture).map((name) => ({ path: at(name) }));
    // A folder per class is named as a whole.
    const folders = [...files.keys()].some((name) => name.includes('/')) ? [{ path: at('.') }] : null;
    const sources = folders ?? own;
    await ask('annotationFiles', () => session.annotationFiles({ model, sources, images: [image] }));
    await ask('annotations', () => session.annotations({ model, image, sources }));
    if (number % 4 === 0)
      await ask('explain', () => session.explain({ model, image, method: 'gradCam', classes: [0, 1, 2], sources }));
    if (number % 7 === 0) await ask('checkLabels', () => session.checkLabels({ model, sources }));
  },
};
