import type { ResultsFacts } from '../../explainers/contracts/resultsView.ts';
import type { PageFilter } from '../../explainers/protocol/resultsMessages.ts';

const OUTCOMES: readonly (readonly [value: string, title: string])[] = [
  ['', 'Right and wrong'],
  ['wrong', 'Wrong'],
  ['missed', 'Missed'],
  ['falseAlarm', 'False alarms'],
  ['right', 'Right'],
  ['unlabelled', 'No label'],
];

interface FiltersProps {
  readonly facts: ResultsFacts;
  readonly filter: PageFilter;
  readonly change: (filter: PageFilter) => void;
}

/** What rows are shown. */
export function Filters({ facts, filter, change }: FiltersProps) {
  const classes = facts.classes.map(({ index, label }) => [String(index), label] as const);
  const range = filter.metric?.range ?? [-Infinity, Infinity];
  const set = (part: Partial<PageFilter>) => change({ ...filter, ...part });
  const setRange = (id: string, [low, high]: readonly [number, number]) =>
    set({ metric: id === '' ? null : { id, range: [bounded(low), bounded(high)] } });
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <Choice
        name="Class"
        value={filter.index === null ? '' : String(filter.index)}
        options={[['', 'All classes'], ...classes]}
        choose={(value) => set({ index: value === '' ? null : Number(value) })}
      />
      <Choice
        name="Method"
        value={filter.method ?? ''}
        options={[['', 'All methods'], ...facts.methods.map((id) => [id, id] as const)]}
        choose={(value) => set({ method: value === '' ? null : value })}
      />
      <Choice
        name="Decision"
        value={filter.outcome ?? ''}
        options={OUTCOMES}
        choose={(value) => set({ outcome: value === '' ? null : (value as NonNullable<PageFilter['outcome']>) })}
      />
      <Range
        name="Score"
        range={filter.score ?? [-Infinity, Infinity]}
        change={([low, high]) =>
          set({ score: low === -Infinity && high === Infinity ? null : [bounded(low), bounded(high)] })
        }
      />
      <Choice
        name="Metric"
        value={filter.metric?.id ?? ''}
        options={[['', 'Any metric'], ...facts.metrics.map((id) => [id, id] as const)]}
        choose={(id) => setRange(id, range)}
      />
      {filter.metric && (
        <Range name={filter.metric.id} range={range} change={(next) => setRange(filter.metric!.id, next)} />
      )}
      <label title="The map agrees less with the drawing than a mask of the whole image does">
        <input
          type="checkbox"
          checked={filter.lowAgreement}
          onChange={({ currentTarget }) => set({ lowAgreement: currentTarget.checked })}
        />
        Low agreement
      </label>
      <label title="Only images and classes with an open finding of Check Labels">
        <input
          type="checkbox"
          checked={filter.findings}
          onChange={({ currentTarget }) => set({ findings: currentTarget.checked })}
        />
        With findings
      </label>
      <input
        type="search"
        aria-label="Part of an image’s name"
        placeholder="Image…"
        value={filter.image}
        onInput={({ currentTarget }) => set({ image: currentTarget.value })}
      />
    </form>
  );
}

/** Numbers that can be sent: infinity cannot. */
function bounded(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

interface ChoiceProps {
  readonly name: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, title: string])[];
  readonly choose: (value: string) => void;
}

function Choice({ name, value, options, choose }: ChoiceProps) {
  return (
    <select aria-label={name} value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
      {options.map(([each, title]) => (
        <option key={each} value={each}>
          {title}
        </option>
      ))}
    </select>
  );
}

interface RangeProps {
  readonly name: string;
  readonly range: readonly [number, number];
  readonly change: (range: readonly [number, number]) => void;
}

function Range({ name, range: [low, high], change }: RangeProps) {
  const shown = (value: number) => (Math.abs(value) >= Number.MAX_VALUE ? '' : String(value));
  const read = (text: string, none: number) => (text === '' ? none : Number(text));
  return (
    <span class="range">
      <input
        type="number"
        step="any"
        aria-label={`Least ${name}`}
        placeholder={`${name} from`}
        value={shown(low)}
        onChange={({ currentTarget }) => change([read(currentTarget.value, -Infinity), high])}
      />
      <input
        type="number"
        step="any"
        aria-label={`Greatest ${name}`}
        placeholder="to"
        value={shown(high)}
        onChange={({ currentTarget }) => change([low, read(currentTarget.value, Infinity)])}
      />
    </span>
  );
}
