import { markupText, pageMarkup } from '../../markupText.ts';
import type { MetricColumns } from '../../results/resultColumns.ts';
import { boxPlot } from '../charts/boxPlot.ts';
import { colourOf } from '../charts/chart.ts';
import { boxGroups } from '../page/agreementPart.ts';
import { figure, folded, note, section, tableMarkup } from '../page/markup.ts';
import type { Picture } from '../page/picturesPart.ts';
import { STYLE } from '../page/style.ts';
import type { Instance } from './instances.ts';
import { QUIRKS, STUDIED, STUDY_METHODS } from './published.ts';
import type { StudyResult } from './study.ts';
import { VARIANTS } from './studyInput.ts';

/** Two images next to each other, expert and method. */
const WIDE =
  '.maps > div { width: 330px; } @media print { .maps > div { width: 240px; } } @media (max-width: 600px) { .maps > div { width: 100%; } }';

/** A map of the study's figures and its picture. */
export interface Shown {
  readonly instance: Instance;
  readonly picture: Picture;
}

/** SHAMSUL's tables and figures for one's own model, one variant of the settings after the other. */
export function studyPage(studies: readonly StudyResult[], shown: readonly (readonly Shown[])[]): string {
  const title = 'The SHAMSUL study of this model';
  const parts = studies.map((study, i) => ({ id: `study-${study.input.variant}`, study, of: shown[i] ?? [] }));
  return pageMarkup(
    title,
    `${STYLE}${WIDE}`,
    `${note('Tables and figures as in Alam et al., SHAMSUL: Systematic Holistic Analysis to investigate Medical Significance Utilizing Local interpretability methods in deep learning for chest radiography pathology prediction, Nordic Machine Intelligence 2023. The column SHAMSUL has the published numbers, which are of another model: means read off the box plots, and the IoU of the instances.')}
<nav>${parts.map(({ id, study }) => `<a href="#${id}">${markupText(VARIANTS[study.input.variant].title)}</a>`).join('')}<a href="#quirks">What to know first</a></nav>
${quirks()}
${parts.map(({ id, study, of }) => variantPart(id, study, of)).join('\n')}`,
  );
}

function quirks(): string {
  const list = QUIRKS.map(({ title, text }) => `<p><b>${markupText(title)}.</b> ${markupText(text)}</p>`);
  return section('quirks', 'What to know before comparing', ...list);
}

function variantPart(id: string, study: StudyResult, shown: readonly Shown[]): string {
  const { input, metric, means, subsets, summaries, single, multi } = study;
  const { title, about } = VARIANTS[input.variant];
  const facts = input.facts.map(
    ({ name, value }) => `<tr><td>${markupText(name)}</td><td>${markupText(value)}</td></tr>`,
  );
  return section(
    id,
    title,
    note(about),
    '<h3>Mean IoU per class and method</h3>',
    tableMarkup(means),
    ...(metric ? figures(study, metric) : [note('The results have no IoU.')]),
    '<h3>Images with one label and with several</h3>',
    tableMarkup(subsets),
    `<h3>${markupText('Single-label analysis: the best and the most confident instance of each class')}</h3>`,
    note('Left, in blue, what the expert drew; right, in red, what the method marks.'),
    pictures(
      input.titles,
      shown.filter(({ instance }) => instance.kind !== 'both'),
    ),
    folded('Numbers', tableMarkup(single), shown.length === 0),
    `<h3>${markupText(`Multi-label analysis: ${study.pair?.join(' and ') ?? STUDIED.join(' and ')} in one image`)}</h3>`,
    multi.rows.length === 0 ? note('No image holds both.') : '',
    pictures(
      input.titles,
      shown.filter(({ instance }) => instance.kind === 'both'),
    ),
    multi.rows.length === 0 ? '' : folded('Numbers', tableMarkup(multi), shown.length === 0),
    ...summaries.map(({ method, table }) =>
      folded(`CheXlocalize’s summary of ${input.titles.get(method) ?? method}`, tableMarkup(table)),
    ),
    folded('Settings', `<div class="scroll"><table><tbody>${facts.join('')}</tbody></table></div>`),
  );
}

/** One figure per method, under its number in the paper. */
function figures({ input }: StudyResult, metric: MetricColumns): readonly string[] {
  const { items, titles } = input;
  return items.methods.map((method, m) => {
    const known = STUDY_METHODS.find(({ id }) => id === method);
    const name = titles.get(method) ?? method;
    const title = known ? `Figure ${known.figure}: IoU of ${known.name}` : `IoU of ${name}`;
    const groups = boxGroups(
      { ...input, items: { ...items, rows: [items.rows[m]!], methods: [method] } },
      metric,
      'all',
    );
    const plot = boxPlot(title, [name], groups, [0, 1], colourOf(m));
    return `<h3>${markupText(title)}</h3>${plot}`;
  });
}

function pictures(titles: ReadonlyMap<string, string>, shown: readonly Shown[]): string {
  const groups = new Map<string, Shown[]>();
  for (const each of shown) {
    const { kind, label } = each.instance;
    const key = `${label}: ${kind === 'best' ? 'best instance' : kind === 'confident' ? 'most confident instance' : 'in the image with both'}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups]
    .map(
      ([name, list]) =>
        `<figure><figcaption>${markupText(name)}</figcaption><div class="maps">${list.map((each) => one(titles, each)).join('')}</div></figure>`,
    )
    .join('');
}

function one(titles: ReadonlyMap<string, string>, { instance, picture }: Shown): string {
  const { method, image, iou, score, reason } = instance;
  const numbers = `IoU ${iou === null ? `– (${reason ?? 'no number'})` : figure(iou)}, probability ${score === null ? '–' : figure(score)}`;
  const caption = `${titles.get(method) ?? method}: ${numbers}`;
  const shown = picture.source
    ? `<img src="${picture.source}" alt="${markupText(caption)}">`
    : `<div class="none">${markupText(`No picture: ${picture.reason ?? ''}`)}</div>`;
  return `<div>${shown}<small>${markupText(caption)}<br>${markupText(image)}</small></div>`;
}
