import type { ComponentChildren } from 'preact';
import type { Actions } from '../state/actions.ts';
import { Icon } from './Icon.tsx';

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly collapsed: boolean;
  readonly actions: Actions;
  /** Right side of the heading, for small buttons and counts. */
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of the side bar that can be collapsed, like a view in VS Code's own side bar. */
export function Section({ id, title, collapsed, actions, tools, children }: SectionProps) {
  return (
    <section class={`section ${id}${collapsed ? ' collapsed' : ''}`} data-section={id} aria-label={title}>
      <div class="section-heading">
        <h2>
          <button
            class="section-toggle"
            type="button"
            aria-expanded={!collapsed}
            aria-controls={`${id}-body`}
            onClick={() => actions.toggleSection(id)}
          >
            <Icon name="down" class="twistie" />
            <span>{title}</span>
          </button>
        </h2>
        <div class="section-tools" hidden={collapsed}>
          {tools}
        </div>
      </div>
      <div class="section-body" id={`${id}-body`} hidden={collapsed}>
        {children}
      </div>
    </section>
  );
}
