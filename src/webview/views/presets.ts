import type { PresetInfo } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import { attribute, fill, h, type View, whenChanged } from '../dom.ts';

export interface PresetsModel {
  readonly presets: readonly PresetInfo[];
  /** The preset that the parameters are those of; `defaults` where none is changed, `own` where they are nobody's. */
  readonly current: string;
  /** Titles of the methods, by id. */
  readonly titles: Readonly<Record<string, string>>;
}

const DEFAULTS = 'defaults';
const OWN = 'own';

/** One menu that gives methods the parameters of a library or a study, and says what is peculiar to them. */
export function presetsView(actions: Actions): View<PresetsModel> {
  let presets: readonly PresetInfo[] = [];
  const select = h('select', { 'aria-label': 'Parameters as in', 'data-presets': true });
  select.addEventListener('change', () => {
    const preset = presets.find((each) => each.id === select.value);
    if (preset) actions.applyPreset(preset);
    else if (select.value === DEFAULTS) actions.resetAllParameters();
  });
  const about = h('details', { class: 'preset-about', open: true });
  const show = whenChanged<PresetsModel>((model) => {
    presets = model.presets;
    fill(
      select,
      h('option', { value: DEFAULTS }, 'Defaults'),
      model.current === OWN ? h('option', { value: OWN }, 'Your own') : null,
      ...presets.map((preset) => h('option', { value: preset.id }, preset.title)),
    );
    select.value = model.current;
    attribute(select, 'data-preset', model.current);
    const preset = presets.find((each) => each.id === model.current);
    about.hidden = !preset;
    if (!preset) return;
    const methods = Object.keys(preset.methods).map((id) => model.titles[id] ?? id);
    fill(
      about,
      h('summary', {}, `Sets ${methods.join(', ')}`),
      ...byMethod(preset.about, Object.values(model.titles)).map((part) => h('p', { class: 'note' }, part)),
    );
  });
  return {
    element: h(
      'div',
      { class: 'presets' },
      h('label', { class: 'control' }, h('span', {}, 'Parameters'), select),
      about,
    ),
    update: show,
  };
}

/** A text in parts, a new one wherever a sentence begins with a method's name and a colon. */
export function byMethod(text: string, titles: readonly string[]): readonly string[] {
  const ends = titles.map((title) => text.indexOf(`. ${title}: `)).filter((at) => at >= 0);
  const starts = ends.map((at) => at + 2);
  const cuts = [0, ...starts.sort((a, b) => a - b), text.length];
  return cuts.slice(1).map((end, i) => text.slice(cuts[i], end).trim());
}
