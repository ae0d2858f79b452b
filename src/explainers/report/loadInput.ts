import path from 'node:path';
import type { Results } from '../evaluation/results.ts';
import { type About, aboutResults } from '../results/about.ts';
import { itemsOf } from '../results/items.ts';
import { columnsOf, numbersOf, textsIn } from '../results/loadColumns.ts';
import { labelledItems, labelledScores } from '../results/loadLabelled.ts';
import { own, setOwn } from '../tables.ts';
import type { ReportInput } from './reportInput.ts';
import type { PairColumns } from './tables/mapsAlike.ts';
import type { MetricFacts } from './tables/verdict.ts';

/** What the report needs to know of methods and measures. */
export interface Titles {
  readonly metrics: readonly MetricFacts[];
  readonly titles: ReadonlyMap<string, string>;
}

/** Reads a results folder for a report. @throws ExplainError `usage` for a file that cannot be read */
export async function loadInput(results: Results, known: Titles): Promise<ReportInput & { readonly about: About }> {
  const about = aboutResults(results.manifest, results.folder);
  const columns = columnsOf(await results.read('part'));
  const items = itemsOf(columns);
  const scores = await results.read('scores');
  const labelled =
    scores.rows > 0 && about.labels.length > 0
      ? labelledScores(scores, about.labels, about.decision)
      : labelledItems(columns, items);
  const failures: Record<string, number> = {};
  for (const { error } of results.failures) setOwn(failures, error.message, (own(failures, error.message) ?? 0) + 1);
  return {
    title: `How ${about.model === null ? 'the model' : path.basename(about.model)} looks at ${about.images === null ? 'the images' : path.basename(about.images)}`,
    ...{ about, facts: about.facts, results: columns, items, labelled, failures, ...known, seed: about.seed },
    pairs: await pairsOf(results),
  };
}

async function pairsOf(results: Results): Promise<PairColumns> {
  const table = await results.read('pairs');
  const names = [...table.columns.keys()].filter((name) => name !== 'index' && numbersOf(table, name));
  return {
    rows: table.rows,
    method: textsIn(table, 'method'),
    other: textsIn(table, 'other'),
    metrics: names.map((id) => ({ id, values: numbersOf(table, id)! })),
  };
}
