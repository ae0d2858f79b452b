import { writeNpy } from '../../src/explainers/tensor/npy.ts';
import { float32 } from '../../src/explainers/tensor/tensor.ts';
import { damagedBytes } from './bytes.ts';
import type { Files, Target } from './target.ts';
import { damagedText } from './text.ts';

const NAMES = ['image.png', 'other.png', 'third.png'];
const ROWS = [[0.7, 0.2, 0.1], [0.05, 0.9, 0.05], [1, 0, 0]]; // biome-ignore format: one line
const CLASSES = ['cat', 'dog', 'bird'];
const table = (cut: string) =>
  [['filename', ...CLASSES], ...ROWS.map((row, i) => [NAMES[i]!, ...row])].map((row) => `${row.join(cut)}\n`).join('');
const LABELS = `filename,label\n${NAMES.map((name, i) => `${name},${CLASSES[i]}\n`).join('')}`;
const list = (names: readonly string[]) => Buffer.from(`${names.join('\n')}\n`);

const seed = (name: string, bytes: Uint8Array, lists: Readonly<Record<string, Buffer>> = {}): Files =>
  new Map([[name, bytes], ...Object.entries(lists), ['labels.csv', Buffer.from(LABELS)]]);

/** Files of predictions made elsewhere. */
export const predictions: Target = {
  id: 'predictions',
  seeds: () => [
    seed('p.csv', Buffer.from(table(','))),
    seed('p.tsv', Buffer.from(table('\t'))),
    seed('p.npy', writeNpy(float32([3, 3], Float32Array.from(ROWS.flat()))), {
      'p.images.txt': list(NAMES),
      'p.classes.txt': list(CLASSES),
    }),
  ],
  damage: (files, random) =>
    new Map(
      [...files].map(([name, bytes], i) => {
        // Mostly the predictions; now and then a list next to them.
        if (i !== 0 && !(name.endsWith('.txt') && random.random() < 0.3)) return [name, bytes];
        return [name, name.endsWith('.npy') ? damagedBytes(bytes, random) : damagedText(bytes, random)];
      }),
    ),
  async exercise({ session, path: at, ask }, files) {
    const [name] = [...files.keys()] as [string];
    const checked = { predictions: at(name), sources: [{ path: at('labels.csv') }], images: [at('image.png')] };
    await ask('checkLabels', () => session.checkLabels(checked));
  },
};
