import type { ErrorReport } from '../../explainers/errors.ts';
import type { Actions } from '../actions.ts';
import { fill, h, type View, whenChanged } from '../dom.ts';
import { problem, remediesFor } from './problem.ts';

export interface StageMessageModel {
  /** Why the image cannot be shown. */
  readonly display: ErrorReport | null;
  readonly waiting: boolean;
  readonly key: string;
  readonly blocked: string | null;
}

/** In the image's place while it is not there: that it is coming, or why it is not. */
export function stageMessage(actions: Actions): View<StageMessageModel> {
  const element = h('div', { class: 'stage-message' });
  const update = whenChanged<StageMessageModel>(({ display, waiting, key, blocked }) => {
    element.hidden = display === null && !waiting;
    if (display)
      fill(
        element,
        problem(
          display,
          actions,
          remediesFor(display, actions, () => actions.retry(key)),
        ),
      );
    else if (waiting && blocked !== 'failed' && blocked !== 'empty') {
      fill(element, h('vscode-progress-ring', { 'aria-label': 'Loading' }));
    } else fill(element);
  });
  return { element, update };
}
