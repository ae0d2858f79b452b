import type { ErrorReport } from '../../explainers/errors.ts';
import { own } from '../../explainers/tables.ts';
import { figure, percent } from '../format.ts';
import { Icon } from '../parts/Icon.tsx';
import { Problem } from '../parts/Problem.tsx';
import { ProgressLine } from '../parts/ProgressLine.tsx';
import { Button, IconButton } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';
import type { Loaded } from '../state/replies.ts';
import { countText, figureTexts } from './figures.ts';
import type { MethodRow } from './methodRows.ts';

interface MethodDetailsProps {
  readonly row: MethodRow;
  readonly actions: Actions;
}

/** Below the switch: why it cannot run, its progress, what went wrong, or what to know about the map. */
export function MethodDetails({ row, actions }: MethodDetailsProps) {
  const content = detailsOf(row, actions);
  return content && <div class="method-details">{content}</div>;
}

function detailsOf({ info, reply, echo, key, queued, explained }: MethodRow, actions: Actions) {
  if (info.unavailable) return <CannotRun error={info.unavailable} />;
  if (echo) return <p class="note">Not computed yet.</p>;
  if (reply.status === 'failed') {
    const again = key === null ? undefined : () => actions.retry(key);
    return <Problem error={reply.error} actions={actions} again={again} compact />;
  }
  if (queued) return <p class="note">Waiting for the method before it.</p>;
  if (reply.status === 'waiting' && key !== null) {
    return (
      <Running
        id={info.id}
        title={info.title}
        reply={reply}
        figures={explained?.map.figures ?? {}}
        onKeep={() => actions.keep(key)}
        onStop={() => actions.stop(key)}
      />
    );
  }
  const map = explained?.map;
  if (!map) return null;
  const figures = figureTexts(map.figures);
  if (map.stoppedAt === undefined && map.notes.length === 0 && figures.length === 0) return null;
  return (
    <>
      {map.stoppedAt !== undefined && (
        <p class="partial-note" data-partial={map.stoppedAt}>
          <Icon name="stopped" />
          <span>{`Partial: stopped after ${percent(map.stoppedAt)} of its run.`}</span>
          {key !== null && <Button onClick={() => actions.finish(key)}>Run it to the end</Button>}
        </p>
      )}
      {map.notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
      {figures.length > 0 && (
        <dl class="figures">
          {figures.map(({ name, title, value, about }) => (
            <div key={name} data-figure={name} data-value={own(map.figures, name)} title={about ?? undefined}>
              <dt>{title}</dt>
              <dd>{value}</dd>
              {about !== null && <dd class="unseen">{about}</dd>}
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** One line, because many methods may share the reason; it names operator and node, and the tooltip says what to do. */
function CannotRun({ error: { kind, message, next } }: { readonly error: ErrorReport }) {
  return (
    <p class="cannot-run" data-error={kind} role="note" title={next}>
      <Icon name="warning" />
      <span>{message}</span>
    </p>
  );
}

interface RunningProps {
  readonly id: string;
  readonly title: string;
  readonly reply: Extract<Loaded<unknown>, { status: 'waiting' }>;
  readonly figures: Readonly<Record<string, number>>;
  readonly onKeep: () => void;
  readonly onStop: () => void;
}

function Running({ id, title, reply, figures, onKeep, onStop }: RunningProps) {
  const fraction = reply.progress?.fraction ?? null;
  const refining = reply.partial !== undefined;
  const soFar = soFarText(fraction, reply.since, refining, figures);
  const buttons = (
    <>
      <Button
        data-method-keep={id}
        title="Stop here and keep the map so far"
        aria-label={`Stop ${title} and keep the map so far`}
        hidden={!refining}
        onClick={onKeep}
      >
        Keep
      </Button>
      <IconButton
        icon="close"
        label={refining ? `Stop ${title} and discard its map` : `Stop ${title}`}
        data-method-cancel={id}
        onClick={onStop}
      />
    </>
  );
  return (
    <ProgressLine message={reply.progress?.message || 'Computing…'} fraction={fraction} buttons={buttons}>
      <p class="note so-far" data-so-far="" hidden={soFar === ''}>
        {soFar}
      </p>
    </ProgressLine>
  );
}

/** `240 samples · stability 0.91 · about 12 s left` */
function soFarText(
  fraction: number | null,
  since: number,
  refining: boolean,
  figures: Readonly<Record<string, number>>,
): string {
  const { stability } = figures;
  const parts = refining ? [countText(figures), stability === undefined ? null : `stability ${figure(stability)}`] : [];
  const taken = (Date.now() - since) / 1000;
  const left = fraction !== null && fraction > 0.02 && taken > 1 ? (taken / fraction) * (1 - fraction) : null;
  if (left !== null && left >= 1) {
    parts.push(`about ${left < 90 ? `${Math.ceil(left)} s` : `${Math.ceil(left / 60)} min`} left`);
  }
  return parts.filter((part) => part !== null).join(' · ');
}
