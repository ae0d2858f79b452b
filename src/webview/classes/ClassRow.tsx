import { figure, score } from '../format.ts';
import { custom, flag } from '../parts/attributes.ts';
import { Icon } from '../parts/Icon.tsx';
import type { Actions } from '../state/actions.ts';
import type { ClassRow as Row } from './classList.ts';
import { MARKS, OUTCOME } from './marks.ts';

interface ClassRowProps {
  readonly row: Row;
  /** From 1, and how many are listed, on the page or not. */
  readonly place: readonly [at: number, of: number];
  readonly numbers: boolean;
  /** The class being explained, with which this one can be compared; null: none is. */
  readonly explained: string | null;
  readonly actions: Actions;
}

/** A class: its annotation, its score with its threshold, and how the two agree. */
export function ClassRow({ row, place, numbers, explained, actions }: ClassRowProps) {
  const mark = row.mark && MARKS[row.mark];
  const outcome = row.outcome && OUTCOME[row.outcome];
  const predicted = row.predicted ? 'predicted' : 'not predicted';
  const threshold = `threshold ${score(row.threshold)}`;
  const about = [
    `score ${score(row.score)}`,
    numbers && `rank ${row.rank}, logit ${figure(row.logit)}`,
    threshold,
    predicted,
    mark?.about,
    outcome?.title,
    row.against && `compared with ${explained}`,
  ].filter(Boolean);
  const title = [
    `${row.label} (class ${row.index})`,
    `rank ${row.rank}, score ${row.score.toPrecision(6)}, logit ${row.logit.toPrecision(6)}, ${threshold}`,
    mark ? mark.about : 'the annotations do not mention it',
    outcome ? outcome.about : predicted,
  ];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox around it takes the keys
    <div
      class="class-row"
      role="option"
      tabIndex={-1}
      id={`class-${row.index}`}
      data-class-index={row.index}
      data-predicted={flag(row.predicted)}
      data-mark={row.mark ?? undefined}
      data-outcome={row.outcome ?? undefined}
      data-against={flag(row.against)}
      aria-selected={row.selected}
      aria-posinset={place[0]}
      aria-setsize={place[1]}
      aria-label={`${row.label}: ${about.join(', ')}`}
      title={title.join('\n')}
      onClick={() => actions.chooseClass(row.index)}
    >
      <span class="class-mark">{mark && <Icon name={mark.icon} />}</span>
      {numbers && <span class="class-rank">{row.rank}</span>}
      <span class="class-label">{row.label}</span>
      {numbers ? (
        <span class="class-logit">{figure(row.logit)}</span>
      ) : (
        <span class="class-bar" style={custom({ '--score': share(row.score), '--threshold': share(row.threshold) })}>
          <span class="class-fill" />
          <span class="class-threshold" />
        </span>
      )}
      <span class="class-score">{score(row.score)}</span>
      {/* The keyboard has the menu above the list for this. */}
      {explained !== null && !row.selected ? (
        // biome-ignore lint/a11y/useKeyWithClickEvents: see above
        // biome-ignore lint/a11y/noStaticElementInteractions: see above
        <span
          class="class-versus"
          data-versus={row.index}
          title={row.against ? `Explain ${explained} alone again` : `Why ${explained} and not ${row.label}?`}
          onClick={(event) => {
            event.stopPropagation();
            actions.compareWith(row.index);
          }}
        >
          <Icon name="versus" />
        </span>
      ) : (
        <span />
      )}
      <span class="class-outcome">{outcome?.icon && <Icon name={outcome.icon} />}</span>
    </div>
  );
}

const share = (value: number) => Math.min(1, Math.max(0, value));
