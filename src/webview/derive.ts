// What the views show, made from state and replies. Pure; nothing here is stored.
import type { ErrorReport } from '../explainers/errors.ts';
import type { ClassScore, ImageAnnotation, MethodInfo } from '../explainers/results.ts';
import { fileName } from './format.ts';
import { countOutcomes, type Mark, type Outcome, type OutcomeCounts, outcomeOf } from './outcomes.ts';
import { queued } from './plan.ts';
import type { ExplainedClass, Loaded, Replies } from './replies.ts';
import { activeMethods, currentImage, keysFor, selectedClass } from './selection.ts';
import { type State, type SuperpixelView, USUAL_VIEW } from './state.ts';

export interface ClassRow extends ClassScore {
  readonly mark: Mark | null;
  /** The prediction beside what the files say of the class. */
  readonly outcome: Outcome | null;
  readonly selected: boolean;
}

export interface ClassList {
  readonly rows: readonly ClassRow[];
  readonly total: number;
  /** How many of those that match the filter are not listed. */
  readonly left: number;
  /** There are so many classes that a filter helps. */
  readonly filterable: boolean;
  /** Thresholds decide what is predicted: several classes may be, or none. */
  readonly thresholded: boolean;
  /** The user chose the class, rather than the page. */
  readonly pinned: boolean;
  /** Over all classes, listed or not; null: the files say nothing of any. */
  readonly outcomes: OutcomeCounts | null;
}

/** Beyond so many classes only the best, the predicted, the annotated and the chosen one are listed, unless searched for. */
const ALL_UP_TO = 30;
const BEST = 12;
const FOUND = 100;

/** The classes to list; null before there are scores. */
export function classList(state: State, replies: Replies): ClassList | null {
  const keys = keysFor(state, currentImage(state));
  const prediction = replies.value('predict', keys.predict);
  if (!prediction) return null;
  const states = replies.value('annotations', keys.annotations)?.states ?? {};
  const selected = selectedClass(state, replies);
  const ranked = [...prediction.scores].sort((a, b) => b.score - a.score || a.index - b.index);
  const filter = state.ui.filter.trim().toLowerCase();
  const filterable = ranked.length > ALL_UP_TO;
  const matches = (each: ClassScore) => each.label.toLowerCase().includes(filter) || String(each.index) === filter;
  const kept =
    filterable && filter
      ? ranked.filter(matches)
      : ranked.filter(
          (each, rank) =>
            !filterable ||
            rank < BEST ||
            each.predicted ||
            each.index === selected ||
            states[each.index] === 'drawn' ||
            states[each.index] === 'present',
        );
  const shown = kept.slice(0, FOUND);
  if (state.ui.order === 'model') shown.sort((a, b) => a.index - b.index);
  return {
    rows: shown.map((each) => ({
      ...each,
      mark: states[each.index] ?? null,
      outcome: outcomeOf(each, states[each.index] ?? null),
      selected: each.index === selected,
    })),
    total: ranked.length,
    left: (filterable && filter ? kept.length : ranked.length) - shown.length,
    filterable,
    thresholded: replies.value('describe', keys.describe)?.card.task === 'multi-label',
    pinned: state.navigation.chosen !== null,
    outcomes: countOutcomes(ranked, states),
  };
}

export interface MethodRow {
  readonly info: MethodInfo;
  readonly on: boolean;
  /** On, and neither switched aside by another's solo nor hidden with all. */
  readonly visible: boolean;
  readonly solo: boolean;
  /** Key of its reply for the selected class, to stop or retry it by; null while there is no class. */
  readonly key: string | null;
  readonly reply: Loaded<ExplainedClass>;
  /** What there is to show: the heatmap, or while it is refined the one so far. */
  readonly explained: ExplainedClass | null;
  /** It waits until another method has run. */
  readonly queued: boolean;
  readonly superpixels: SuperpixelView;
}

/** Every method, in the order of the model's description; null before there is one. */
export function methodRows(state: State, replies: Replies): readonly MethodRow[] | null {
  const keys = keysFor(state, currentImage(state));
  const description = replies.value('describe', keys.describe);
  if (!description) return null;
  const index = selectedClass(state, replies);
  const active = activeMethods(state, description.methods);
  const { solo, overlay, superpixels } = state.ui;
  const waiting = index === null ? new Set<string>() : queued(state, replies, active, index);
  return description.methods.map((info) => {
    const on = active.includes(info);
    const key = index === null ? null : keys.explain(info.id, index);
    const reply: MethodRow['reply'] = on && key !== null ? replies.get('explain', key) : { status: 'idle' };
    return {
      info,
      on,
      visible: on && overlay && (solo === null || solo === info.id),
      solo: solo === info.id,
      key,
      reply,
      explained: reply.status === 'done' ? reply.value : reply.status === 'waiting' ? (reply.partial ?? null) : null,
      queued: waiting.has(info.id),
      superpixels: superpixels[info.id] ?? USUAL_VIEW,
    };
  });
}

/** The method's title; of a map that was stopped before its end it says so. */
export function titleOf({ info, explained }: MethodRow): string {
  return explained?.map.stoppedAt === undefined ? info.title : `${info.title} (partial)`;
}

