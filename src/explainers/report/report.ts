import { markupText, pageMarkup } from '../markupText.ts';
import { metricOf } from '../results/resultColumns.ts';
import { BOOTSTRAP } from '../statistics/bootstrap.ts';
import { metricPart } from './page/agreementPart.ts';
import { folded, note, section, tableMarkup } from './page/markup.ts';
import { calibrationPart, confusionPart, scorePart } from './page/modelParts.ts';
import { type Picture, picturesPart } from './page/picturesPart.ts';
import { STYLE } from './page/style.ts';
import { verdictPart } from './page/verdictPart.ts';
import type { ReportInput } from './reportInput.ts';
import { type ReportTable, tableCsv } from './reportTable.ts';
import {
  alikeTable,
  betweenTable,
  binTable,
  calibrationTable,
  ceilingTable,
  confusionTable,
  scoreTable,
  summaryTable,
  verdictTable,
} from './reportTables.ts';
import { betweenMethods } from './tables/betweenMethods.ts';
import { calibrationRows } from './tables/calibration.ts';
import { ceilingRows } from './tables/ceiling.ts';
import { confusionRows } from './tables/confusion.ts';
import { mapsAlike } from './tables/mapsAlike.ts';
import { scoreAgainst } from './tables/scoreAgainst.ts';
import { type Selected, selections } from './tables/selections.ts';
import { summaryRows } from './tables/summaryRows.ts';
import { verdictOn } from './tables/verdict.ts';

/** The numbers of a report: computed once, shown on the page and written as CSV files. */
export type Statistics = ReturnType<typeof statisticsOf>;

/** The metric that images and methods are compared by. */
const MAIN = 'iou';

export function statisticsOf(input: ReportInput) {
  const { results, items, labelled } = input;
  const bootstrap = { ...BOOTSTRAP, seed: input.seed };
  const main = metricOf(results, MAIN) ?? results.metrics[0] ?? null;
  return {
    main,
    summary: summaryRows(results, items, bootstrap),
    verdict: verdictOn(results, items, input.metrics, bootstrap),
    between: main ? betweenMethods(main, items) : [],
    alike: mapsAlike(input.pairs),
    scores: main ? scoreAgainst(results, items, main) : [],
    calibration: calibrationRows(labelled),
    confusion: confusionRows(labelled),
    ceiling: main ? ceilingRows(results, items, main) : [],
    selected: main ? selections(results, items, main) : [],
  };
}

/** CSV files by name. */
export function csvFiles(input: ReportInput, statistics: Statistics): ReadonlyMap<string, string> {
  const tables: readonly ReportTable[] = [
    summaryTable(statistics.summary),
    verdictTable(statistics.verdict),
    betweenTable(statistics.between),
    alikeTable(statistics.alike),
    scoreTable(statistics.scores),
    calibrationTable(statistics.calibration),
    binTable(statistics.calibration),
    confusionTable(statistics.confusion),
    ceilingTable(statistics.ceiling, input.items.methods),
  ];
  return new Map(tables.map((table) => [`${table.name}.csv`, tableCsv(table)]));
}

/**
 * The report as one page that needs no other file, no network and no script.
 * @param shown those of `statistics.selected` that have pictures, and their pictures, one per method
 */
