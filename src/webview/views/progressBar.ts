import { attribute, custom, h, text, type View } from '../dom.ts';
import { iconButton } from '../toolkit.ts';

export interface ProgressBarModel {
  readonly message: string;
  /** 0 … 1; null: unknown. */
  readonly fraction: number | null;
}

/** How far something is, with a button to stop it. Kept while it runs, so that the focus stays on the button. */
export function progressBar(onstop: () => void): View<ProgressBarModel> & { readonly stop: HTMLElement } {
  const message = h('span', {});
  const stop = iconButton('close', 'Stop', onstop);
  const bar = h(
    'div',
    { class: 'progress', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 },
    h('div', {}),
  );
  return {
    stop,
    element: h('div', { class: 'progress-line' }, h('div', { class: 'progress-text' }, message, stop), bar),
    update(model) {
      text(message, model.message);
      bar.classList.toggle('unknown', model.fraction === null);
      attribute(bar, 'aria-valuenow', model.fraction === null ? null : Math.round(model.fraction * 100));
      attribute(bar, 'aria-label', model.message);
      custom(bar, '--fraction', model.fraction ?? 0);
    },
  };
}
