import type { SuperpixelValues } from '../../explainers/methods/method.ts';
import type { Actions } from '../actions.ts';
import { bestCount, bestSuperpixels } from '../bestSuperpixels.ts';
import { attribute, custom, h, text, type View } from '../dom.ts';
import type { SuperpixelView } from '../state.ts';
import { checkbox, setChecked } from '../toolkit.ts';

export interface SuperpixelControlsModel {
  readonly superpixels: SuperpixelValues;
  readonly view: SuperpixelView;
}

const VIEWS: readonly (readonly [SuperpixelView['view'], string])[] = [
  ['heatmap', 'Heatmap'],
  ['best', 'Best parts'],
];

/** The two views of a map that is one value per superpixel. */
export function superpixelControls(actions: Actions, id: string): View<SuperpixelControlsModel> {
  const choices = VIEWS.map(([view, title]) => {
    const input = h('input', {
      type: 'radio',
      name: `view-${id}`,
      value: view,
      'data-superpixel-view': `${id}.${view}`,
    });
    input.addEventListener('change', () => actions.showSuperpixels(id, { view }));
    return { view, input, element: h('label', {}, input, h('span', {}, title)) };
  });
  const slider = h('input', { type: 'range', min: 1, step: 1, 'aria-label': 'How many superpixels' });
  attribute(slider, 'data-superpixel-count', id);
  slider.addEventListener('input', () => actions.showSuperpixels(id, { count: slider.valueAsNumber }));
  const output = h('output', {});
  const row = h('label', { class: 'control' }, h('span', {}, 'Show'), slider, output);
  const none = h('p', { class: 'note' }, 'No superpixel speaks for the class.');
  const outlines = checkbox('Outlines', (on) => actions.showSuperpixels(id, { outlines: on }));
  attribute(outlines, 'data-superpixel-outlines', id);
  attribute(outlines, 'title', 'Draw where the image was cut into superpixels');
  return {
    element: h(
      'div',
      { class: 'superpixel-controls' },
      h(
        'div',
        { class: 'segmented', role: 'radiogroup', 'aria-label': 'View' },
        ...choices.map((choice) => choice.element),
      ),
      row,
      none,
      outlines,
    ),
    update({ superpixels, view }) {
      for (const choice of choices) {
        choice.input.checked = choice.view === view.view;
        choice.element.classList.toggle('chosen', choice.view === view.view);
      }
      const most = bestSuperpixels(superpixels).length;
      const count = bestCount(superpixels, view);
      row.hidden = view.view !== 'best' || most === 0;
      none.hidden = view.view !== 'best' || most > 0;
      attribute(slider, 'max', most);
      if (slider.valueAsNumber !== count) slider.value = String(count);
      custom(slider, '--filled', `${most > 1 ? ((count - 1) / (most - 1)) * 100 : 100}%`);
      attribute(slider, 'aria-valuetext', `the best ${count} of ${most}`);
      text(output, `${count} of ${most}`);
      setChecked(outlines, view.outlines);
    },
  };
}
