import { markupText } from '../../markupText.ts';
import { numberAt, textAt } from '../../results/column.ts';
import type { MetricColumns } from '../../results/resultColumns.ts';
import type { ReportInput } from '../reportInput.ts';
import { SELECTIONS, type Selected } from '../tables/selections.ts';
import { figure, note, section } from './markup.ts';

/** A picture of the page. */
export interface Picture {
  /** A data URL; null: there is none. */
  readonly source: string | null;
  /** Why there is none. */
  readonly reason: string | null;
}

const TITLES: Readonly<Record<Selected['selection'], string>> = {
  best: 'Best',
  confident: 'Most confident',
  worst: 'Worst',
  suspicious: 'Most suspicious',
};

/** Images worth a look, with the map of every method. @param pictures of each selection, one per method */
export function picturesPart(
  { results, items, titles }: ReportInput,
  metric: MetricColumns,
  selected: readonly Selected[],
  pictures: readonly (readonly Picture[])[],
): string {
  const labels = [...new Set(selected.map(({ label }) => label))];
  const figures = labels.map((label) => {
    const own = selected.flatMap((each, i) => (each.label === label ? [{ each, of: pictures[i] ?? [] }] : []));
    // An image may be the best, the most confident and the worst of a class.
    const rows = [...new Set(own.map(({ each }) => each.row))];
    const once = rows.map((row) => own.filter(({ each }) => each.row === row));
    return `<h3>${markupText(label)}</h3>${once
      .map((same) =>
        figureOf(
          same.map(({ each }) => each.selection),
          same[0]!.each,
          same[0]!.of,
        ),
      )
      .join('')}`;
  });
  const rules = Object.entries(SELECTIONS).map(
    ([id, rule]) => `${TITLES[id as Selected['selection']]}: ${rule[0]!.toLowerCase()}${rule.slice(1)}.`,
  );
  return section('images', 'Images', note(rules.join(' ')), ...figures);

  function figureOf(
    selections: readonly Selected['selection'][],
    { row, rows }: Selected,
    of: readonly Picture[],
  ): string {
    const state = textAt(results.state, row) ?? 'unknown';
    const score = numberAt(results.score, row);
    const why = selections.map((each, i) => (i === 0 ? TITLES[each] : TITLES[each].toLowerCase())).join(', ');
    const caption = `${why}: ${textAt(results.image, row) ?? ''}, score ${score === null ? '–' : figure(score)}, ${state}`;
    const maps = items.methods.flatMap((method, m) => {
      const at = rows[m]!;
      if (at < 0) return [];
      const value = numberAt(metric.values, at);
      const said = value === null ? (textAt(metric.reason, at) ?? 'no number') : `${metric.id} ${figure(value)}`;
      const name = titles.get(method) ?? method;
      const { source = null, reason = 'no picture was made' } = of[m] ?? {};
      const shown = source
        ? `<img src="${source}" alt="${markupText(`${name} of ${caption}`)}">`
        : `<div class="none">${markupText(`No picture: ${reason}`)}</div>`;
      return [`<div>${shown}<small>${markupText(name)}, ${markupText(said)}</small></div>`];
    });
    return `<figure><figcaption>${markupText(caption)}</figcaption><div class="maps">${maps.join('')}</div></figure>`;
  }
}
