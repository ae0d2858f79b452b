import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ResultsFacts, ResultsSort } from '../../explainers/contracts/resultsView.ts';
import type { PageFilter, ResultsContents } from '../../explainers/protocol/resultsMessages.ts';
import type { Ask } from './ask.ts';
import { Filters } from './Filters.tsx';
import { Gallery } from './Gallery.tsx';
import { RowCache } from './rowCache.ts';
import { Summary } from './Summary.tsx';
import { Table } from './Table.tsx';

const EVERYTHING: PageFilter = {
  index: null,
  method: null,
  outcome: null,
  score: null,
  metric: null,
  lowAgreement: false,
  image: '',
  findings: false,
};
/** Metrics that have a column at first, if the results have them. */
const COLUMNS: readonly string[] = ['iou', 'pointingGame', 'energyPointing', 'deletion', 'insertion', 'maxSensitivity'];

interface PageProps {
  readonly contents: ResultsContents;
  readonly ask: Ask;
}

/** A folder of results: filters, a table or a gallery of the rows, and how they are distributed. */
export function ResultsPage({ contents, ask }: PageProps) {
  const { name, facts, problem } = contents;
  if (!facts) {
    return (
      <main class="results">
        <h1>{name}</h1>
        <p role="alert">{problem}</p>
      </main>
    );
  }
  return <Opened name={name} facts={facts} ask={ask} />;
}

function Opened({ name, facts, ask }: { readonly name: string; readonly facts: ResultsFacts; readonly ask: Ask }) {
  const [filter, setFilter] = useState(EVERYTHING);
  const [sort, setSort] = useState<ResultsSort>({ by: null, down: true });
  const [gallery, setGallery] = useState(false);
  const [, setArrived] = useState(0);
  const metrics = useMemo(() => COLUMNS.filter((id) => facts.metrics.includes(id)), [facts]);
  const metric = filter.metric?.id ?? (sort.by !== null && facts.metrics.includes(sort.by) ? sort.by : metrics[0]);
  const arrived = () => setArrived((count) => count + 1);
  const fetch = useMemo(
    () => new RowCache((from, count) => ask('rows', { filter, sort, from, count, metrics }), arrived),
    [filter, sort, metrics],
  );
  // Until the first rows of a new query arrive, those of the one before stay, so that nothing flickers.
  const before = useRef(fetch);
  useEffect(() => fetch.want(0, 1), [fetch]);
  if (fetch.total !== null) before.current = fetch;
  const rows = before.current;
  const open = (at: number) => void ask('open', { filter, sort, at }).catch(() => {});
  return (
    <main class="results">
      <header>
        <h1>{name}</h1>
        <span data-results-total={rows.total ?? -1} aria-live="polite">
          {`${(rows.total ?? 0).toLocaleString('en')} of ${facts.rows.toLocaleString('en')} rows, ${facts.images.toLocaleString('en')} images`}
        </span>
        <button type="button" class="look" aria-pressed={gallery} onClick={() => setGallery(!gallery)}>
          {gallery ? 'Table' : 'Gallery'}
        </button>
      </header>
      <Filters facts={facts} filter={filter} change={setFilter} />
      <div class="both">
        {gallery ? (
          <Gallery rows={rows} ask={ask} open={open} />
        ) : (
          <Table rows={rows} metrics={metrics} sort={sort} change={setSort} open={open} />
        )}
        <Summary facts={facts} filter={filter} metric={metric ?? 'iou'} ask={ask} change={setFilter} />
      </div>
    </main>
  );
}
