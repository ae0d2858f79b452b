import type { ErrorKind, ErrorReport } from '../../explainers/errors.ts';
import { isProcessEnd } from '../../explainers/protocol/processEnd.ts';
import { fileName, fileOf } from '../format.ts';
import type { Actions } from '../state/actions.ts';
import { Icon, type IconName } from './Icon.tsx';
import { Button } from './toolkit.tsx';

/** Each kind of error: its icon, and its name for people who do not see the icon. */
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

interface Remedy {
  readonly label: string;
  readonly run: () => void;
}

/** The ways on that an error's kind allows; the first is the one to try first. */
function remediesFor(error: ErrorReport, actions: Actions, again: () => void): readonly Remedy[] {
  const { kind } = error;
  // Whatever failed with the process is tried again at once, of a fresh one.
  if (isProcessEnd(error)) {
    return [
      { label: 'Run again', run: () => actions.retry() },
      { label: 'Show the log', run: () => actions.host.showLog() },
    ];
  }
  const remedies: Remedy[] = [{ label: kind === 'cancelled' ? 'Run it' : 'Try again', run: again }];
  if (kind === 'card' || kind === 'model') {
    remedies.push({ label: 'Choose another model…', run: () => void actions.host.chooseModel() });
  }
  if (kind === 'engine' || kind === 'memory') {
    remedies.push({ label: 'Restart the explainer', run: () => void actions.restart() });
  }
  if (kind === 'engine' || kind === 'internal') {
    remedies.push({ label: 'Show the log', run: () => actions.host.showLog() });
  }
  return remedies;
}

interface ProblemProps {
  readonly error: ErrorReport;
  readonly actions: Actions;
  /** Tries again; absent: there are no buttons at all. */
  readonly again?: (() => void) | undefined;
  /** Inside a row, not on a page. */
  readonly compact?: boolean;
}

/** What went wrong, what to do next, and the buttons for it. */
export function Problem({ error, actions, again, compact = false }: ProblemProps) {
  const { icon, title } = KINDS[error.kind];
  const remedies = again ? remediesFor(error, actions, again) : [];
  return (
    <div class={compact ? 'problem compact' : 'problem'} data-error={error.kind} role={compact ? 'note' : 'alert'}>
      <Icon name={icon} class="problem-icon" />
      <div class="problem-text">
        {!compact && <h3>{title}</h3>}
        <p class="problem-message">{error.message}</p>
        <Subject error={error} actions={actions} />
        {error.next && <p class="problem-next">{error.next}</p>}
        {remedies.length > 0 && (
          <div class="buttons">
            {remedies.map(({ label, run }, i) => (
              <Button key={label} onClick={run} appearance={compact || i > 0 ? 'secondary' : 'primary'}>
                {label}
              </Button>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

/** The error's subject: a file opens by a click; anything else is shown unless the message names it. */
function Subject({ error: { subject, message }, actions }: Pick<ProblemProps, 'error' | 'actions'>) {
  if (!subject) return null;
  const file = fileOf(subject);
  if (file) {
    return (
      <button
        class="link subject"
        type="button"
        title={subject}
        onClick={() => actions.host.openFile(file.path, file.line)}
      >
        {file.line === undefined ? fileName(file.path) : `${fileName(file.path)}:${file.line}`}
      </button>
    );
  }
  if (message.includes(subject)) return null;
  return (
    <code class="subject" title={subject}>
      {subject}
    </code>
  );
}
