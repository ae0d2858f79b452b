import type { PresetInfo } from '../../explainers/contracts/results.ts';
import { own } from '../../explainers/tables.ts';
import { Choice } from '../parts/controls.tsx';
import type { Actions } from '../state/actions.ts';

export interface PresetsModel {
  readonly presets: readonly PresetInfo[];
  /** The preset that the parameters match; `defaults` if none is changed, `own` if they match no preset. */
  readonly current: string;
  /** Titles of the methods, by id. */
  readonly titles: Readonly<Record<string, string>>;
}

const DEFAULTS = 'defaults';
const OWN = 'own';

/** One menu that gives methods the parameters of a library or a study, and describes their peculiarities. */
export function Presets({ presets, current, titles, actions }: PresetsModel & { readonly actions: Actions }) {
  const preset = presets.find((each) => each.id === current);
  const choose = (id: string) => {
    const chosen = presets.find((each) => each.id === id);
    if (chosen) actions.methods.applyPreset(chosen);
    else if (id === DEFAULTS) actions.methods.resetAll();
  };
  return (
    <div class="presets">
      <Choice
        class="control"
        title="Parameters"
        label="Parameters of"
        data-presets=""
        data-preset={current}
        options={[
          [DEFAULTS, 'Defaults'],
          ...(current === OWN ? [[OWN, 'Your own'] as const] : []),
          ...presets.map(({ id, title }) => [id, title] as const),
        ]}
        value={current}
        onSelect={choose}
      />
      <details class="preset-about" open hidden={!preset}>
        {preset && (
          <>
            <summary>{`Sets ${Object.keys(preset.methods)
              .map((id) => own(titles, id) ?? id)
              .join(', ')}`}</summary>
            {byMethod(preset.about, Object.values(titles)).map((part) => (
              <p key={part} class="note">
                {part}
              </p>
            ))}
          </>
        )}
      </details>
    </div>
  );
}

/** A text in parts; a new part begins wherever a sentence begins with a method's name and a colon. */
export function byMethod(text: string, titles: readonly string[]): readonly string[] {
  const ends = titles.map((title) => text.indexOf(`. ${title}: `)).filter((at) => at >= 0);
  const starts = ends.map((at) => at + 2);
  const cuts = [0, ...starts.sort((a, b) => a - b), text.length];
  return cuts.slice(1).map((end, i) => text.slice(cuts[i], end).trim());
}
