import type { ErrorReport } from '../../explainers/errors.ts';
import type { Actions } from '../actions.ts';
import { custom, fill, h, text, type View, whenChanged } from '../dom.ts';
import { countText, figureTexts } from '../figures.ts';
import { figure, percent } from '../format.ts';
import { icon } from '../icons.ts';
import { button, iconButton } from '../toolkit.ts';
import { problem, remediesFor } from './problem.ts';

export interface MethodDetails {
  readonly key: string | null;
  readonly unavailable: ErrorReport | null;
  readonly error: ErrorReport | null;
  /** Until which other method has run it waits. */
  readonly queued: boolean;
  readonly running: Running | null;
  readonly stoppedAt: number | null;
  readonly notes: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

interface Running {
  readonly message: string;
  readonly fraction: number | null;
  /** When it began, in the clock of `Date.now`. */
  readonly since: number;
  /** There is a picture already. */
  readonly refining: boolean;
}

/** Below the switch: why it cannot run, how far it is, what went wrong, or what to know of the map. */
export function methodDetails(actions: Actions, id: string): View<MethodDetails> {
  const progress = progressView(actions, id);
  const content = h('div', {});
  const element = h('div', { class: 'method-details' }, progress.element, content);
  const show = whenChanged<Omit<MethodDetails, 'running'>>((model) => fill(content, ...contentOf(model, actions)));
  return {
    element,
    update({ running, ...rest }) {
      progress.element.hidden = running === null;
      if (running) progress.update({ ...running, key: rest.key, figures: rest.figures });
      show(running ? { ...rest, notes: [], figures: {} } : rest);
      element.hidden = running === null && content.childElementCount === 0;
    },
  };
}

function contentOf(model: Omit<MethodDetails, 'running'>, actions: Actions): readonly HTMLElement[] {
  const { key, unavailable, error, queued, stoppedAt, notes, figures } = model;
  if (unavailable) return [cannotRun(unavailable)];
  if (error) {
    const remedies = key === null ? [] : remediesFor(error, actions, () => actions.retry(key));
    return [problem(error, actions, remedies, true)];
  }
  if (queued) return [h('p', { class: 'note' }, 'Waits until the method before it is done.')];
  const partial =
    stoppedAt === null
      ? []
      : [
          h(
            'p',
            { class: 'partial-note', 'data-partial': stoppedAt },
            icon('stopped'),
            h('span', {}, `Partial: stopped after ${percent(stoppedAt)} of its run.`),
            key === null ? null : button('Run it whole', () => actions.finish(key)),
          ),
        ];
  return [...partial, ...notes.map((note) => h('p', { class: 'note' }, note)), ...figureList(figures)];
}

/** One line, as many methods may share the reason: operator and node are named in it; what to do stands in the tooltip. */
function cannotRun({ kind, message, next }: ErrorReport): HTMLElement {
  return h(
    'p',
    { class: 'cannot-run', 'data-error': kind, role: 'note', title: next ?? null },
    icon('warning'),
    h('span', {}, message),
  );
}

function figureList(figures: Readonly<Record<string, number>>): HTMLElement[] {
  const texts = figureTexts(figures);
  if (texts.length === 0) return [];
  return [
    h(
      'dl',
      { class: 'figures' },
      ...texts.map(({ name, title, value, about }) =>
        h(
          'div',
          { 'data-figure': name, 'data-value': figures[name]!, title: about },
          h('dt', {}, title),
          h('dd', {}, value),
          about === null ? null : h('dd', { class: 'unseen' }, about),
        ),
      ),
    ),
  ];
}

type ProgressModel = Running & Pick<MethodDetails, 'key' | 'figures'>;

/** Kept while it runs, so that the focus stays on its buttons. */
function progressView(actions: Actions, id: string): View<ProgressModel> {
  let key: string | null = null;
  const message = h('span', {});
  const keep = button('Keep', () => key !== null && actions.keep(key));
  keep.title = 'Stop here and keep the map as it is';
  keep.setAttribute('data-method-keep', id);
  const cancel = iconButton('close', 'Stop', () => key !== null && actions.stop(key));
  cancel.setAttribute('data-method-cancel', id);
  const inner = h('div', {});
  const bar = h('div', { class: 'progress', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 }, inner);
  const soFar = h('p', { class: 'note so-far', 'data-so-far': true });
  return {
    element: h(
      'div',
      { class: 'progress-line' },
      h('div', { class: 'progress-text' }, message, keep, cancel),
      bar,
      soFar,
    ),
    update(model) {
      key = model.key;
      const { fraction, refining } = model;
      text(message, model.message);
      keep.hidden = !refining;
      const discard = refining ? 'Stop and discard' : 'Stop';
      if (cancel.title !== discard) {
        cancel.title = discard;
        cancel.setAttribute('aria-label', discard);
      }
      bar.classList.toggle('unknown', fraction === null);
      if (fraction === null) bar.removeAttribute('aria-valuenow');
      else bar.setAttribute('aria-valuenow', String(Math.round(fraction * 100)));
      bar.setAttribute('aria-label', model.message);
      custom(bar, '--fraction', fraction ?? 0);
      text(soFar, soFarText(model));
      soFar.hidden = soFar.textContent === '';
    },
  };
}

/** `240 samples · stability 0.91 · about 12 s left` */
function soFarText({ fraction, since, refining, figures }: ProgressModel): string {
  const { stability } = figures;
  const parts = refining ? [countText(figures), stability === undefined ? null : `stability ${figure(stability)}`] : [];
  const taken = (Date.now() - since) / 1000;
  const left = fraction !== null && fraction > 0.02 && taken > 1 ? (taken / fraction) * (1 - fraction) : null;
  if (left !== null && left >= 1)
    parts.push(`about ${left < 90 ? `${Math.ceil(left)} s` : `${Math.ceil(left / 60)} min`} left`);
  return parts.filter((part) => part !== null).join(' · ');
}
