import { h } from '../dom.ts';
import { LOCAL_KEYS, SHORTCUTS } from '../keyboard.ts';
import { iconButton } from '../toolkit.ts';

/** The list of keys, as a dialog made from the table of shortcuts. */
export function helpView(): { readonly element: HTMLDialogElement; toggle(): void } {
  const rows = [...SHORTCUTS, ...LOCAL_KEYS].map(({ label, about }) =>
    h('div', {}, h('dt', {}, h('kbd', {}, label)), h('dd', {}, about)),
  );
  const element = h(
    'dialog',
    { class: 'help', 'aria-labelledby': 'help-title' },
    h(
      'div',
      { class: 'help-heading' },
      h('h2', { id: 'help-title' }, 'Keys'),
      iconButton('close', 'Close', () => element.close()),
    ),
    h('dl', {}, ...rows),
  );
  element.addEventListener('click', (event) => {
    if (event.target === element) element.close();
  });
  element.addEventListener('keydown', (event) => {
    if (event.key !== '?') return;
    event.preventDefault();
    element.close();
  });
  return { element, toggle: () => (element.open ? element.close() : element.showModal()) };
}
