import { colormaps } from '../../explainers/overlay/colormap.ts';
import type { ImageAnnotations } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import { attribute, custom, fill, h, text, type View, whenChanged } from '../dom.ts';
import { count, fileName } from '../format.ts';
import { icon } from '../icons.ts';
import type { LookWishes } from '../stage/heatmap.ts';
import type { RangeMode, Weak } from '../state.ts';
import { checkbox, dropdown, setChecked, setOptions } from '../toolkit.ts';
import { section } from './section.ts';

export interface OverlayControlsModel {
  readonly overlay: boolean;
  readonly annotations: boolean;
  readonly opacity: number;
  readonly wishes: LookWishes;
  /** Whether maps with a sign, and maps without, are switched on. */
  readonly kinds: { readonly signed: boolean; readonly unsigned: boolean };
  readonly annotated: (Pick<ImageAnnotations, 'files' | 'problems'> & { readonly shapes: number }) | null;
  /** Why the annotations could not be read at all. */
  readonly failure: string | null;
  readonly collapsed: boolean;
}

const RANGES: readonly (readonly [RangeMode, string])[] = [
  ['own', 'Each map’s own'],
  ['full', 'To each map’s extreme'],
  ['robust', 'Without the top 1 %'],
  ['shared', 'The same for all shown'],
];

const WEAK: readonly (readonly [Weak, string])[] = [
  ['fade', 'Fade out'],
  ['cover', 'Cover the image too'],
];

type Kind = keyof OverlayControlsModel['kinds'];
const KINDS: readonly (readonly [Kind, string])[] = [
  ['unsigned', 'Colours'],
  ['signed', 'Colours ±'],
];

const choices = (kind: Kind): readonly (readonly [string, string])[] => [
  ['auto', 'Automatic'],
  ...colormaps.filter((map) => map.diverging === (kind === 'signed')).map(({ id, title }) => [id, title] as const),
];

/** How heatmaps and annotations lie on the image. */
export function overlayControls(actions: Actions): View<OverlayControlsModel> {
  const opacity = slider('Opacity', (value) => actions.adjust({ opacity: value }));
  const threshold = slider('Hide below', (value) => actions.adjust({ threshold: value }));
  const colours = KINDS.map(([kind, title]) => {
    const choice = dropdown(title, (value) => actions.chooseColorMap(kind, value));
    return { kind, choice, row: control(title, choice) };
  });
  const range = dropdown('Range', (value) => actions.adjust({ range: value as RangeMode }));
  const weak = dropdown('Weak values', (value) => actions.adjust({ weak: value as Weak }));
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
    ...colours.map(({ row }) => row),
    control('Range', range),
    control('Weak values', weak),
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
      threshold.set(model.wishes.threshold);
      for (const { kind, choice, row } of colours) {
        row.hidden = !model.kinds[kind];
        const wish = model.wishes.colorMaps[kind];
        const known = choices(kind);
        setOptions(choice, known, known.some(([id]) => id === wish) ? wish : 'auto');
      }
      setOptions(range, RANGES, model.wishes.range);
      setOptions(weak, WEAK, model.wishes.weak);
      showAnnotated({ annotated: model.annotated, failure: model.failure });
    },
  };
}

function control(label: string, element: HTMLElement): HTMLElement {
  return h('label', { class: 'control' }, h('span', {}, label), element);
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
