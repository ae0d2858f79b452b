import type { ErrorKind, ErrorReport } from '../../explainers/errors.ts';
import type { Actions } from '../actions.ts';
import { type Child, h } from '../dom.ts';
import { fileName, fileOf } from '../format.ts';
import { type IconName, icon } from '../icons.ts';
import { button } from '../toolkit.ts';

/** Each kind of error: its icon, and its name for those who do not see the icon. */
export const KINDS: Readonly<Record<ErrorKind, { readonly icon: IconName; readonly title: string }>> = {
  usage: { icon: 'warning', title: 'Cannot be done this way' },
  card: { icon: 'card', title: 'Model card' },
  model: { icon: 'model', title: 'Model' },
  unsupported: { icon: 'warning', title: 'Not supported' },
  image: { icon: 'image', title: 'Image' },
  annotation: { icon: 'drawn', title: 'Annotations' },
  engine: { icon: 'error', title: 'Engine' },
  memory: { icon: 'memory', title: 'Memory' },
  cancelled: { icon: 'stopped', title: 'Stopped' },
  internal: { icon: 'error', title: 'Defect' },
};

export interface Remedy {
  readonly label: string;
  run(): void;
}

/** The ways on that an error's kind allows; the first is the one to try first. */
export function remediesFor(error: ErrorReport, actions: Actions, again: () => void): readonly Remedy[] {
  const remedies: Remedy[] = [{ label: error.kind === 'cancelled' ? 'Run it' : 'Try again', run: again }];
  if (error.kind === 'card' || error.kind === 'model') {
    remedies.push({ label: 'Choose another model…', run: () => void actions.chooseModel() });
  }
  if (error.kind === 'engine' || error.kind === 'memory') {
    remedies.push({ label: 'Restart the explainer', run: () => void actions.restart() });
  }
  if (error.kind === 'engine' || error.kind === 'internal') {
    remedies.push({ label: 'Show the log', run: () => actions.showLog() });
  }
  return remedies;
}

/** What went wrong, what to do next, and the buttons to do it with. `compact`: inside a row rather than a page. */
export function problem(
  error: ErrorReport,
  actions: Actions,
  remedies: readonly Remedy[] = [],
  compact = false,
): HTMLElement {
  const kind = KINDS[error.kind];
  const file = error.subject && fileOf(error.subject);
  const subject: Child = file
    ? h(
        'button',
        {
          class: 'link subject',
          type: 'button',
          title: error.subject,
          onclick: () => actions.openFile(file.path, file.line),
        },
        file.line === undefined ? fileName(file.path) : `${fileName(file.path)}:${file.line}`,
      )
    : error.subject && !error.message.includes(error.subject)
      ? h('code', { class: 'subject', title: error.subject }, error.subject)
      : null;
  return h(
    'div',
    { class: compact ? 'problem compact' : 'problem', 'data-error': error.kind, role: compact ? 'note' : 'alert' },
    icon(kind.icon, 'problem-icon'),
    h(
      'div',
      { class: 'problem-text' },
      compact ? null : h('h3', {}, kind.title),
      h('p', { class: 'problem-message' }, error.message),
      subject,
      error.next ? h('p', { class: 'problem-next' }, error.next) : null,
      remedies.length > 0
        ? h(
            'div',
            { class: 'buttons' },
            ...remedies.map(({ label, run }, i) => button(label, run, compact || i > 0 ? 'secondary' : 'primary')),
          )
        : null,
    ),
  );
}
