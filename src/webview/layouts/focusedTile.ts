// The picture, or the title of a row or column, of the grid that has the focus: what keys and commands are about.

/** Its class and its method, as far as it has them. */
export function focusedTile(): { readonly index?: number; readonly method?: string } {
  const head = document.activeElement?.closest<HTMLElement>('[data-pane], [data-grid-class], [data-grid-method]');
  if (!head) return {};
  const { pane, gridClass, gridMethod } = head.dataset;
  const [method = gridMethod, index = gridClass] = pane?.split(':') ?? [];
  return { ...(index !== undefined && { index: Number(index) }), ...(method !== undefined && { method }) };
}

/**
 * Makes a change, and gives the focus back to the picture that had it, or else to the first: what is moved in the page
 * loses it.
 */
export function keepingFocus(change: () => void): void {
  const pane = document.activeElement?.closest<HTMLElement>('[data-pane]')?.dataset['pane'];
  change();
  if (pane === undefined) return;
  requestAnimationFrame(() => {
    const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')];
    const again = panes.find((each) => each.dataset['pane'] === pane) ?? panes[0];
    again?.querySelector<HTMLElement>('[role=button]')?.focus();
  });
}
