import type { AssessmentInfo } from '../../explainers/contracts/results.ts';
import { Problem } from '../parts/Problem.tsx';
import { ProgressLine } from '../parts/ProgressLine.tsx';
import { Button, IconButton } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';
import { Assessments } from './Assessments.tsx';
import type { FaithfulnessRow, Faithfulness as Model } from './faithfulness.ts';

declare module '../marks.ts' {
  interface Marks {
    /** Starts the assessment of a method. */
    'data-assess'?: Text;
    'data-assess-cancel'?: Text;
    /** What was assessed of a method, with `data-assess-status`. */
    'data-assessed'?: Text;
    'data-assess-status'?: Text;
    /** A number of an assessment, by its metric, with `data-value`. */
    'data-assessment'?: Text;
    'data-curves'?: Text;
  }
}

interface FaithfulnessProps {
  readonly actions: Actions;
  readonly faithfulness: Model;
}

/** How faithful each map is to the model; measured on request, because it takes many runs. */
export function Faithfulness({ actions, faithfulness: { rows, label, metrics } }: FaithfulnessProps) {
  return (
    <>
      <p class="note">
        {rows.length === 0
          ? 'Switch on a method to measure how faithful its heatmap is.'
          : `Does the map for ${label} show what the model uses? Each measurement takes many runs of the model.`}
      </p>
      <div class="faithfulness-list">
        {rows.map((row) => (
          <Assessed key={row.id} row={row} metrics={metrics} actions={actions} />
        ))}
      </div>
    </>
  );
}

const STATES: Partial<Readonly<Record<FaithfulnessRow['status'], string>>> = {
  queued: 'queued',
  noMap: 'no heatmap yet',
};

interface AssessedProps {
  readonly row: FaithfulnessRow;
  readonly metrics: readonly AssessmentInfo[];
  readonly actions: Actions;
}

function Assessed({ row: { id, title, status, progress, results, failures }, metrics, actions }: AssessedProps) {
  return (
    <div class="assessed" data-assessed={id} data-assess-status={status}>
      <div class="method-heading">
        <span class="method-title">{title}</span>
        <span class="method-time">{STATES[status] ?? ''}</span>
        <Button
          data-assess={id}
          aria-label={`Measure the faithfulness of ${title}`}
          hidden={status !== 'idle' && status !== 'noMap'}
          disabled={status === 'noMap'}
          onClick={() => actions.assess(id)}
        >
          Measure
        </Button>
      </div>
      {status === 'running' && (
        <ProgressLine
          message={progress?.message || 'Starting…'}
          fraction={progress?.fraction ?? null}
          buttons={
            <IconButton
              icon="close"
              label={`Stop measuring ${title}`}
              data-assess-cancel={id}
              onClick={() => actions.stopAssessing(id)}
            />
          }
        />
      )}
      <Assessments results={results} metrics={metrics} />
      {failures.map(({ key, error, echo }) =>
        echo ? (
          <p key={key} class="note">
            Not measured yet.
          </p>
        ) : (
          <Problem key={key} error={error} actions={actions} again={() => actions.retry(key)} compact />
        ),
      )}
    </div>
  );
}
