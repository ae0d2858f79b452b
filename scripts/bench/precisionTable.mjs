// The table of label benchmarks: average precision of each ranking, ours next to the best of cleanlab's.
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const figure = (values) => `${mean(values).toFixed(3)} ± ${deviation(values).toFixed(3)}`;

/** @param text one JSON object per row: errors, items and methods of each trial */
export function precisionTable(text) {
  const table = [
    '| planted errors | wrong of all | random order | cleanlab, its best | Check Labels | better in |',
    '|---|---:|---:|---|---:|---:|',
  ];
  for (const { row, errors, items, methods } of text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))) {
    const theirs = Object.entries(methods).filter(([name]) => name.startsWith('cleanlab '));
    const [best, values] = theirs.reduce((a, b) => (mean(b[1]) > mean(a[1]) ? b : a));
    const wins = methods.ours.filter((value, i) => value > values[i]).length;
    table.push(
      `| ${row} | ${Math.round(mean(errors))} of ${Math.round(mean(items))} | ${figure(methods.random)} | ${figure(values)} (${best.slice(9)}) | ${figure(methods.ours)} | ${wins} of ${values.length} |`,
    );
  }
  return table.join('\n');
}
