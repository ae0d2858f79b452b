import { useState } from 'preact/hooks';
import type { AnyParameters } from '../../explainers/contracts/parameters.ts';
import type { LayerInfo } from '../../explainers/contracts/results.ts';
import { milliseconds } from '../format.ts';
import { useLater } from '../later/useLater.ts';
import { flag } from '../parts/attributes.ts';
import { Checkbox } from '../parts/controls.tsx';
import { IconButton } from '../parts/toolkit.tsx';
import type { Look } from '../stage/heatmap.ts';
import type { Sight } from '../stage/sight.ts';
import type { Actions } from '../state/actions.ts';
import { Legend } from './Legend.tsx';
import { MethodDetails } from './MethodDetails.tsx';
import type { MethodRow } from './methodRows.ts';

export interface MethodModel {
  readonly row: MethodRow;
  /** How its values become colours; null while there are none. */
  readonly legend: Look | null;
  /** Parameters that the user changed. */
  readonly changed: AnyParameters;
  readonly layers: readonly LayerInfo[];
  readonly favourite: boolean;
}

interface MethodProps {
  readonly model: MethodModel;
  readonly sight: Sight;
  readonly actions: Actions;
}

/** If a map takes longer than this, keystrokes must not start it. */
const PATIENCE = 2500;

/** One explainer: its switch, progress, legend, figures and notes; behind a button, its description and parameters. */
export function Method({ model, sight, actions }: MethodProps) {
  const [open, setOpen] = useState(false);
  const { info, reply, on, visible, solo, explained, queued, superpixels } = model.row;
  const { id, title, unavailable } = info;
  const map = explained?.map;
  const later = useLater(open || map?.superpixels !== undefined);
  const best = map?.superpixels !== undefined && superpixels.view === 'best';
  const done = on && reply.status === 'done';
  const hasForm = !unavailable && Object.keys(info.parameters).length > 0;
  const long =
    reply.status === 'done' && !reply.value.map.stoppedAt ? reply.value.map.milliseconds > PATIENCE : info.slow;
  const status = unavailable ? 'unavailable' : !on ? 'off' : queued ? 'queued' : reply.status;
  const classes = ['method', on ? 'on' : '', on && !visible ? 'aside' : ''].filter(Boolean).join(' ');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame
    <div
      class={classes}
      role="group"
      aria-label={title}
      data-method={id}
      data-solo={flag(solo)}
      data-method-status={status}
    >
      <div class="method-heading">
        <Toggle row={model.row} actions={actions} />
        <span class="method-time">{queued ? 'queued' : done ? milliseconds(reply.value.map.milliseconds) : ''}</span>
        <IconButton
          icon="settings"
          label={hasForm ? `Parameters of ${title}` : `About this method: ${title}`}
          aria-controls={`method-panel-${id}`}
          aria-expanded={open}
          data-changed={flag(Object.keys(model.changed).length > 0)}
          onClick={() => setOpen(!open)}
        />
      </div>
      <div class="method-panel" id={`method-panel-${id}`} hidden={!open}>
        {open && later && <later.MethodAbout info={info} favourite={model.favourite} actions={actions} />}
        {open && later && hasForm && (
          <later.ParametersForm
            method={info}
            changed={model.changed}
            layers={model.layers}
            deferred={on && long}
            apply={(changed) => actions.methods.setParameters(id, changed)}
          />
        )}
      </div>
      {model.legend && map && !best && <Legend look={model.legend} map={map} sight={sight} />}
      {map?.superpixels && later && (
        <later.SuperpixelControls id={id} superpixels={map.superpixels} view={superpixels} actions={actions} />
      )}
      <MethodDetails row={model.row} actions={actions} />
    </div>
  );
}

/** Switches a method on and off; with Alt or S, it shows only this one. */
function Toggle({ row: { info, on }, actions }: { readonly row: MethodRow; readonly actions: Actions }) {
  const { id, title, summary, caution, unavailable } = info;
  const disabled = unavailable !== undefined;
  // Caught in the capture phase, because in the bubble phase the checkbox would already have changed.
  const onClickCapture = (event: MouseEvent) => {
    if (!event.altKey || disabled) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    actions.methods.solo(id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 's' || event.ctrlKey || event.metaKey || event.altKey || disabled) return;
    event.preventDefault();
    actions.methods.solo(id);
  };
  return (
    <Checkbox
      label={title}
      data-method-toggle={id}
      title={`${summary}\n\n${caution}\n\nAlt+click or S: show only this one.`}
      disabled={disabled}
      checked={on}
      onToggle={() => actions.methods.toggle(id)}
      onClickCapture={onClickCapture}
      onKeyDown={onKeyDown}
    >
      <span class="method-title">{title}</span>
    </Checkbox>
  );
}
