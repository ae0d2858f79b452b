import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { hasImageEnding } from '../../src/explainers/contracts/imageEndings.ts';
import { root } from '../data.ts';
import { damagedBytes } from './bytes.ts';
import type { Files, Target } from './target.ts';

const LARGEST = 60_000;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(file) : [file];
  });
}

export const images: Target = {
  id: 'images',
  seeds: () =>
    filesBelow(path.join(root, 'test/fixtures/images'))
      .filter((file) => hasImageEnding(file) && statSync(file).size <= LARGEST)
      .sort()
      .map((file): Files => new Map([[`input${path.extname(file)}`, readFileSync(file)]])),
  damage: (files, random) => new Map([...files].map(([name, bytes]) => [name, damagedBytes(bytes, random)])),
  async exercise({ session, path: at, ask }, files, number) {
    const image = at([...files.keys()][0]!);
    if (number % 4 === 0) await ask('predict', () => session.predict({ model: at('sound.onnx'), image }));
    else await ask('display', () => session.display({ image }));
  },
};
