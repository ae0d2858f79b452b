// The table of docs/annotations.md, from the declarations of the formats.
import { loadSource } from '../steps/loadSource.mjs';
import { replaceTable } from '../steps/markedTable.mjs';

export const file = 'docs/annotations.md';

export async function generate(text) {
  const { formats } = await loadSource(`export { formats } from './src/explainers/annotations/formats/formats.ts';`);
  const head = ['format', 'shapes', 'says that a class is absent', 'finds its image by'];
  const rows = formats.map(({ title, page: { shapes, absent, image } }) => [title, shapes, absent, image]);
  return replaceTable(text, 'formats', head, rows);
}
