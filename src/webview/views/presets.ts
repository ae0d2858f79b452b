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
  const about = h('div', { class: 'preset-about' });
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
    fill(about, h('p', {}, `Sets ${methods.join(', ')}.`), h('p', { class: 'note' }, preset.about));
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
