import { least as lowest } from '../../lists.ts';
import { markupText } from '../../markupText.ts';
import type { Verdict } from '../tables/verdict.ts';
import { figure, note, section } from './markup.ts';

/** The explainers ranked, with what the ranks rest on. */
export function verdictPart(verdict: Verdict, titles: ReadonlyMap<string, string>): string {
  const { methods, aspects } = verdict;
  const name = (id: string) => titles.get(id) ?? id;
  const head = ['Method', ...aspects.map(({ title }) => title)];
  const rows = methods.map((method, m) => [
    markupText(name(method)),
    ...aspects.map(({ ranks, metrics }) => {
      const rank = ranks[m];
      if (rank === null || rank === undefined) return '–';
      const means = metrics.flatMap(({ metric, means: all }) =>
        all[m] == null ? [] : [`${metric} ${figure(all[m])}`],
      );
      return `<b>${figure(rank)}</b> <small>${markupText(means.join(', '))}</small>`;
    }),
  ]);
  const leads = aspects.flatMap(({ metrics }) =>
    metrics.flatMap(({ metric, lead, n }) => {
      if (!lead) return [];
      const [first, second] = lead.methods.map(name);
      if (Math.abs(lead.difference) < 0.0005)
        return [`${metric}: ${first} and ${second} are first and equal (n ${n}).`];
      const clear = lead.interval !== null && lead.interval[0] > 0;
      const range = lead.interval ? ` (95 % interval ${lead.interval.map(figure).join(' … ')}, n ${n})` : ` (n ${n})`;
      const much = `${metric}: ${first} is ahead of ${second} by ${figure(lead.difference)}${range}`;
      return [clear ? `${much}.` : `${much}, which may be chance.`];
    }),
  );
  const missing = aspects.flatMap(({ title, reason }) =>
    reason === null ? [] : [`${title} is not ranked: ${reason}.`],
  );
  return section(
    'verdict',
    'Verdict on the explainers',
    `<p class="lead">${markupText(sentenceOn(verdict, name))}</p>`,
    `<div class="scroll"><table><thead><tr>${head.map((each) => `<th>${markupText(each)}</th>`).join('')}</tr></thead><tbody>${rows
      .map((row) => `<tr>${row.map((each) => `<td>${each}</td>`).join('')}</tr>`)
      .join('')}</tbody></table></div>`,
    note(
      'Rank 1 is best; all methods of an aspect are judged on the same images. Small numbers are the means behind it.',
    ),
    ...[...leads, ...missing].map(note),
    note(
      'Agreement says whether a map lies where people drew, not whether the model looked there. Faithfulness and randomisation test the map against the model; stability says how much it changes with noise that the eye hardly sees.',
    ),
  );
}

/** What the ranks come down to. */
export function sentenceOn({ methods, aspects, concordance, reason }: Verdict, name: (id: string) => string): string {
  const known = aspects.filter((each) => each.reason === null);
  if (known.length === 0) return 'The results rank no explainer, because no metric compares two of them.';
  const firsts = known.map(({ title, ranks }) => {
    const first = lowest(ranks.flatMap((rank) => (rank === null ? [] : [rank])));
    const best = methods.filter((_, m) => ranks[m] === first).map(name);
    const all = best.length === methods.length;
    return `${title.toLowerCase()}: ${all ? 'all alike' : best.join(' and ')}`;
  });
  const best = `Best by ${firsts.join('; by ')}.`;
  if (concordance === null) return `${best} Whether the aspects agree is unknown, because ${reason}.`;
  const how =
    concordance >= 0.7
      ? 'mostly agree'
      : concordance >= 0.3
        ? 'agree in part'
        : 'disagree, so no method is best for everything';
  return `${best} The ${known.length} aspects ${how} (Kendall’s W ${figure(concordance)}; 1 is the same order, 0 no agreement).`;
}
