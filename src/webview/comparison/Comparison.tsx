import type { ComparisonInfo, MethodComparison } from '../../explainers/contracts/results.ts';
import { custom } from '../parts/attributes.ts';
import { Problem } from '../parts/Problem.tsx';
import { Button } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';
import type { Alikeness } from './alikeness.ts';

declare module '../marks.ts' {
  interface Marks {
    /** Starts the comparison of methods. */
    'data-compare'?: Flag;
    /** A table of comparison, by its metric. */
    'data-comparison'?: Text;
    'data-alike'?: Text;
  }
}

interface ComparisonProps {
  readonly actions: Actions;
  readonly alikeness: Alikeness;
}

/**
 * How similar the maps of the methods that are on are. Where they agree, they see the same thing, which does not make
 * them right.
 */
export function Comparison({ actions, alikeness }: ComparisonProps) {
  const { reply, echo, asked, titles, metrics, key, label } = alikeness;
  const few = titles.length < 2;
  const about = few
    ? 'Switch on a second method to see how similar the two maps are.'
    : `How similar the maps for ${label} are. Two methods that agree may still both be wrong.`;
  return (
    <>
      <p class="note">{about}</p>
      {!few && !asked && (
        <Button data-compare="" onClick={() => actions.compareMethods()}>
          Compare methods
        </Button>
      )}
      <div class="comparison-content" aria-busy={asked && reply.status === 'waiting'}>
        {asked && !few && echo && <p class="note">Not computed yet.</p>}
        {asked && !few && reply.status === 'failed' && !echo && (
          <Problem error={reply.error} actions={actions} again={() => actions.retry(key)} compact />
        )}
        {asked && !few && reply.status === 'done' && (
          <Matrices comparison={reply.value} titles={titles} infos={metrics} />
        )}
      </div>
    </>
  );
}

interface MatricesProps {
  readonly comparison: MethodComparison;
  readonly titles: readonly string[];
  readonly infos: readonly ComparisonInfo[];
}

/** A matrix per metric; columns are numbered like the rows, so that many fit. */
function Matrices({ comparison: { methods, metrics }, titles, infos }: MatricesProps) {
  return metrics.map(({ metric, values, reason }) => {
    const info = infos.find(({ id }) => id === metric);
    return (
      <div key={metric} class="matrix" data-comparison={metric}>
        <table>
          <caption title={info?.summary}>
            {info ? `${info.title} (${info.range.join(' … ').replace('-', '−')})` : metric}
          </caption>
          <thead>
            <tr>
              <td />
              {titles.map((title, i) => (
                <th key={title} scope="col" title={title}>
                  <span aria-hidden="true">{i + 1}</span>
                  <span class="unseen">{title}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {values.map((row, i) => (
              <tr key={methods[i]}>
                <th scope="row" title={titles[i]}>{`${i + 1} ${titles[i] ?? methods[i]}`}</th>
                {row.map((value, j) => (
                  <Alike key={methods[j]} value={value} pair={`${titles[i]} and ${titles[j]}`} same={i === j} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {reason !== undefined && <p class="note">{`– ${reason}`}</p>}
      </div>
    );
  });
}

function Alike({
  value,
  pair,
  same,
}: {
  readonly value: number | null;
  readonly pair: string;
  readonly same: boolean;
}) {
  const classes = [same ? 'same' : '', value !== null && value < 0 ? 'against' : ''].filter(Boolean).join(' ');
  return (
    <td
      class={classes || undefined}
      data-alike={value === null ? 'null' : value}
      title={value === null ? pair : `${pair}: ${value}`}
      style={custom({ '--share': value === null ? 0 : Math.min(1, Math.abs(value)) })}
    >
      {value === null ? '–' : value.toFixed(2).replace('-', '−')}
    </td>
  );
}
