import { score } from '../format.ts';
import { Checkbox, Choice } from '../parts/controls.tsx';
import { Problem } from '../parts/Problem.tsx';
import { Button } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';
import { HIDING, type RegionModel } from './regionGone.ts';

declare module '../marks.ts' {
  interface Marks {
    /** The scores of a class without the region, by its index: `before after elsewhere`. */
    'data-without'?: Text;
    'data-scores'?: Text;
    /** Draws a box to take away. */
    'data-draw-region'?: Flag;
  }
}

interface RegionGoneProps {
  readonly actions: Actions;
  readonly model: RegionModel;
}

/** What the model would say if a region were gone, or were all that there is. */
export function RegionGone({ actions, model }: RegionGoneProps) {
  const { choices, chosen, box, drawing, hide, alone, key, status, error, rows, result } = model;
  return (
    <div class="region-content" aria-busy={status === 'waiting'}>
      {choices.length > 0 && (
        <Choice
          title="Region"
          options={choices.map(({ id, title }) => [id, title] as const)}
          value={chosen?.id ?? ''}
          onSelect={(source) => actions.takeAwayRegion({ source })}
        />
      )}
      <Button data-draw-region="" disabled={drawing} onClick={() => actions.drawRegion()}>
        {box ? 'Change the box' : 'Draw a box'}
      </Button>
      <Choice
        title="Becomes"
        label="What hidden pixels become"
        options={HIDING}
        value={hide}
        onSelect={(id) => actions.takeAwayRegion({ hide: id })}
      />
      <Checkbox
        checked={alone}
        label="Keep the region alone"
        title="Hides everything else instead"
        onToggle={(checked) => actions.takeAwayRegion({ alone: checked })}
      />
      {error && key !== null && <Problem error={error} actions={actions} again={() => actions.retry(key)} compact />}
      {rows.length > 0 && (
        <table class="region-scores">
          <thead>
            <tr>
              <th scope="col">Score</th>
              <th scope="col">as it is</th>
              <th scope="col">{alone ? 'alone' : 'without'}</th>
              <th scope="col" title="The mean over random regions of the same size and shape">
                elsewhere
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr
                key={row.index}
                class={i === 0 ? 'selected' : undefined}
                data-without={row.index}
                data-scores={`${row.before} ${row.after} ${row.elsewhere ?? ''}`}
              >
                <th scope="row">{row.label}</th>
                <td>{score(row.before)}</td>
                <td>{score(row.after)}</td>
                <td>{row.elsewhere === null ? '–' : score(row.elsewhere)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {result && rows[0] && <p class="note">{sentence(model)}</p>}
      {status === 'waiting' && <p class="note">Running the model…</p>}
    </div>
  );
}

function sentence({ label, chosen, alone, rows: [row], result }: RegionModel): string {
  const { controls, asMuch, share } = result!;
  const what = alone ? `Of ${chosen!.title} alone` : `Without ${chosen!.title}`;
  const size = `${Math.max(1, Math.round(100 * share))} % of what the model sees`;
  const change = `${what} (${size}), the score of ${label} goes from ${score(row!.before)} to ${score(row!.after)}.`;
  if (controls === 0) return `${change} It leaves no other place for a region of its size, so there is no comparison.`;
  const others = `${controls} random regions of the same size and shape`;
  if (asMuch === 0) return `${change} None of ${others} changes it as much.`;
  return `${change} ${asMuch} of ${others} ${asMuch === 1 ? 'changes' : 'change'} it as much or more, so this place is nothing special.`;
}