export function reportPage(
  input: ReportInput,
  statistics: Statistics,
  shown: readonly Selected[],
  pictures: readonly (readonly Picture[])[],
): string {
  const { results, titles } = input;
  const { main, summary } = statistics;
  const titleOf = (id: string) => input.metrics.find((each) => each.id === id)?.title ?? id;
  const others = results.metrics.filter((metric) => metric !== main);
  const parts: readonly (readonly [id: string, name: string, markup: string])[] = [
    ['verdict', 'Verdict', verdictPart(statistics.verdict, titles)],
    ...(main
      ? [[`metric-${main.id}`, titleOf(main.id), metricPart(input, main, titleOf(main.id), summary)] as const]
      : []),
    ['readers', 'Human ceiling', ceilingPart(input, statistics)],
    ['methods', 'Methods compared', methodsPart(input, statistics)],
    ...(main ? [['score', 'Score', scorePart(input, main, statistics.scores)] as const] : []),
    ['calibration', 'Calibration', calibrationPart(statistics.calibration)],
    ['confusion', 'Right and wrong', confusionPart(statistics.confusion)],
    ...(main ? [['images', 'Images', picturesPart(input, main, shown, pictures)] as const] : []),
    ['others', 'Other metrics', othersPart()],
    ['about', 'About', aboutPart(input)],
  ];
  return pageMarkup(
    input.title,
    STYLE,
    `<p class="note">${markupText(countsOf(input))}</p>
<nav>${parts.map(([id, name]) => `<a href="#${id}">${markupText(name)}</a>`).join('')}</nav>
${parts.map(([, , markup]) => markup).join('\n')}`,
  );

  function othersPart(): string {
    const tables = others.map(({ id }) => {
      const rows = summary.filter((row) => row.metric === id);
      const table = summaryTable(rows.map((row) => ({ ...row, method: titles.get(row.method) ?? row.method })));
      return folded(titleOf(id), tableMarkup(table));
    });
    return section('others', 'Other metrics', ...(tables.length > 0 ? tables : [note('The results have no others.')]));
  }
}

function countsOf({ results, items, failures }: ReportInput): string {
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  return [
    `${results.image.texts.length} images`,
    `${items.classes.length} classes`,
    `${items.methods.length} methods`,
    `${results.rows} rows`,
    ...(failed > 0 ? [`${failed} failures`] : []),
    ...(items.repeated > 0 ? [`${items.repeated} repeated rows, of which only the first count`] : []),
  ].join(', ');
}

function ceilingPart({ items, titles }: ReportInput, { ceiling, main }: Statistics): string {
  const names = items.methods.map((id) => titles.get(id) ?? id);
  return section(
    'readers',
    'Human ceiling',
    ceiling.length === 0
      ? note('No image has several readers, so how well people agree with each other is unknown.')
      : `${note(`Mean IoU between the readers of the same image, and the methods’ mean ${main?.id} on the same images. No map can be expected to agree better with a reader than another reader does.`)}${tableMarkup(ceilingTable(ceiling, names))}`,
  );
}

function methodsPart({ titles }: ReportInput, { between, alike, main }: Statistics): string {
  const named = <T extends { readonly methods: readonly [string, string] }>(rows: readonly T[]) =>
    rows.map((row) => ({
      ...row,
      methods: row.methods.map((id) => titles.get(id) ?? id) as unknown as [string, string],
    }));
  const alikeTitled = named(alike).map((row) => ({ ...row, metric: titles.get(row.metric) ?? row.metric }));
  return section(
    'methods',
    'Methods compared',
    between.length === 0
      ? note('The results have one method, so there is nothing to compare.')
      : `${note(`Do two methods do well on the same images? Rank correlation of ${main?.id} over images and classes; the mean difference is the first less the second.`)}${tableMarkup(betweenTable(named(between)))}`,
    alike.length === 0
      ? note('How alike the maps themselves are is unknown, because the evaluation did not compare them.')
      : `<h3>How alike the maps are</h3>${tableMarkup(alikeTable(alikeTitled))}`,
  );
}

function aboutPart({ facts, failures }: ReportInput): string {
  const rows = facts.map(({ name, value }) => `<tr><td>${markupText(name)}</td><td>${markupText(value)}</td></tr>`);
  const failed = Object.entries(failures).map(([why, count]) => note(`${count} failed: ${why}`));
  return section(
    'about',
    'About these results',
    `<div class="scroll"><table><tbody>${rows.join('')}</tbody></table></div>`,
    ...failed,
    note(
      'Intervals: 95 %, percentile bootstrap of the mean with 1000 resamples over images; above 2000 numbers its limit, mean ± 1.96 s / √n. Null numbers are left out of means and counted by their reason. A method’s mean covers only the images where it has a number, so look at n before comparing two methods.',
    ),
  );
}
