import type { ErrorReport } from '../../explainers/errors.ts';
import type { AnyParameters } from '../../explainers/methods/parameters.ts';
import type { LayerInfo, Progress } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import type { MethodRow } from '../derive.ts';
import { attribute, custom, fill, h, text, type View, whenChanged } from '../dom.ts';
import { figure, milliseconds } from '../format.ts';
import type { Look } from '../stage/heatmap.ts';
import { checkbox, iconButton, setChecked } from '../toolkit.ts';
import { legendView } from './legend.ts';
import { parametersForm } from './parameters.ts';
import { problem, remediesFor } from './problem.ts';

export interface MethodModel {
  readonly row: MethodRow;
  /** How its values are laid on colours; null while there are none. */
  readonly legend: Look | null;
  /** Parameters that the user changed. */
  readonly changed: AnyParameters;
  readonly layers: readonly LayerInfo[];
}

/** One explainer: its switch, progress, legend, notes and parameters. */
export function methodView(actions: Actions, id: string): View<MethodModel> {
  let last: MethodModel | undefined;
  let open = false;

  const title = h('span', { class: 'method-title' });
  const toggle = checkbox(title, () => actions.toggleMethod(id));
  attribute(toggle, 'data-method-toggle', id);
  // With Alt: this one alone. Caught before the checkbox changes itself.
  toggle.addEventListener(
    'click',
    (event) => {
      if (!event.altKey || toggle.disabled) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      actions.soloMethod(id);
    },
    { capture: true },
  );
  toggle.addEventListener('keydown', (event) => {
    if (event.key !== 's' || event.ctrlKey || event.metaKey || event.altKey || toggle.disabled) return;
    event.preventDefault();
    actions.soloMethod(id);
  });
  const time = h('span', { class: 'method-time' });
  const settings = iconButton('settings', 'Parameters', () => {
    open = !open;
    disclose();
  });
  const form = parametersForm((name, value) => actions.setParameter(id, name, value));
  const legend = legendView();
  const details = detailsView(actions);
  const element = h(
    'div',
    { class: 'method', 'data-method': id },
    h('div', { class: 'method-heading' }, toggle, time, settings),
    form.element,
    legend.element,
    details.element,
  );

  function disclose(): void {
    const hasForm =
      last !== undefined && !last.row.info.unavailable && Object.keys(last.row.info.parameters).length > 0;
    settings.hidden = !hasForm;
    attribute(settings, 'aria-expanded', String(open));
    attribute(settings, 'data-changed', Object.keys(last?.changed ?? {}).length > 0);
    form.element.hidden = !hasForm || !open;
    if (last && hasForm && open) form.update({ method: last.row.info, changed: last.changed, layers: last.layers });
  }

  return {
    element,
    update(model) {
      last = model;
      const { info, reply, on, visible, solo, key } = model.row;
      text(title, info.title);
      attribute(toggle, 'title', `${info.summary}\n\n${info.caution}\n\nAlt+click or S: show only this one.`);
      toggle.disabled = info.unavailable !== undefined;
      setChecked(toggle, on);
      element.classList.toggle('on', on);
      element.classList.toggle('aside', on && !visible);
      attribute(element, 'data-solo', solo);
      attribute(element, 'data-method-status', info.unavailable ? 'unavailable' : on ? reply.status : 'off');
      text(time, on && reply.status === 'done' ? milliseconds(reply.value.map.milliseconds) : '');
      disclose();
      legend.element.hidden = model.legend === null;
      if (model.legend) legend.update(model.legend);
      const map = reply.status === 'done' ? reply.value.map : null;
      details.update({
        key,
        unavailable: info.unavailable ?? null,
        error: reply.status === 'failed' ? reply.error : null,
        waiting: reply.status === 'waiting' ? { progress: reply.progress } : null,
        notes: map?.notes ?? [],
        figures: map?.figures ?? {},
      });
    },
  };
}

interface Details {
  readonly key: string | null;
  readonly unavailable: ErrorReport | null;
  readonly error: ErrorReport | null;
  readonly waiting: { readonly progress: Progress | null } | null;
  readonly notes: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** Below the switch: why it cannot run, how far it is, what went wrong, or what to know of the map. */
function detailsView(actions: Actions): View<Details> {
  const element = h('div', { class: 'method-details' });
  const update = whenChanged<Details>(({ key, unavailable, error, waiting, notes, figures }) => {
    const named = Object.entries(figures).map(([name, value]) => `${name} ${figure(value)}`);
    if (unavailable) fill(element, problem(unavailable, actions, [], true));
    else if (error) {
      const remedies = key === null ? [] : remediesFor(error, actions, () => actions.retry(key));
      fill(element, problem(error, actions, remedies, true));
    } else if (waiting)
      fill(
        element,
        progressLine(waiting.progress, () => key !== null && actions.stop(key)),
      );
    else
      fill(
        element,
        ...[...notes, ...(named.length > 0 ? [named.join(' · ')] : [])].map((note) => h('p', { class: 'note' }, note)),
      );
  });
  return { element, update };
}

function progressLine(progress: Progress | null, stop: () => void): HTMLElement {
  const fraction = progress?.fraction ?? null;
  const bar = h(
    'div',
    {
      class: fraction === null ? 'progress unknown' : 'progress',
      role: 'progressbar',
      'aria-valuemin': 0,
      'aria-valuemax': 100,
      'aria-valuenow': fraction === null ? null : Math.round(fraction * 100),
    },
    h('div', {}),
  );
  custom(bar, '--fraction', fraction ?? 0);
  return h(
    'div',
    { class: 'progress-line' },
    h(
      'div',
      { class: 'progress-text' },
      h('span', {}, progress?.message || 'Computing…'),
      iconButton('close', 'Stop', stop),
    ),
    bar,
  );
}
