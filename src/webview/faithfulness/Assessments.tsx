import type { Assessment, AssessmentCurve, AssessmentInfo } from '../../explainers/contracts/results.ts';
import { DIRECTIONS } from '../agreement/directions.ts';
import { agreementNumber } from '../format.ts';
import { ChartLegend, LineChart } from '../parts/LineChart.tsx';

interface AssessmentsProps {
  readonly results: readonly Assessment[];
  readonly metrics: readonly AssessmentInfo[];
}

interface Known {
  readonly result: Assessment;
  readonly info: AssessmentInfo | undefined;
}

/** The numbers of one map's faithfulness, its curves, and what to know about them. */
export function Assessments({ results, metrics }: AssessmentsProps) {
  if (results.length === 0) return null;
  const known = results.map((result) => ({ result, info: metrics.find(({ id }) => id === result.metric) }));
  return (
    <>
      <dl class="figures">
        {known.map((each) => (
          <Figure key={each.result.metric} {...each} />
        ))}
      </dl>
      {chartsOf(known).map((group) => (
        <Curves key={group[0]!.result.metric} group={group} />
      ))}
      {[...new Set(results.flatMap((result) => result.notes))].map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
    </>
  );
}

function Figure({ result: { metric, value, reason, moved }, info }: Known) {
  const direction = info ? DIRECTIONS[info.better] : null;
  const [low, high] = info?.range ?? [0, 1];
  const about = info && `${info.summary} ${low} … ${high}, ${direction?.words}.\n\n${info.caution}`;
  return (
    <div data-assessment={metric} data-value={value === null ? 'null' : value} title={about}>
      <dt>{`${info?.title ?? metric} ${direction?.arrow ?? ''}`}</dt>
      <dd>
        {value === null ? `– ${reason ?? ''}` : agreementNumber(value)}
        {moved !== undefined && (
          <span
            class="count"
            title={
              info?.regions
                ? 'The mean over random regions of the same size and shape'
                : 'The score of the same map moved to other places'
            }
          >
            {` (${info?.regions ? 'elsewhere' : 'moved'} ${agreementNumber(moved)})`}
          </span>
        )}
      </dd>
    </div>
  );
}

/** Curves of the same kind share a chart, because removed and inserted pixels have the same scale. */
function chartsOf(known: readonly Known[]): readonly (readonly Known[])[] {
  const groups = new Map<string, Known[]>();
  for (const each of known) {
    if (!each.result.curve || !each.info?.curve) continue;
    const kind = each.info.curve.score;
    groups.set(kind, [...(groups.get(kind) ?? []), each]);
  }
  return [...groups.values()];
}

function Curves({ group }: { readonly group: readonly Known[] }) {
  const lines = group.map(({ result, info }) => ({ name: info!.title, points: pointsOf(result.curve!) }));
  const axis = group[0]!.info!.curve!;
  const several = group.length > 1;
  return (
    <figure class="curves" data-curves={group.map(({ result }) => result.metric).join(' ')}>
      <LineChart
        lines={lines}
        x={several ? 'share of the pixels' : axis.fraction}
        y={several ? axis.score : 'correlation'}
        label={group.map(({ result, info }) => `${info!.title}: ${inWords(result.curve!)}`).join('. ')}
      />
      {several && <ChartLegend names={lines.map(({ name }) => name)} />}
    </figure>
  );
}

function pointsOf({ fraction, score }: AssessmentCurve) {
  return fraction.map((x, i) => [x, score[i] ?? null] as const);
}

function inWords({ score }: AssessmentCurve): string {
  const at = (i: number) => score[i]?.toFixed(2) ?? 'nothing';
  return `from ${at(0)} over ${at(Math.floor(score.length / 2))} in the middle to ${at(score.length - 1)}`;
}
