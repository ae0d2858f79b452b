import { markupText } from '../../markupText.ts';
import { type Items, itemsByClass } from '../../results/items.ts';
import type { MetricColumns, ResultColumns } from '../../results/resultColumns.ts';
import { type BoxGroup, boxOf, boxPlot } from '../charts/boxPlot.ts';
import { colourOf } from '../charts/chart.ts';
import { summaryTable } from '../reportTables.ts';
import { meanOf, numbers, SUBSETS, type Subset, type SummaryRow } from '../tables/summaryRows.ts';
import { folded, note, section, tableMarkup } from './markup.ts';

/** Classes with boxes; more make no picture. */
const MOST_CLASSES = 30;

const SUBSET_TITLES: Readonly<Record<Subset, string>> = {
  all: 'All images',
  single: 'Images with one label',
  several: 'Images with several labels',
};

/** A metric per class and method: boxes and numbers, for all images, those with one label and those with several. */
export function metricPart(
  input: { readonly results: ResultColumns; readonly items: Items; readonly titles: ReadonlyMap<string, string> },
  metric: MetricColumns,
  title: string,
  summary: readonly SummaryRow[],
): string {
  const rows = summary
    .filter((row) => row.metric === metric.id)
    .map((row) => ({ ...row, method: input.titles.get(row.method) ?? row.method }));
  const names = input.items.methods.map((id) => input.titles.get(id) ?? id);
  const shown = SUBSETS.filter((subset) => rows.some((row) => row.subset === subset && row.n > 0));
  const range = rangeOf(rows);
  return section(
    `metric-${metric.id}`,
    title,
    shown.length === 0 ? note('No image has a number.') : legend(names),
    ...shown.map((subset) => {
      const groups = boxGroups(input, metric, subset).slice(0, MOST_CLASSES);
      const plot = boxPlot(`${title}: ${SUBSET_TITLES[subset]}`, names, groups, range);
      const table = summaryTable(rows.filter((row) => row.subset === subset));
      const heading = `<h3>${markupText(SUBSET_TITLES[subset])}</h3>`;
      return `${heading}${plot}${folded('Numbers', tableMarkup({ ...table, columns: table.columns.filter(({ id }) => id !== 'subset') }), subset === 'all')}`;
    }),
  );
}

export function legend(names: readonly string[]): string {
  const methods = names.map((name, i) => `<li><i style="background:${colourOf(i)}"></i>${markupText(name)}</li>`);
  return `<ul class="legend">${methods.join('')}<li>solid: median, dashed: mean; whiskers to 1.5 box lengths</li><li>black line: a mask of the whole image; dotted: random maps</li></ul>`;
}

/** The boxes of every class that has a number in the subset. */
export function boxGroups(
  { results, items }: { readonly results: ResultColumns; readonly items: Items },
  metric: MetricColumns,
  subset: Subset,
): readonly BoxGroup[] {
  const code = subset === 'all' ? null : results.subset.texts.indexOf(subset);
  const byClass = itemsByClass(items);
  return items.classes.flatMap(({ label }, i): BoxGroup[] => {
    const lists = items.rows.map((row) =>
      byClass[i]!.map((item) => row[item]!).filter(
        (at) => at >= 0 && (code === null || results.subset.codes[at] === code) && !Number.isNaN(metric.values[at]!),
      ),
    );
    const boxes = lists.map((rows) => boxOf(numbers(metric.values, rows)));
    if (boxes.every((box) => box === null)) return [];
    // Baselines depend on the drawing alone, so the method with most images has them all.
    const most = lists.reduce((a, b) => (b.length > a.length ? b : a));
    return [{ label, boxes, whole: meanOf(metric.whole, most), random: meanOf(metric.random, most) }];
  });
}

/** From 0 to 1 if all numbers are there, else from the least to the greatest. */
function rangeOf(rows: readonly SummaryRow[]): readonly [number, number] {
  let [low, high] = [0, 1];
  for (const { least, greatest } of rows) [low, high] = [Math.min(low, least ?? low), Math.max(high, greatest ?? high)];
  return [low, high];
}
