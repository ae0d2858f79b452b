import type { RefObject } from 'preact';
import { IconButton } from '../parts/toolkit.tsx';
import { LOCAL_KEYS, SHORTCUTS } from './keyboard.ts';

/** The list of keys, a dialog generated from the table of shortcuts. */
export function Help({ dialog }: { readonly dialog: RefObject<HTMLDialogElement | null> }) {
  const close = () => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="help-title"
      onClick={(event) => event.target === dialog.current && close()}
      onKeyDown={(event) => {
        if (event.key !== '?') return;
        event.preventDefault();
        close();
      }}
    >
      <div class="help-heading">
        <h2 id="help-title">Keys</h2>
        <IconButton icon="close" label="Close" onClick={close} />
      </div>
      <dl>
        {[...SHORTCUTS, ...LOCAL_KEYS].map(({ label, about }) => (
          <div key={label}>
            <dt>
              <kbd>{label}</kbd>
            </dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}

export function toggleHelp({ current }: RefObject<HTMLDialogElement | null>): void {
  if (current?.open) current.close();
  else current?.showModal();
}
