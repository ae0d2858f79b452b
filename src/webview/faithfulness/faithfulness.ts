// The measured faithfulness of the maps shown; measured only on request.

import type { Assessment, AssessmentInfo, Progress } from '../../explainers/contracts/results.ts';
import type { ErrorReport } from '../../explainers/errors.ts';
import { type MethodRow, titleOf } from '../methods/methodRows.ts';
import { ASSESSED } from '../state/plan/assessed.ts';
import { assessTurn } from '../state/plan/planAsked.ts';
import type { Loaded } from '../state/replies.ts';
import type { Scene } from '../state/scene.ts';

export interface FaithfulnessRow {
  readonly id: string;
  readonly title: string;
  /** `noMap`: there is nothing to measure yet; `queued`: another map is being measured. */
  readonly status: 'noMap' | 'idle' | 'queued' | 'running' | 'done';
  /** While it is running. */
  readonly progress: Progress | null;
  readonly results: readonly Assessment[];
  /** `echo`: why it failed is said elsewhere. */
  readonly failures: readonly { readonly key: string; readonly error: ErrorReport; readonly echo: boolean }[];
}

export interface Faithfulness {
  readonly label: string;
  readonly metrics: readonly AssessmentInfo[];
  /** The methods that are on. */
  readonly rows: readonly FaithfulnessRow[];
}

/** Null while there is no class. */
export function faithfulness(scene: Scene, on: readonly MethodRow[]): Faithfulness | null {
  const { state, replies, keys, selected } = scene;
  if (!selected) return null;
  const turn = assessTurn(scene);
  return {
    label: selected.label,
    metrics: scene.catalogue.assessments,
    rows: on.map((row): FaithfulnessRow => {
      const { id } = row.info;
      const explain = keys.explain(id, selected.index);
      const parts = ASSESSED.map((_, part) => {
        const key = keys.assess(explain, part);
        return { key, reply: replies.get('assess', key) };
      });
      const waiting = parts.find(({ reply }) => reply.status === 'waiting');
      const open = parts.some(({ reply }) => reply.status === 'idle');
      const status = (): FaithfulnessRow['status'] => {
        if (row.reply.status !== 'done') return 'noMap';
        if (waiting || turn?.explain === explain) return 'running';
        if (!open) return 'done';
        return state.wishes.assess.includes(explain) ? 'queued' : 'idle';
      };
      return {
        id,
        title: titleOf(row),
        status: status(),
        progress: waiting ? progressOf(waiting.reply) : null,
        results: parts.flatMap(({ reply }) => (reply.status === 'done' ? reply.value : [])),
        failures: parts.flatMap(({ key, reply }) =>
          reply.status === 'failed' ? [{ key, error: reply.error, echo: scene.saidOnce.before(reply.error, key) }] : [],
        ),
      };
    }),
  };
}

function progressOf(reply: Loaded<unknown>): Progress | null {
  return reply.status === 'waiting' ? reply.progress : null;
}
