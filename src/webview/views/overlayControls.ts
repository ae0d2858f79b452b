import type { ImageAnnotations } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import { attribute, custom, fill, h, text, type View, whenChanged } from '../dom.ts';
import { count, fileName } from '../format.ts';
import { icon } from '../icons.ts';
import { COLOR_MAPS } from '../stage/tempmaps.ts';
import type { RangeMode } from '../state.ts';
import { checkbox, dropdown, setChecked, setOptions } from '../toolkit.ts';
import { section } from './section.ts';

export interface OverlayControlsModel {
  readonly overlay: boolean;
  readonly annotations: boolean;
  readonly opacity: number;
  readonly colorMap: string;
  readonly range: RangeMode;
  readonly threshold: number;
  readonly annotated: (Pick<ImageAnnotations, 'files' | 'problems'> & { readonly shapes: number }) | null;
  /** Why the annotations could not be read at all. */
  readonly failure: string | null;
  readonly collapsed: boolean;
}

const RANGES: readonly (readonly [RangeMode, string])[] = [
  ['own', 'Each map’s own range'],
  ['robust', 'Without the top 1 %'],
  ['shared', 'One range for all shown'],
];

/** How heatmaps and annotations lie on the image. */
export function overlayControls(actions: Actions): View<OverlayControlsModel> {
  const opacity = slider('Opacity', (value) => actions.adjust({ opacity: value }));
  const threshold = slider('Hide below', (value) => actions.adjust({ threshold: value }));
  const colorMap = dropdown('Colour map', (value) => actions.adjust({ colorMap: value }));
  const range = dropdown('Range', (value) => actions.adjust({ range: value as RangeMode }));
  const overlay = checkbox('Heatmaps', (on) => actions.adjust({ overlay: on }));
  attribute(overlay, 'data-overlay-toggle', true);
  const found = h('span', { class: 'count' });
  const annotations = checkbox(h('span', {}, 'Annotations', found), (on) => actions.adjust({ annotations: on }));
  attribute(annotations, 'data-annotations-toggle', true);
  const problems = h('div', { class: 'annotation-problems' });
  const parts = section(
    'overlay',
    'Overlay',
    (id) => actions.toggleSection(id),
    h('div', { class: 'switches' }, overlay, annotations),
    problems,
    opacity.element,
    threshold.element,
    h('label', { class: 'control' }, h('span', {}, 'Colours'), colorMap),
    h('label', { class: 'control' }, h('span', {}, 'Range'), range),
  );
  const showAnnotated = whenChanged<Pick<OverlayControlsModel, 'annotated' | 'failure'>>(({ annotated, failure }) => {
    text(found, annotated && annotated.shapes > 0 ? ` ${annotated.shapes}` : '');
    attribute(
      annotations,
      'title',
      annotated
        ? annotated.files
            .map((file) => `${fileName(file.path)} (${file.format}, ${count(file.images, 'image')})`)
            .join('\n')
        : null,
    );
    const all = [...(failure ? [failure] : []), ...(annotated?.problems ?? [])];
    fill(
      problems,
      all.length > 0
        ? h(
            'details',
            { class: 'hint' },
            h(
              'summary',
              {},
              icon('warning'),
              h('span', {}, count(all.length, 'problem with the annotations', 'problems with the annotations')),
            ),
            h('ul', {}, ...all.map((each) => h('li', {}, each))),
          )
        : null,
    );
  });
  return {
    element: parts.element,
    update(model) {
      parts.setCollapsed(model.collapsed);
      setChecked(overlay, model.overlay);
      setChecked(annotations, model.annotations);
      opacity.set(model.opacity);
      threshold.set(model.threshold);
      setOptions(
        colorMap,
        [['auto', 'Automatic'], ...COLOR_MAPS.map(({ id, title }) => [id, title] as const)],
        model.colorMap,
      );
      setOptions(range, RANGES, model.range);
      showAnnotated({ annotated: model.annotated, failure: model.failure });
    },
  };
}

function slider(
  label: string,
  onchange: (value: number) => void,
): { readonly element: HTMLElement; set(value: number): void } {
  const input = h('input', { type: 'range', min: 0, max: 100, step: 1, 'aria-label': label });
  const output = h('output', {});
  input.addEventListener('input', () => onchange(input.valueAsNumber / 100));
  return {
    element: h('label', { class: 'control' }, h('span', {}, label), input, output),
    set(value) {
      const percent = Math.round(value * 100);
      if (input.valueAsNumber !== percent) input.value = String(percent);
      custom(input, '--filled', `${percent}%`);
      text(output, `${percent} %`);
    },
  };
}
