import type { AnyParameters } from '../../explainers/methods/parameters.ts';
import type { LayerInfo } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import type { MethodRow } from '../derive.ts';
import { attribute, h, text, type View } from '../dom.ts';
import { milliseconds } from '../format.ts';
import type { Look } from '../stage/heatmap.ts';
import { checkbox, iconButton, setChecked } from '../toolkit.ts';
import { legendView } from './legend.ts';
import { methodAbout } from './methodAbout.ts';
import { methodDetails } from './methodDetails.ts';
import { parametersForm } from './parameters.ts';
import { superpixelControls } from './superpixelControls.ts';

export interface MethodModel {
  readonly row: MethodRow;
  /** How its values are laid on colours; null while there are none. */
  readonly legend: Look | null;
  /** Parameters that the user changed. */
  readonly changed: AnyParameters;
  readonly layers: readonly LayerInfo[];
  readonly favourite: boolean;
}

/** Longer than this and nobody wants it started by each keystroke. */
const PATIENCE = 2500;

/** One explainer: its switch, progress, legend, figures and notes; behind a button what it is, and its parameters. */
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
  const more = iconButton('settings', '', () => {
    open = !open;
    disclose();
  });
  const about = methodAbout(actions, id);
  const form = parametersForm((changed) => actions.setParameters(id, changed));
  const panel = h('div', { class: 'method-panel', id: `method-panel-${id}` }, about.element, form.element);
  attribute(more, 'aria-controls', panel.id);
  const legend = legendView();
  const superpixels = superpixelControls(actions, id);
  const details = methodDetails(actions, id);
  const element = h(
    'div',
    { class: 'method', role: 'group', 'data-method': id },
    h('div', { class: 'method-heading' }, toggle, time, more),
    panel,
    legend.element,
    superpixels.element,
    details.element,
  );

  function disclose(): void {
    if (!last) return;
    const { info, reply, on } = last.row;
    const hasForm = !info.unavailable && Object.keys(info.parameters).length > 0;
    const label = hasForm ? `Parameters of ${info.title}` : `About this method: ${info.title}`;
    attribute(more, 'aria-label', label);
    attribute(more, 'title', label);
    attribute(more, 'aria-expanded', String(open));
    attribute(more, 'data-changed', Object.keys(last.changed).length > 0);
    panel.hidden = !open;
    if (!open) return;
    about.update({ info, favourite: last.favourite });
    form.element.hidden = !hasForm;
    const long =
      reply.status === 'done' && !reply.value.map.stoppedAt ? reply.value.map.milliseconds > PATIENCE : info.slow;
    if (hasForm) form.update({ method: info, changed: last.changed, layers: last.layers, deferred: on && long });
  }

  return {
    element,
    update(model) {
      last = model;
      const { info, reply, on, visible, solo, key, explained, queued } = model.row;
      text(title, info.title);
      attribute(element, 'aria-label', info.title);
      attribute(toggle, 'title', `${info.summary}\n\n${info.caution}\n\nAlt+click or S: show only this one.`);
      toggle.disabled = info.unavailable !== undefined;
      setChecked(toggle, on);
      element.classList.toggle('on', on);
      element.classList.toggle('aside', on && !visible);
      attribute(element, 'data-solo', solo);
      const status = queued ? 'queued' : reply.status;
      attribute(element, 'data-method-status', info.unavailable ? 'unavailable' : on ? status : 'off');
      text(time, queued ? 'queued' : on && reply.status === 'done' ? milliseconds(reply.value.map.milliseconds) : '');
      disclose();
      const map = explained?.map;
      const best = map?.superpixels !== undefined && model.row.superpixels.view === 'best';
      legend.element.hidden = model.legend === null || best;
      if (model.legend) legend.update(model.legend);
      superpixels.element.hidden = !map?.superpixels;
      if (map?.superpixels) superpixels.update({ superpixels: map.superpixels, view: model.row.superpixels });
      details.update({
        key,
        unavailable: info.unavailable ?? null,
        error: reply.status === 'failed' ? reply.error : null,
        queued,
        running:
          reply.status === 'waiting'
            ? {
                message: reply.progress?.message || 'Computing…',
                fraction: reply.progress?.fraction ?? null,
                since: reply.since,
                refining: reply.partial !== undefined,
              }
            : null,
        stoppedAt: map?.stoppedAt ?? null,
        notes: map?.notes ?? [],
        figures: map?.figures ?? {},
      });
    },
  };
}
