import './layoutBar.css';
import type { ComponentChildren } from 'preact';
import { Checkbox, Dropdown } from '../parts/controls.tsx';
import { Icon, type IconName } from '../parts/Icon.tsx';
import type { Actions } from '../state/actions.ts';
import type { Layout } from '../state/ui.ts';

declare module '../marks.ts' {
  interface Marks {
    /** A button that chooses a layout. */
    'data-layout'?: Layout | undefined;
    'data-add-column'?: Flag;
    'data-grid-models'?: Flag;
    /** Whose threshold, outline and mask the overlay shows, and which maps are weak. */
    'data-overlay-notes'?: Flag;
    /** Above the overlay: what the class is compared with. */
    'data-compared'?: Flag;
  }
}

const LAYOUTS: readonly {
  readonly id: Layout;
  readonly icon: IconName;
  readonly title: string;
  readonly about: string;
}[] = [
  { id: 'overlay', icon: 'overlay', title: 'Overlay', about: 'All maps over one picture' },
  { id: 'grid', icon: 'grid', title: 'Grid', about: 'A picture for each method and class (G)' },
  { id: 'split', icon: 'split', title: 'Split', about: 'Two maps with a divider between them (V)' },
];

interface LayoutBarProps {
  readonly actions: Actions;
  readonly layout: Layout;
  /** The grid shows both models; null: there is one model, or no grid. */
  readonly both: boolean | null;
  /** Classes that can be added to the grid, best first; empty: none, or no grid is shown. */
  readonly addable: readonly (readonly [index: number, label: string])[];
  /** The notes on the layout. */
  readonly children?: ComponentChildren;
}

/** Above the picture: how several maps are shown. */
export function LayoutBar({ actions, layout, both, addable, children }: LayoutBarProps) {
  return (
    <div class="layout-bar">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame */}
      <div class="layouts" role="group" aria-label="Layout">
        {LAYOUTS.map(({ id, icon, title, about }) => (
          <button
            key={id}
            type="button"
            aria-pressed={layout === id}
            class="layout-choice"
            title={about}
            data-layout={id}
            onClick={() => actions.layouts.show(id)}
          >
            <Icon name={icon} />
            <span>{title}</span>
          </button>
        ))}
      </div>
      {children}
      {both !== null && (
        <Checkbox
          label="Both models"
          data-grid-models=""
          checked={both}
          onToggle={(gridModels) => actions.adjust({ gridModels })}
        />
      )}
      {addable.length > 0 && (
        <Dropdown
          class="add-column"
          label="Add a class to the grid"
          data-add-column=""
          options={[['', 'Add a class…'], ...addable.map(([index, label]) => [String(index), label] as const)]}
          value=""
          onSelect={(index) => actions.layouts.addColumn(Number(index))}
        />
      )}
    </div>
  );
}
