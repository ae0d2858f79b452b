import type { MetricInfo } from '../../explainers/contracts/results.ts';
import { own } from '../../explainers/tables.ts';
import { agreementNumber } from '../format.ts';
import { flag } from '../parts/attributes.ts';
import type { Actions } from '../state/actions.ts';
import type { AgreementCell, AgreementRow, AgreementTable } from './agreementTable.ts';
import { DIRECTIONS } from './directions.ts';

const SORTED = { first: 'best first', last: 'best last' } as const;

interface GridProps {
  readonly table: AgreementTable;
  readonly actions: Actions;
}

/** The table of agreement: rows are methods, columns are metrics; a click on a heading sorts by it. */
export function AgreementGrid({ table, actions }: GridProps) {
  const { columns, groups } = table;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">Method</span>
          </th>
          {columns.map((metric) => (
            <Heading key={metric.id} metric={metric} sort={table.sort} actions={actions} />
          ))}
        </tr>
      </thead>
      {groups.map(({ index, label, rows }) => (
        <tbody key={index} data-agreement-class={index}>
          {groups.length > 1 && (
            <tr class="group">
              <th scope="rowgroup" colspan={columns.length + 1}>
                {label}
              </th>
            </tr>
          )}
          {rows.map((row) => (
            <Row key={row.id} row={row} columns={columns} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

interface HeadingProps {
  readonly metric: MetricInfo;
  readonly sort: AgreementTable['sort'];
  readonly actions: Actions;
}

function Heading({ metric: { id, title, short, summary, better, range }, sort, actions }: HeadingProps) {
  const { arrow, words } = DIRECTIONS[better];
  const [low, high] = range;
  const sorted = sort?.metric === id ? sort.best : null;
  const ascending = (better === 'down') === (sorted === 'first');
  return (
    <th scope="col" aria-sort={sorted === null ? undefined : ascending ? 'ascending' : 'descending'}>
      <button
        type="button"
        class="sort"
        data-sort={id}
        title={`${title}: ${summary}\n${low} … ${high}, ${words}. Click to sort.`}
        onClick={() => actions.sortAgreement(id)}
      >
        <span aria-hidden="true">
          {short}
          {arrow && ` ${arrow}`}
        </span>
        <span class="range" aria-hidden="true">
          {sorted === null ? `${low}–${high}` : SORTED[sorted]}
        </span>
        <span class="unseen">{`${title}, ${low} to ${high}, ${words}`}</span>
      </button>
    </th>
  );
}

function Row({ row, columns }: { readonly row: AgreementRow; readonly columns: readonly MetricInfo[] }) {
  return (
    <tr class={row.kind === 'method' ? undefined : 'baseline'} data-agreement-row={row.id}>
      <th scope="row" title={row.about ?? row.title}>
        {row.title}
      </th>
      {columns.map(({ id }) => {
        const cell = own(row.cells, id);
        return cell ? <Cell key={id} row={row} metric={id} cell={cell} /> : <td key={id} />;
      })}
    </tr>
  );
}

interface CellProps {
  readonly row: AgreementRow;
  readonly metric: string;
  readonly cell: AgreementCell;
}

function Cell({ row, metric, cell: { value, reason, note, best } }: CellProps) {
  const exact = value === null ? 'null' : value;
  const data =
    row.kind === 'method'
      ? { 'data-agreement-value': exact, 'data-metric': metric }
      : { 'data-baseline-value': exact, 'data-baseline-metric': metric };
  return (
    <td {...data} data-best={flag(best)} title={value === null ? (reason ?? undefined) : String(value)}>
      {value === null ? (
        <>
          <span aria-hidden="true">–{note !== null && <sup>{note}</sup>}</span>
          <span class="unseen">{`none: ${reason}`}</span>
        </>
      ) : (
        <>
          {best && (
            <span class="best" aria-hidden="true">
              ●
            </span>
          )}
          {agreementNumber(value)}
          {best && <span class="unseen">, best</span>}
        </>
      )}
    </td>
  );
}
