import type { EvidenceReading } from '../../explainers/contracts/results.ts';
import { flag } from '../parts/attributes.ts';
import { Checkbox, Choice } from '../parts/controls.tsx';
import { Slider } from '../parts/Slider.tsx';
import type { Actions } from '../state/actions.ts';
import type { Measure } from '../state/ui.ts';
import type { MaskLevel } from './mapMask.ts';

export interface ThresholdControlsProps {
  readonly actions: Actions;
  readonly measure: Measure;
  /** The lower bound of the topmost map's mask; null: there is no map, or it has no mask. */
  readonly level: MaskLevel | null;
  /** The title of that map's method. */
  readonly title: string | null;
  readonly outline: boolean;
  /** The rarely used controls are shown. */
  readonly open: boolean;
  readonly hidden: boolean;
}

const EVIDENCE: readonly (readonly [EvidenceReading, string])[] = [
  ['positive', 'For the class'],
  ['absolute', 'For and against (absolute)'],
  ['signed', 'Raw values (signed)'],
];

const TOLERANCES: readonly (readonly [string, string])[] = [
  ['0', 'None'],
  ['15', '15 pixels'],
];

/**
 * How maps are compared with annotations: the threshold of their masks, which evidence counts, how exact a peak must
 * be.
 */
export function ThresholdControls({ actions, measure, level, title, outline, open, hidden }: ThresholdControlsProps) {
  const percent = level === null ? 0 : Math.round(level.share * 100);
  const where = level?.otsu ? `Otsu ${percent} %` : `${percent} %`;
  return (
    <div class="measure" hidden={hidden}>
      <Slider
        title="Threshold"
        label="Threshold of the mask"
        class="threshold"
        data-threshold=""
        data-otsu={flag(level?.otsu ?? false)}
        value={percent}
        disabled={level === null}
        valueText={level === null ? undefined : where}
        tooltip={`The mask of a map is everything above this share of its range; ${title === null ? 'no map is shown' : `now ${where} of ${title}’s`}`}
        onSlide={(value) => actions.measure({ threshold: value / 100 })}
      >
        <span>
          <output>{level === null ? '' : where}</output>
          <button
            type="button"
            class="link"
            data-threshold-otsu=""
            title="Back to Otsu’s threshold for each map"
            hidden={measure.threshold === null}
            onClick={() => actions.measure({ threshold: null })}
          >
            Otsu
          </button>
        </span>
      </Slider>
      <Checkbox
        label="Outline of the mask"
        data-outline-toggle=""
        checked={outline}
        disabled={level === null}
        title={title ? `Draw around the mask of ${title} that the metrics compare with the drawing` : undefined}
        onToggle={(on) => actions.adjust({ outline: on })}
      />
      <div class="measure-more" id="agreement-options" hidden={!open}>
        <Choice
          class="control"
          title="Evidence"
          options={EVIDENCE}
          value={measure.evidence}
          onSelect={(value) => actions.measure({ evidence: value as EvidenceReading })}
        />
        <Choice
          class="control"
          title="Tolerance"
          label="Tolerance of the pointing game"
          options={TOLERANCES}
          value={String(measure.tolerance)}
          onSelect={(value) => actions.measure({ tolerance: Number(value) })}
        />
      </div>
    </div>
  );
}
