import type { ComponentChildren } from 'preact';

interface ActionProps {
  readonly primary?: boolean;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly children: ComponentChildren;
}

/** A button of a page that is read like a document. */
export function Action({ primary = false, onClick, disabled = false, children }: ActionProps) {
  return (
    <button type="button" class={primary ? 'action primary' : 'action'} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}
