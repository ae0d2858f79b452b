import type { SuperpixelValues } from '../../explainers/contracts/superpixelValues.ts';
import { Checkbox } from '../parts/controls.tsx';
import { Slider } from '../parts/Slider.tsx';
import type { Actions } from '../state/actions.ts';
import type { SuperpixelView } from '../state/ui.ts';
import { bestCount, bestSuperpixels } from './bestSuperpixels.ts';

interface SuperpixelControlsProps {
  readonly id: string;
  readonly superpixels: SuperpixelValues;
  readonly view: SuperpixelView;
  readonly actions: Actions;
}

const VIEWS: readonly (readonly [SuperpixelView['view'], string])[] = [
  ['heatmap', 'Heatmap'],
  ['best', 'Best parts'],
];

/** The two views of a map with one value per superpixel. */
export function SuperpixelControls({ id, superpixels, view, actions }: SuperpixelControlsProps) {
  const most = bestSuperpixels(superpixels).length;
  const count = bestCount(superpixels, view);
  return (
    <div class="superpixel-controls">
      <div class="segmented" role="radiogroup" aria-label="View">
        {VIEWS.map(([each, title]) => (
          <label key={each} class={each === view.view ? 'chosen' : undefined}>
            <input
              type="radio"
              name={`view-${id}`}
              value={each}
              checked={each === view.view}
              data-superpixel-view={`${id}.${each}`}
              onChange={() => actions.methods.showSuperpixels(id, { view: each })}
            />
            <span>{title}</span>
          </label>
        ))}
      </div>
      {view.view === 'best' && most > 0 && (
        <Slider
          title="Show"
          label="How many superpixels"
          data-superpixel-count={id}
          min={1}
          max={most}
          value={count}
          valueText={`the best ${count} of ${most}`}
          onSlide={(now) => actions.methods.showSuperpixels(id, { count: now })}
        >
          <output>{`${count} of ${most}`}</output>
        </Slider>
      )}
      {view.view === 'best' && most === 0 && <p class="note">No superpixel supports the class.</p>}
      <Checkbox
        label="Outlines"
        data-superpixel-outlines={id}
        title="Draw the borders of the superpixels"
        checked={view.outlines}
        onToggle={(on) => actions.methods.showSuperpixels(id, { outlines: on })}
      />
    </div>
  );
}
