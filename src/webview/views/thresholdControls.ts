import type { EvidenceReading } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import { attribute, custom, h, text, type View } from '../dom.ts';
import type { MaskLevel } from '../mapMask.ts';
import type { Measure } from '../state.ts';
import { checkbox, dropdown, setChecked, setOptions } from '../toolkit.ts';

export interface ThresholdControlsModel {
  readonly measure: Measure;
  /** Where the mask of the topmost map begins; null: there is no map, or none with a mask. */
  readonly level: MaskLevel | null;
  /** The title of that map's method. */
  readonly title: string | null;
  readonly outline: boolean;
  /** The rarely used ones are shown. */
  readonly open: boolean;
}

const EVIDENCE: readonly (readonly [EvidenceReading, string])[] = [
  ['positive', 'For the class'],
  ['absolute', 'For and against (absolute)'],
  ['signed', 'As it is (signed)'],
];

const TOLERANCES: readonly (readonly [string, string])[] = [
  ['0', 'None'],
  ['15', '15 pixels'],
];

/** How maps are compared with annotations: the threshold of their masks, which evidence counts, how exact a peak must be. */
export function thresholdControls(actions: Actions): View<ThresholdControlsModel> {
  const outline = checkbox('Outline of the mask', (on) => actions.adjust({ outline: on }));
  attribute(outline, 'data-outline-toggle', true);
  const slider = h('input', {
    type: 'range',
    min: 0,
    max: 100,
    step: 1,
    'aria-label': 'Threshold of the mask',
    'data-threshold': true,
  });
  slider.addEventListener('input', () => actions.measure({ threshold: slider.valueAsNumber / 100 }));
  const output = h('output', {});
  const reset = h(
    'button',
    {
      type: 'button',
      class: 'link',
      'data-threshold-otsu': true,
      title: 'Back to Otsu’s threshold, each map’s own',
      onclick: () => actions.measure({ threshold: null }),
    },
    'Otsu',
  );
  const evidence = dropdown('Evidence', (value) => actions.measure({ evidence: value as EvidenceReading }));
  const tolerance = dropdown('Tolerance of the pointing game', (value) =>
    actions.measure({ tolerance: Number(value) }),
  );
  const more = h(
    'div',
    { class: 'measure-more', id: 'agreement-options' },
    h('label', { class: 'control' }, h('span', {}, 'Evidence'), evidence),
    h('label', { class: 'control' }, h('span', {}, 'Tolerance'), tolerance),
  );
  return {
    element: h(
      'div',
      { class: 'measure' },
      h('label', { class: 'control threshold' }, h('span', {}, 'Threshold'), slider, h('span', {}, output, reset)),
      outline,
      more,
    ),
    update({ measure, level, title, outline: drawn, open }) {
      setChecked(outline, drawn);
      outline.disabled = level === null;
      attribute(
        outline,
        'title',
        title && `Draw around the mask of ${title} that the metrics compare with the drawing`,
      );
      slider.disabled = level === null;
      const percent = level === null ? null : Math.round(level.share * 100);
      if (percent !== null && slider.valueAsNumber !== percent) slider.value = String(percent);
      custom(slider, '--filled', `${percent ?? 0}%`);
      const where = level?.otsu ? `Otsu ${percent} %` : `${percent} %`;
      attribute(slider, 'aria-valuetext', percent === null ? null : where);
      attribute(
        slider,
        'title',
        `The mask of a map is what lies above this share of its range; ${title === null ? 'no map is shown' : `now ${where} of ${title}’s`}`,
      );
      attribute(slider, 'data-otsu', level?.otsu ?? false);
      text(output, percent === null ? '' : where);
      reset.hidden = measure.threshold === null;
      more.hidden = !open;
      setOptions(evidence, EVIDENCE, measure.evidence);
      setOptions(tolerance, TOLERANCES, String(measure.tolerance));
    },
  };
}
