import type { ComponentChildren } from 'preact';
import { custom } from './attributes.ts';

interface ProgressLineProps {
  readonly message: string;
  /** 0 … 1; null: unknown. */
  readonly fraction: number | null;
  /** Buttons next to the message. */
  readonly buttons: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** The progress of something, with buttons to stop it. */
export function ProgressLine({ message, fraction, buttons, children }: ProgressLineProps) {
  return (
    <div class="progress-line">
      <div class="progress-text">
        <span>{message}</span>
        {buttons}
      </div>
      <div
        class={fraction === null ? 'progress unknown' : 'progress'}
        role="progressbar"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={fraction === null ? undefined : Math.round(fraction * 100)}
        aria-label={message}
        style={custom({ '--fraction': fraction ?? 0 })}
      >
        <div />
      </div>
      {children}
    </div>
  );
}
