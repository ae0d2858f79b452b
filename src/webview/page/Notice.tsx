import { Icon } from '../parts/Icon.tsx';
import { Button, IconButton } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';
import type { Notice as Model } from '../state/state.ts';

interface NoticeProps {
  readonly notice: Model | null;
  readonly actions: Actions;
  /** There is an earlier version of the model to compare with. */
  readonly comparable: boolean;
}

/** A line above the page: the model changed on disk, the explainer stopped. */
export function Notice({ notice, actions, comparable }: NoticeProps) {
  return (
    <div
      class="notice"
      role="status"
      aria-live="polite"
      hidden={notice === null}
      data-notice={notice?.id}
      data-tone={notice?.tone}
    >
      {notice && (
        <>
          <Icon name={notice.tone === 'error' ? 'error' : 'refresh'} />
          <p>
            {notice.text}
            {notice.next && <span class="next">{` ${notice.next}`}</span>}
          </p>
          {notice.id === 'explainerStopped' && (
            <Button appearance="primary" onClick={() => actions.retry()}>
              Run again
            </Button>
          )}
          {notice.id === 'modelChanged' && comparable && (
            <Button onClick={() => actions.versions.compareWithBefore()}>Compare with before</Button>
          )}
          <IconButton icon="close" label="Dismiss" onClick={() => actions.dismissNotice()} />
        </>
      )}
    </div>
  );
}