/** Which kinds of colours the methods need: of maps with a sign, of maps without. One that is not there yet is as its method's usual one. */
export function mapKinds(rows: readonly Pick<MethodRow, 'info' | 'explained'>[]): {
  readonly signed: boolean;
  readonly unsigned: boolean;
} {
  const signs = rows.map(({ info, explained }) => explained?.map.signed ?? info.signed);
  return { signed: signs.includes(true), unsigned: signs.includes(false) };
}

/** One heatmap to paint. */
export interface Overlay {
  readonly info: MethodInfo;
  readonly explained: ExplainedClass;
  /** It is being refined: what is painted is the picture so far. */
  readonly refining: boolean;
  readonly superpixels: SuperpixelView;
}

/** The heatmaps on the image, bottom first. */
export function overlays(state: State, replies: Replies): readonly Overlay[] {
  const keys = keysFor(state, currentImage(state));
  const description = replies.value('describe', keys.describe);
  const rows = methodRows(state, replies) ?? [];
  return activeMethods(state, description?.methods ?? []).flatMap((info) => {
    const row = rows.find((each) => each.info.id === info.id);
    if (!row?.visible || !row.explained) return [];
    const { explained, superpixels } = row;
    return [{ info, explained, refining: row.reply.status === 'waiting', superpixels }];
  });
}

/** An annotation and whether it is of the class that is explained. */
export interface DrawnShape {
  readonly annotation: ImageAnnotation;
  readonly selected: boolean;
}

/** The shapes on the image; those of the selected class last, so that they lie on top. */
export function drawnShapes(state: State, replies: Replies): readonly DrawnShape[] {
  if (!state.ui.annotations) return [];
  const index = selectedClass(state, replies);
  return (replies.value('annotations', keysFor(state, currentImage(state)).annotations)?.annotations ?? [])
    .filter((annotation) => annotation.shape !== null)
    .map((annotation) => ({ annotation, selected: annotation.index !== null && annotation.index === index }))
    .sort((a, b) => Number(a.selected) - Number(b.selected));
}

/** What fills the stage or the side bar instead of the usual. */
export type Obstacle =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: ErrorReport }
  | { readonly kind: 'empty' }
  | { readonly kind: 'untrusted' }
  | { readonly kind: 'noModel' };

/** Why no explaining is possible at all; null: it is. */
export function obstacle(state: State): Obstacle | null {
  const { contents, failure } = state.resource;
  if (failure) return { kind: 'failed', error: failure };
  if (!contents) return { kind: 'loading' };
  if (state.navigation.images.length === 0) return { kind: 'empty' };
  if (!contents.trusted) return { kind: 'untrusted' };
  return state.navigation.model === null ? { kind: 'noModel' } : null;
}

/** A failure of one of the steps before the heatmaps, to be shown once: the same cause often fails several of them. */
export function stepFailure(
  state: State,
  replies: Replies,
): { readonly key: string; readonly error: ErrorReport } | null {
  const keys = keysFor(state, currentImage(state));
  for (const kind of ['describe', 'predict'] as const) {
    const reply = replies.get(kind, keys[kind]);
    if (reply.status === 'failed') return { key: keys[kind], error: reply.error };
  }
  return null;
}

export interface Status {
  readonly text: string;
  /** Something is being waited for. */
  readonly busy: boolean;
}

/** One sentence on what is going on, for the status line and screen readers. */
export function status(state: State, replies: Replies): Status {
  const told = (text: string): Status => ({ text, busy: false });
  const doing = (text: string): Status => ({ text, busy: true });
  const stop = obstacle(state);
  if (stop) return { text: OBSTACLES[stop.kind], busy: stop.kind === 'loading' };
  const keys = keysFor(state, currentImage(state));
  const name = fileName(currentImage(state) ?? '');
  const display = replies.get('display', keys.display);
  if (display.status === 'failed') return told(`${name} cannot be shown.`);
  const failure = stepFailure(state, replies);
  if (failure) return told(failure.error.message);
  for (const [kind, usual] of [
    ['display', `Opening ${name}…`],
    ['describe', 'Opening the model…'],
    ['predict', 'Computing the scores…'],
  ] as const) {
    const reply = replies.get(kind, keys[kind]);
    if (reply.status === 'waiting') return doing(reply.progress?.message || usual);
  }
  const rows = (methodRows(state, replies) ?? []).filter((row) => row.on);
  for (const { info, reply } of rows) {
    if (reply.status === 'waiting') return doing(reply.progress?.message || `Computing ${info.title}…`);
  }
  for (const { info, reply } of rows) {
    if (reply.status === 'failed') return told(`${info.title}: ${reply.error.message}`);
  }
  const label = classList(state, replies)?.rows.find((row) => row.selected)?.label;
  const titles = rows.map(titleOf);
  return told(label && titles.length > 0 ? `${titles.join(', ')} for ${label}.` : 'Ready.');
}

const OBSTACLES: Readonly<Record<Obstacle['kind'], string>> = {
  loading: 'Loading…',
  failed: 'The panel could not be opened.',
  empty: 'No image to explain.',
  untrusted: 'This workspace is not trusted: no model is run.',
  noModel: 'No model chosen.',
};
