import fs from 'node:fs';
import path from 'node:path';
import { root } from '../steps/child.mjs';
import { replaceTable } from '../steps/markedTable.mjs';

const HEAD = [
  'architecture',
  'family',
  'image',
  'million weights',
  'MB of .keras, .h5',
  'scores',
  'TensorFlow’s own',
  'logits',
  'TensorFlow’s own',
  'gradient',
  'TensorFlow’s own',
];

/** Writes the table of docs/keras.md from what test/keras/applications.test.ts measured. */
export function writeKerasFigures() {
  const figures = path.join(root, 'out/keras.json');
  if (!fs.existsSync(figures)) return;
  const rows = Object.values(JSON.parse(fs.readFileSync(figures, 'utf8')));
  rows.sort((a, b) => a[1].localeCompare(b[1], 'en') || Number(a[3]) - Number(b[3]));
  const file = path.join(root, 'docs/keras.md');
  fs.writeFileSync(file, replaceTable(fs.readFileSync(file, 'utf8'), 'keras', HEAD, rows));
}
