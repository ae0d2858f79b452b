import { Problem } from '../parts/Problem.tsx';
import { ProgressRing } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';
import type { Loaded, Picture } from '../state/replies.ts';

interface StageMessageProps {
  readonly actions: Actions;
  readonly display: Loaded<Picture>;
  readonly onAgain: () => void;
  /** Why it failed is said elsewhere. */
  readonly echo: boolean;
  /** Something is in the way of any image. */
  readonly blocked: boolean;
}

/** In the image's place while it is not there: that it is coming, or why it is not. */
export function StageMessage({ actions, display, echo, onAgain, blocked }: StageMessageProps) {
  if (display.status === 'done') return <div class="stage-message" hidden />;
  if (echo) {
    return (
      <div class="stage-message">
        <p class="note">Not shown yet.</p>
      </div>
    );
  }
  return (
    <div class="stage-message">
      {display.status === 'failed' ? (
        <Problem error={display.error} actions={actions} again={onAgain} />
      ) : (
        !blocked && <ProgressRing label="Loading" />
      )}
    </div>
  );
}
