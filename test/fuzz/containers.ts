import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../data.ts';
import { damagedBytes } from './bytes.ts';
import type { Files, Target } from './target.ts';

const FOLDER = path.join(root, 'test/fixtures/containers');

/** Files that hold images and labels: Parquet and tar. */
export const containers: Target = {
  id: 'containers',
  seeds: () =>
    readdirSync(FOLDER)
      .filter((name) => /\.(?:parquet|tar)$/.test(name))
      .sort()
      .map((name): Files => new Map([[name, readFileSync(path.join(FOLDER, name))]])),
  damage: (files, random) => new Map([...files].map(([name, bytes]) => [name, damagedBytes(bytes, random)])),
  async exercise({ session, path: at, ask }, files, number) {
    const [name] = [...files.keys()] as [string];
    const model = at('sound.onnx');
    const inside = name.endsWith('.tar') ? '0004.png' : `row${1 + (number % 20)}`;
    const image = path.join(at(name), inside);
    await ask('imagesInside', () => session.imagesInside({ container: at(name), most: 5 }));
    await ask('display', () => session.display({ image }));
    const sources = [{ path: at(name) }];
    await ask('annotationFiles', () => session.annotationFiles({ model, sources, images: [image] }));
    if (number % 4 === 0) {
      const predictions = at(name);
      await ask('checkLabels', () => session.checkLabels({ predictions, sources, images: [image] }));
    }
  },
};
