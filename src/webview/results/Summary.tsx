import { useEffect, useState } from 'preact/hooks';
import type { Outcome, ResultsFacts, ResultsSummary } from '../../explainers/contracts/resultsView.ts';
import type { PageFilter } from '../../explainers/protocol/resultsMessages.ts';
import type { Ask } from './ask.ts';

/** Classes with rows of their own. */
const MOST = 200;
const COLUMNS: readonly (readonly [Outcome, string])[] = [
  ['right', 'Right'],
  ['missed', 'Missed'],
  ['falseAlarm', 'False alarm'],
  ['unlabelled', 'No label'],
];

interface SummaryProps {
  readonly facts: ResultsFacts;
  readonly filter: PageFilter;
  readonly metric: string;
  readonly ask: Ask;
  readonly change: (filter: PageFilter) => void;
}

/** How the rows of the filter are distributed: right and wrong per class, and two histograms. */
export function Summary({ facts, filter, metric, ask, change }: SummaryProps) {
  const [summary, setSummary] = useState<ResultsSummary | null>(null);
  useEffect(() => {
    let current = true;
    ask('summary', { filter, metric }).then(
      (now) => current && setSummary(now),
      () => {},
    );
    return () => {
      current = false;
    };
  }, [filter, metric]);
  if (!summary) return <aside class="summary" />;
  const classes = facts.classes
    .map((each, i) => ({ ...each, counts: summary.outcomes[i]! }))
    .filter(({ counts }) => COLUMNS.some(([id]) => counts[id] > 0));
  return (
    <aside class="summary">
      <h2>Score</h2>
      <Histogram bins={summary.scores} range={[0, 1]} title="Rows by score" />
      <h2>{metric}</h2>
      <Histogram bins={summary.values} range={summary.range} title={`Rows by ${metric}`} />
      <h2>Images by class</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Class</th>
            {COLUMNS.map(([id, title]) => (
              <th scope="col" key={id}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.slice(0, MOST).map(({ index, label, counts }) => (
            <tr key={index}>
              <th scope="row">{label}</th>
              {COLUMNS.map(([id]) => (
                <td key={id}>
                  <button
                    type="button"
                    class="bare"
                    aria-label={`${counts[id]} of ${label}: ${id}`}
                    onClick={() => change({ ...filter, index, outcome: id })}
                  >
                    {counts[id].toLocaleString('en')}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </aside>
  );
}

interface HistogramProps {
  readonly bins: readonly number[];
  readonly range: readonly [number, number];
  readonly title: string;
}

function Histogram({ bins, range: [low, high], title }: HistogramProps) {
  const most = bins.reduce((a, b) => Math.max(a, b), 1);
  const said = bins.map((count) => count.toLocaleString('en')).join(', ');
  const end = (value: number) => String(Math.round(value * 100) / 100);
  return (
    <div class="histogram" role="img" aria-label={`${title}, from ${end(low)} to ${end(high)}: ${said}`}>
      {bins.map((count, i) => (
        <i key={i} title={count.toLocaleString('en')} style={{ height: `${(100 * count) / most}%` }} />
      ))}
      <span>{end(low)}</span>
      <span>{end(high)}</span>
    </div>
  );
}
