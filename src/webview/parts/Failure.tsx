import type { ErrorReport } from '../../explainers/errors.ts';

/** What went wrong, about what, and what to do next. */
export function Failure({ error }: { readonly error: ErrorReport }) {
  const { kind, message, subject, next } = error;
  return (
    <div class="failure" role="alert" data-error={kind}>
      <p>{message}</p>
      {subject && !message.includes(subject) && <code>{subject}</code>}
      {next && <p>{next}</p>}
    </div>
  );
}
