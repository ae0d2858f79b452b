import type { InputFlip, InputSweep } from '../../explainers/contracts/sweep.ts';
import { figure, score } from '../format.ts';
import { LineChart } from '../parts/LineChart.tsx';
import { Problem } from '../parts/Problem.tsx';
import { Slider } from '../parts/Slider.tsx';
import type { Actions } from '../state/actions.ts';
import type { FieldVariation } from './inputFields.ts';

declare module '../marks.ts' {
  interface Marks {
    /** Tries other values of a further input, by its name. */
    'data-vary'?: Text;
    /** Where the answer flips, by the input's name. */
    'data-flips'?: Text;
  }
}

interface VariationProps {
  readonly name: string;
  /** The value now. */
  readonly text: string | null;
  readonly variation: FieldVariation;
  readonly actions: Actions;
}

/** Positions of the slider: fine enough, and few enough to be reached by keys. */
const POSITIONS = 100;

/** Other values of an input: a slider, the score along it, and where the answer flips. */
export function Variation({ name, text, variation: { key, reply, label, index, labels }, actions }: VariationProps) {
  if (reply.status === 'failed') return <Problem error={reply.error} actions={actions} again={() => actions.retry(key)} compact />; // biome-ignore format: one line
  if (reply.status !== 'done') return <p class="about">Trying other values…</p>;
  const { kind, points, flips } = reply.value;
  const [low, high] = [Number(points[0]!.text), Number(points.at(-1)!.text)];
  const value = text === null ? Number.NaN : Number(text);
  const set = (at: number) => actions.setInput(name, String(tidy(low + ((high - low) * at) / POSITIONS, high - low)));
  return (
    <div class="variation">
      {kind === 'number' && (
        <Slider
          title={figure(low)}
          label={`${name}, ${figure(low)} to ${figure(high)}`}
          max={POSITIONS}
          value={Number.isFinite(value) ? Math.round(((value - low) / (high - low)) * POSITIONS) : 0}
          valueText={text ?? ''}
          onSlide={set}
        >
          <span>{figure(high)}</span>
        </Slider>
      )}
      {kind === 'number' && (
        <LineChart
          lines={[
            {
              name: label,
              points: points.map((point) => [(Number(point.text) - low) / (high - low), point.scores[index]!] as const),
            },
          ]}
          x={`${name}: ${figure(low)} … ${figure(high)}`}
          y="score"
          label={`Score of ${label} from ${score(points[0]!.scores[index]!)} at ${figure(low)} to ${score(points.at(-1)!.scores[index]!)} at ${figure(high)}`}
        />
      )}
      <p class="about" data-flips={name}>
        {flipText(reply.value, flips, labels)}
      </p>
    </div>
  );
}

function flipText({ name, kind, points }: InputSweep, flips: readonly InputFlip[], labels: readonly string[]): string {
  const named = (indices: readonly number[]) => (indices.length === 0 ? 'no class' : indices.map((index) => labels[index]).join(', ')); // biome-ignore format: one line
  if (flips.length === 0) {
    const range = kind === 'number' ? `from ${points[0]!.text} to ${points.at(-1)!.text}` : 'whatever it is';
    return `The answer stays ${named(points[0]!.predicted)}, ${range}.`;
  }
  const told = flips.map(({ at, before, after }) => `at ${name} ${kind === 'number' ? figure(Number(at)) : at} from ${named(before)} to ${named(after)}`); // biome-ignore format: one line
  return `The answer flips ${told.join('; ')}.`;
}

/** As many digits as the slider can tell apart. */
function tidy(value: number, range: number): number {
  const digits = Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(range))));
  return Number(value.toFixed(digits));
}
