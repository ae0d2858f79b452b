import { type Child, h } from '../dom.ts';
import { icon } from '../icons.ts';

export interface Section {
  readonly element: HTMLElement;
  readonly body: HTMLElement;
  /** Right side of the heading, for small buttons and counts. */
  readonly tools: HTMLElement;
  setCollapsed(collapsed: boolean): void;
}

/** A part of the side bar that can be folded away, like a view in VS Code's own side bar. */
export function section(id: string, title: string, ontoggle: (id: string) => void, ...children: Child[]): Section {
  const toggle = h(
    'button',
    { class: 'section-toggle', type: 'button', 'aria-expanded': 'true', 'aria-controls': `${id}-body` },
    icon('down', 'twistie'),
    h('span', {}, title),
  );
  toggle.addEventListener('click', () => ontoggle(id));
  const tools = h('div', { class: 'section-tools' });
  const body = h('div', { class: 'section-body', id: `${id}-body` }, ...children);
  const element = h(
    'section',
    { class: `section ${id}`, 'data-section': id, 'aria-label': title },
    h('div', { class: 'section-heading' }, h('h2', {}, toggle), tools),
    body,
  );
  return {
    element,
    body,
    tools,
    setCollapsed(collapsed) {
      toggle.setAttribute('aria-expanded', String(!collapsed));
      element.classList.toggle('collapsed', collapsed);
      body.hidden = collapsed;
      tools.hidden = collapsed;
    },
  };
}
