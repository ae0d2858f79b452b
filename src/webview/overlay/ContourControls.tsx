import { useId, useState } from 'preact/hooks';
import { Choice, TextField } from '../parts/controls.tsx';
import type { Actions } from '../state/actions.ts';
import { levelsText, parsedLevels } from './contourLevels.ts';

const OWN = 'own';
const USUAL: readonly (readonly [levels: string, title: string])[] = [
  ['', 'None'],
  ['50', 'At 50 % of the range'],
  ['25, 50, 75', 'At 25, 50, 75 %'],
  ['20, 40, 60, 80', 'At 20, 40, 60, 80 %'],
];

interface ContourControlsProps {
  readonly actions: Actions;
  /** Shares of the range, 0 … 1. */
  readonly levels: readonly number[];
}

/** At which levels of the maps contour lines are drawn. */
export function ContourControls({ actions, levels }: ContourControlsProps) {
  const wrong = useId();
  const written = levelsText(levels);
  const usual = USUAL.some(([each]) => each === written);
  /** The text that is being typed; null: the levels are usual ones. */
  const [draft, setDraft] = useState(usual ? null : written);
  const invalid = draft !== null && parsedLevels(draft) === null;
  const type = (text: string) => {
    setDraft(text);
    const contours = parsedLevels(text);
    if (contours) actions.adjust({ contours });
  };
  const choose = (value: string) => {
    if (value === OWN) return setDraft(written);
    setDraft(null);
    actions.adjust({ contours: parsedLevels(value) ?? [] });
  };
  return (
    <>
      <Choice
        class="control"
        title="Contours"
        data-contours=""
        options={[...USUAL, [OWN, 'Levels of your own']]}
        value={draft !== null || !usual ? OWN : written}
        onSelect={choose}
      />
      {(draft !== null || !usual) && (
        <div class="control contour-levels">
          <span>Levels, %</span>
          <TextField
            label="Levels of the contours, in per cent of the range"
            placeholder="such as 10, 50, 90"
            data-contour-levels=""
            aria-invalid={invalid ? 'true' : undefined}
            aria-describedby={wrong}
            value={draft ?? written}
            onText={type}
          />
          <p class="invalid" role="alert" id={wrong} hidden={!invalid}>
            {invalid ? 'At most 12 numbers above 0 and up to 100.' : ''}
          </p>
        </div>
      )}
    </>
  );
}
