import type { Preprocessing } from '../../explainers/contracts/card.ts';
import type { Trial } from '../../explainers/contracts/setUp.ts';
import { score } from '../format.ts';
import { ScrolledTable } from '../parts/ScrolledTable.tsx';
import { type Form, isTrial } from './form.ts';

const RESIZES: readonly (readonly [Preprocessing['resize'], string])[] = [
  ['squash', 'Squash'],
  ['crop', 'Crop, 0.875'],
  ['letterbox', 'Letterbox'],
];

interface TrialsProps {
  readonly trials: readonly Trial[];
  readonly form: Form;
  readonly onChoose: (trial: Trial) => void;
}

/** The best classes with each of the usual preprocessings: a row for each kind of values, a column for each fit. */
export function Trials({ trials, form, onChoose }: TrialsProps) {
  const rows = trials.filter(({ resize }) => resize === 'squash');
  const colours = new Set(trials.map(({ channels }) => channels)).size > 1;
  return (
    <ScrolledTable
      title="The usual preprocessings"
      head={['Values', ...(colours ? ['Order'] : []), ...RESIZES.map(([, title]) => title)]}
    >
      {rows.map(({ values, channels }) => (
        <tr key={`${values} ${channels}`}>
          <th scope="row">{values}</th>
          {colours && <td>{channels.toUpperCase()}</td>}
          {RESIZES.map(([resize]) => {
            const trial = trials.find(
              (each) => each.resize === resize && each.values === values && each.channels === channels,
            );
            return (
              <td key={resize} class="trial-cell">
                {trial && <TrialCell trial={trial} chosen={isTrial(form, trial)} onChoose={() => onChoose(trial)} />}
              </td>
            );
          })}
        </tr>
      ))}
    </ScrolledTable>
  );
}

interface TrialCellProps {
  readonly trial: Trial;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function TrialCell({ trial: { best, present }, chosen, onChoose }: TrialCellProps) {
  const [first, ...others] = best;
  return (
    <button
      type="button"
      class="trial"
      aria-pressed={chosen}
      data-present={present ? '' : undefined}
      onClick={onChoose}
    >
      <span class="trial-best">
        <span class="trial-label">{first?.label}</span>
        <span class="trial-score">{first && score(first.score)}</span>
      </span>
      <span class="trial-bar" aria-hidden="true">
        <span style={{ width: `${100 * Math.min(1, Math.max(0, first?.score ?? 0))}%` }} />
      </span>
      <span class="trial-others">{others.map((each) => `${each.label} ${score(each.score)}`).join(', ')}</span>
      {present && <span class="trial-present">as it is now</span>}
    </button>
  );
}
