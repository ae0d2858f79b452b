import { textAt } from '../../results/column.ts';
import { itemsByClass } from '../../results/items.ts';
import { type MetricColumns, metricOf } from '../../results/resultColumns.ts';
import type { ReportTable } from '../reportTable.ts';
import { meanOf, SUBSETS, type SummaryRow } from '../tables/summaryRows.ts';
import type { Instance } from './instances.ts';
import type { Mious } from './miouTables.ts';
import { isClass, STUDIED, STUDY_CLASSES, STUDY_INSTANCES, STUDY_METHODS } from './published.ts';
import type { StudyInput } from './studyInput.ts';

/** Mean IoU per class and method next to the published ones, the whole image's, and the methods' coverage. */
export function meansTable({ results, items, titles }: StudyInput, metric: MetricColumns, name: string): ReportTable {
  const byClass = itemsByClass(items);
  const coverage = metricOf(results, 'coverage');
  const rows = items.classes.flatMap(({ label }, c) =>
    items.methods.flatMap((method, m) => {
      const at = byClass[c]!.map((item) => items.rows[m]![item]!).filter((row) => row >= 0);
      const drawn = at.filter((row) => textAt(results.state, row) === 'drawn');
      const counted = drawn.filter((row) => !Number.isNaN(metric.values[row]!));
      if (drawn.length === 0) return [];
      return [
        {
          label,
          method: titles.get(method) ?? method,
          drawn: drawn.length,
          n: counted.length,
          mean: meanOf(metric.values, counted),
          published: publishedMean(label, method),
          whole: meanOf(metric.whole, counted),
          random: meanOf(metric.random, counted),
          coverage: meanOf(coverage?.values ?? null, counted),
        },
      ];
    }),
  );
  return {
    name,
    columns: [
      { id: 'label', title: 'Class' },
      { id: 'method', title: 'Method' },
      { id: 'drawn', title: 'Drawn' },
      { id: 'n', title: 'n with IoU' },
      { id: 'mean', title: 'Mean IoU' },
      { id: 'published', title: 'SHAMSUL' },
      { id: 'whole', title: 'Whole image' },
      { id: 'random', title: 'Random' },
      { id: 'coverage', title: 'Coverage' },
    ],
    rows,
  };
}

function publishedMean(label: string, method: string): number | null {
  const m = STUDY_METHODS.findIndex(({ id }) => id === method);
  return STUDY_CLASSES.find((each) => isClass(label, each))?.means[m] ?? null;
}

/** Mean IoU of images with one label and of images with several. */
export function subsetTable(
  summary: readonly SummaryRow[],
  titles: ReadonlyMap<string, string>,
  name: string,
): ReportTable {
  const rows = summary.filter(({ metric, subset, index }) => metric === 'iou' && subset !== 'all' && index !== null);
  const words = new Map(SUBSETS.map((subset) => [subset, subset === 'single' ? 'one label' : 'several labels']));
  return {
    name,
    columns: [
      { id: 'label', title: 'Class' },
      { id: 'method', title: 'Method' },
      { id: 'subset', title: 'Images with' },
      { id: 'n', title: 'n' },
      { id: 'mean', title: 'Mean IoU' },
      { id: 'low', title: '95 % from' },
      { id: 'high', title: 'to' },
      { id: 'whole', title: 'Whole image' },
    ],
    rows: rows.map(({ label, method, subset, n, mean, interval, whole }) => ({
      ...{ label, method: titles.get(method) ?? method, subset: words.get(subset)!, n, mean, whole },
      low: interval?.[0] ?? null,
      high: interval?.[1] ?? null,
    })),
  };
}

const KINDS: Readonly<Record<Instance['kind'], string>> = {
  best: 'best IoU',
  confident: 'highest probability',
  both: 'both classes in one image',
};

export function instanceTable(
  instances: readonly Instance[],
  titles: ReadonlyMap<string, string>,
  name: string,
): ReportTable {
  return {
    name,
    columns: [
      { id: 'kind', title: 'Instance' },
      { id: 'label', title: 'Class' },
      { id: 'method', title: 'Method' },
      { id: 'image', title: 'Image' },
      { id: 'score', title: 'Probability' },
      { id: 'iou', title: 'IoU' },
      { id: 'published', title: 'SHAMSUL' },
      { id: 'reason', title: 'Why not' },
    ],
    rows: instances.map(({ kind, label, method, image, score, iou, reason }) => ({
      ...{ kind: KINDS[kind], label, image, score, iou, reason },
      method: titles.get(method) ?? method,
      published: publishedInstance(kind, label, method),
    })),
  };
}

function publishedInstance(kind: Instance['kind'], label: string, method: string): number | null {
  const m = STUDY_METHODS.findIndex(({ id }) => id === method);
  const c = STUDIED.findIndex((studied) => STUDY_CLASSES.some((each) => each.name === studied && isClass(label, each)));
  return STUDY_INSTANCES[kind][c]?.[m] ?? null;
}

/** A method's IoU per image and class, in CheXlocalize's order: images and classes by name. */
export function mious({ results, items }: StudyInput, metric: MetricColumns, m: number): Mious {
  const drawn = new Set<number>();
  for (let row = 0; row < results.rows; row++) {
    if (textAt(results.state, row) === 'drawn') drawn.add(results.image.codes[row]!);
  }
  const order = [...drawn].sort((a, b) => compare(results.image.texts[a]!, results.image.texts[b]!));
  const place = new Map(order.map((image, i) => [image, i]));
  const classes = items.classes.map(({ label }, c) => ({ label, c })).sort((a, b) => compare(a.label, b.label));
  const byClass = itemsByClass(items);
  const values = classes.map(({ c }) => {
    const list = new Float64Array(order.length).fill(Number.NaN);
    for (const item of byClass[c]!) {
      const row = items.rows[m]![item]!;
      const at = row < 0 ? undefined : place.get(results.image.codes[row]!);
      if (at !== undefined) list[at] = metric.values[row]!;
    }
    return list;
  });
  return {
    images: order.map((image) => results.image.texts[image]!),
    classes: classes.map(({ label }) => label),
    values,
  };
}

/** As Python sorts texts. */
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
