import type { Assessment, AssessmentCurve, AssessmentInfo } from '../../explainers/results.ts';
import { h } from '../dom.ts';
import { agreementNumber } from '../format.ts';
import { DIRECTIONS } from './agreementGrid.ts';
import { chartLegend, lineChart } from './lineChart.ts';

/** The numbers of one map's faithfulness, its curves, and what is to be known of them. */
export function assessmentList(results: readonly Assessment[], metrics: readonly AssessmentInfo[]): HTMLElement[] {
  if (results.length === 0) return [];
  const known = results.map((result) => ({ result, info: metrics.find(({ id }) => id === result.metric) }));
  const notes = [...new Set(results.flatMap((result) => result.notes))];
  return [
    h('dl', { class: 'figures' }, ...known.map(({ result, info }) => figureOf(result, info))),
    ...charts(known),
    ...notes.map((note) => h('p', { class: 'note' }, note)),
  ];
}

interface Known {
  readonly result: Assessment;
  readonly info: AssessmentInfo | undefined;
}

function figureOf({ metric, value, reason, moved }: Assessment, info: AssessmentInfo | undefined): HTMLElement {
  const direction = info ? DIRECTIONS[info.better] : null;
  const [low, high] = info?.range ?? [0, 1];
  const about = info && `${info.summary} ${low} … ${high}, ${direction?.words}.\n\n${info.caution}`;
  return h(
    'div',
    { 'data-assessment': metric, 'data-value': value === null ? 'null' : value, title: about ?? null },
    h('dt', {}, `${info?.title ?? metric} ${direction?.arrow ?? ''}`),
    h(
      'dd',
      {},
      value === null ? `– ${reason ?? ''}` : agreementNumber(value),
      moved === undefined
        ? null
        : h(
            'span',
            { class: 'count', title: 'What the same map scores when it is moved to other places' },
            ` (moved ${agreementNumber(moved)})`,
          ),
    ),
  );
}

/** Curves of the same kind share a chart: what is taken away and what is put in are of one scale. */
function charts(known: readonly Known[]): HTMLElement[] {
  const groups = new Map<string, Known[]>();
  for (const each of known) {
    if (!each.result.curve || !each.info?.curve) continue;
    const kind = each.info.curve.score;
    groups.set(kind, [...(groups.get(kind) ?? []), each]);
  }
  return [...groups.values()].map((group) => {
    const lines = group.map(({ result, info }) => ({ name: info!.title, points: pointsOf(result.curve!) }));
    const axis = group[0]!.info!.curve!;
    const label = group.map(({ result, info }) => `${info!.title}: ${told(result.curve!)}`).join('. ');
    const x = group.length > 1 ? 'share of the pixels' : axis.fraction;
    return h(
      'figure',
      { class: 'curves', 'data-curves': group.map(({ result }) => result.metric).join(' ') },
      lineChart(lines, { x, y: group.length > 1 ? axis.score : 'correlation', label }),
      lines.length > 1 ? chartLegend(lines.map(({ name }) => name)) : null,
    );
  });
}

function pointsOf({ fraction, score }: AssessmentCurve) {
  return fraction.map((x, i) => [x, score[i] ?? null] as const);
}

/** A curve in words. */
function told({ score }: AssessmentCurve): string {
  const at = (i: number) => {
    const value = score[i];
    return value === null || value === undefined ? 'nothing' : value.toFixed(2);
  };
  return `from ${at(0)} over ${at(Math.floor(score.length / 2))} in the middle to ${at(score.length - 1)}`;
}
