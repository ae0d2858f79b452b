// What is known of the faithfulness of the maps shown, and of how alike they are: computed only when somebody asks.
import type { ErrorReport } from '../explainers/errors.ts';
import type { Assessment, AssessmentInfo, ComparisonInfo, MethodComparison, Progress } from '../explainers/results.ts';
import { methodRows, titleOf } from './derive.ts';
import { ASSESSED, assessTurn, comparison } from './planAsked.ts';
import type { Loaded, Replies } from './replies.ts';
import { currentImage, keysFor, selectedClass } from './selection.ts';
import type { State } from './state.ts';

export interface FaithfulnessRow {
  readonly id: string;
  readonly title: string;
  /** `noMap`: there is nothing to measure yet; `queued`: another one is being measured. */
  readonly status: 'noMap' | 'idle' | 'queued' | 'running' | 'done';
  /** While it runs. */
  readonly progress: Progress | null;
  readonly results: readonly Assessment[];
  readonly failures: readonly { readonly key: string; readonly error: ErrorReport }[];
}

export interface Faithfulness {
  readonly label: string;
  readonly metrics: readonly AssessmentInfo[];
  /** The methods that are on. */
  readonly rows: readonly FaithfulnessRow[];
}

/** Null while there is no class. */
export function faithfulness(state: State, replies: Replies): Faithfulness | null {
  const found = explainedClass(state, replies);
  if (!found) return null;
  const { index, label } = found;
  const keys = keysFor(state, currentImage(state));
  const turn = assessTurn(state, replies, index);
  const rows = (methodRows(state, replies) ?? []).filter((row) => row.on);
  return {
    label,
    metrics: replies.value('assessments', keys.metrics) ?? [],
    rows: rows.map((row): FaithfulnessRow => {
      const { id } = row.info;
      const explain = keys.explain(id, index);
      const parts = ASSESSED.map((_, part) => {
        const key = keys.assess(explain, part);
        return { key, reply: replies.get('assess', key) };
      });
      const waiting = parts.find(({ reply }) => reply.status === 'waiting');
      const open = parts.some(({ reply }) => reply.status === 'idle');
      const asked = state.wishes.assess.includes(explain);
      return {
        id,
        title: titleOf(row),
        status:
          row.reply.status !== 'done'
            ? 'noMap'
            : waiting || turn?.explain === explain
              ? 'running'
              : open
                ? asked
                  ? 'queued'
                  : 'idle'
                : 'done',
        progress: waiting ? progressOf(waiting.reply) : null,
        results: parts.flatMap(({ reply }) => (reply.status === 'done' ? reply.value : [])),
        failures: parts.flatMap(({ key, reply }) => (reply.status === 'failed' ? [{ key, error: reply.error }] : [])),
      };
    }),
  };
}

export interface Alikeness {
  readonly label: string;
  /** To try again by. */
  readonly key: string;
  /** Titles of the methods with a map, in the order of the matrices. */
  readonly titles: readonly string[];
  /** Somebody has asked; from then on it follows the methods that are on. */
  readonly asked: boolean;
  readonly reply: Loaded<MethodComparison>;
  readonly metrics: readonly ComparisonInfo[];
}

/** How alike the maps shown are; null while there is no class. */
export function alikeness(state: State, replies: Replies): Alikeness | null {
  const found = explainedClass(state, replies);
  if (!found) return null;
  const keys = keysFor(state, currentImage(state));
  const compared = comparison(state, replies, found.index);
  const rows = methodRows(state, replies) ?? [];
  return {
    label: found.label,
    key: compared.key,
    titles: compared.methods.flatMap((id) => rows.find((row) => row.info.id === id)?.info.title ?? []),
    asked: state.wishes.compare,
    reply: replies.get('compareMethods', compared.key),
    metrics: replies.value('comparisons', keys.metrics) ?? [],
  };
}

function explainedClass(state: State, replies: Replies): { readonly index: number; readonly label: string } | null {
  const index = selectedClass(state, replies);
  const scores = replies.value('predict', keysFor(state, currentImage(state)).predict)?.scores;
  const label = scores?.find((each) => each.index === index)?.label;
  return index === null || label === undefined ? null : { index, label };
}

function progressOf(reply: Loaded<unknown>): Progress | null {
  return reply.status === 'waiting' ? reply.progress : null;
}
