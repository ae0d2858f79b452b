// The tables of docs/agreement.md, from the declarations of the metrics.
import { loadSource } from '../steps/loadSource.mjs';
import { replaceTable, scale } from '../steps/markedTable.mjs';

export const file = 'docs/agreement.md';

export async function generate(text) {
  const { metrics } = await loadSource(`export { metrics } from './src/explainers/metrics/metrics.ts';`);
  const numbers = metrics.map(({ id, better, range, page: { formula, nullWhen = '' } }) => [
    `\`${id}\``,
    formula,
    better === 'neither' ? 'neither' : scale(better, range),
    nullWhen,
  ]);
  const baselines = metrics.map(({ id, page: { wholeImage, random } }) => [`\`${id}\``, wholeImage, random]);
  const written = replaceTable(text, 'metrics', ['id', 'formula', 'better', 'null when'], numbers);
  return replaceTable(written, 'baselines', ['id', 'whole image', 'random map (expectation)'], baselines);
}
