import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { kerasFiles } from '../reference/kerasFiles.ts';
import { damagedBytes } from './bytes.ts';
import type { Files, Target } from './target.ts';

/** A model in one file, or the folder of one in several: its description first. */
function seeds(): Files[] {
  const folder = kerasFiles();
  return readdirSync(folder).map((name) => {
    const place = path.join(folder, name);
    if (!/\.(?:tfjs|graph)$/.test(name)) {
      return new Map([[name.endsWith('.keras') ? 'model.keras' : 'model.h5', readFileSync(place)]]);
    }
    const parts = readdirSync(place).sort((a, b) => Number(b === 'model.json') - Number(a === 'model.json'));
    return new Map(parts.map((part) => [part, readFileSync(path.join(place, part))]));
  });
}

/** Models in the files of Keras and TensorFlow.js. */
export const kerasModels: Target = {
  id: 'kerasModels',
  // A damaged HDF5 file may keep its thread busy until that is ended after 20 s.
  slow: 25,
  seeds,
  damage(files, random) {
    const names = [...files.keys()];
    const name = names[random.random() < 0.7 ? 0 : Math.floor(random.random() * names.length)]!;
    return new Map([...files].map(([each, bytes]) => [each, each === name ? damagedBytes(bytes, random) : bytes]));
  },
  async exercise({ session, path: at, ask }, files) {
    const model = at([...files.keys()][0]!);
    if (!(await ask('describe', () => session.describe({ model })))) return;
    await ask('predict', () => session.predict({ model, image: at('image.png') }));
  },
};
