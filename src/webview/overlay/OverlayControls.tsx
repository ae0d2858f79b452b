import './overlay.css';
import type { ImageAnnotations } from '../../explainers/contracts/results.ts';
import { colormaps } from '../../explainers/overlay/colormap.ts';
import { count, fileName } from '../format.ts';
import { Checkbox, Choice } from '../parts/controls.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Section } from '../parts/Section.tsx';
import { Slider } from '../parts/Slider.tsx';
import type { LookWishes } from '../stage/heatmap.ts';
import type { Actions } from '../state/actions.ts';
import type { Loaded } from '../state/replies.ts';
import type { RangeMode, Weak } from '../state/ui.ts';
import { ContourControls } from './ContourControls.tsx';

interface OverlayControlsProps {
  readonly actions: Actions;
  readonly overlay: boolean;
  readonly annotations: boolean;
  readonly opacity: number;
  /** The masks of expert and method are shown in place of the maps. */
  readonly masks: boolean;
  readonly wishes: LookWishes;
  /** Whether maps with a sign, and maps without, are switched on. */
  readonly kinds: Readonly<Record<Kind, boolean>>;
  readonly found: Loaded<ImageAnnotations>;
  readonly collapsed: boolean;
}

const RANGES: readonly (readonly [RangeMode, string])[] = [
  ['own', 'Each map’s own'],
  ['full', 'To each map’s extreme'],
  ['robust', 'Without the top 1 %'],
  ['shared', 'The same for all shown'],
  ['classes', 'The same for all classes'],
  ['top', 'The top class’s'],
];

const WEAK: readonly (readonly [Weak, string])[] = [
  ['fade', 'Fade out'],
  ['cover', 'Cover the image too'],
];

type Kind = keyof LookWishes['colorMaps'];
const KINDS: readonly (readonly [Kind, string])[] = [
  ['unsigned', 'Colours'],
  ['signed', 'Colours ±'],
];

const choices = (kind: Kind): readonly (readonly [string, string])[] => [
  ['auto', 'Automatic'],
  ...colormaps.filter((map) => map.diverging === (kind === 'signed')).map(({ id, title }) => [id, title] as const),
];

/** How heatmaps and annotations are drawn on the image. */
export function OverlayControls(props: OverlayControlsProps) {
  const { actions, overlay, annotations, opacity, masks, wishes, kinds, found, collapsed } = props;
  const annotated = found.status === 'done' ? found.value : null;
  const shapes = annotated?.annotations.filter((each) => each.shape !== null).length ?? 0;
  const files = annotated?.files.map(
    (file) => `${fileName(file.path)} (${file.format}, ${count(file.images, 'image')})`,
  );
  return (
    <Section id="overlay" title="Overlay" collapsed={collapsed} actions={actions}>
      <div class="switches">
        <Checkbox
          label="Heatmaps"
          data-overlay-toggle=""
          checked={overlay}
          onToggle={(on) => actions.adjust({ overlay: on })}
        />
        <Checkbox
          label="Annotations"
          data-annotations-toggle=""
          title={files?.join('\n')}
          checked={annotations}
          onToggle={(on) => actions.adjust({ annotations: on })}
        >
          <span>
            Annotations<span class="count">{shapes > 0 ? ` ${shapes}` : ''}</span>
          </span>
        </Checkbox>
      </div>
      <div class="switches">
        <Checkbox
          label="Smooth"
          title="Interpolate between the values on the grid of the model’s input. Off: each value is a square."
          data-smooth-toggle=""
          checked={wishes.smooth}
          onToggle={(smooth) => actions.adjust({ smooth })}
        >
          <span>Smooth between values</span>
        </Checkbox>
        <Checkbox
          label="Masks of expert and method"
          title="Fill what was drawn for the class in blue and what the map’s mask covers in red, instead of the colours of the map. The mask is the one that the metrics compare: see Threshold."
          data-masks-toggle=""
          checked={masks}
          onToggle={(on) => actions.adjust({ masks: on })}
        >
          <span>
            Masks: <span class="key expert">expert</span> <span class="key mask">method</span>
          </span>
        </Checkbox>
      </div>
      <Problems problems={found.status === 'failed' ? [found.error.message] : (annotated?.problems ?? [])} />
      <Share title="Opacity" value={opacity} onSlide={(value) => actions.adjust({ opacity: value })} />
      <Share title="Hide below" value={wishes.threshold} onSlide={(value) => actions.adjust({ threshold: value })} />
      {KINDS.map(([kind, title]) => {
        const known = choices(kind);
        const wish = wishes.colorMaps[kind];
        return (
          <Choice
            key={kind}
            class="control"
            title={title}
            hidden={!kinds[kind]}
            options={known}
            value={known.some(([id]) => id === wish) ? wish : 'auto'}
            onSelect={(value) => actions.chooseColorMap(kind, value)}
          />
        );
      })}
      <ContourControls actions={actions} levels={wishes.contours} />
      <Choice
        class="control"
        title="Range"
        options={RANGES}
        value={wishes.range}
        onSelect={(value) => actions.adjust({ range: value as RangeMode })}
      />
      <Choice
        class="control"
        title="Weak values"
        options={WEAK}
        value={wishes.weak}
        onSelect={(value) => actions.adjust({ weak: value as Weak })}
      />
    </Section>
  );
}

function Problems({ problems }: { readonly problems: readonly string[] }) {
  return (
    <div class="annotation-problems">
      {problems.length > 0 && (
        <details class="hint">
          <summary>
            <Icon name="warning" />
            <span>{count(problems.length, 'problem with the annotations', 'problems with the annotations')}</span>
          </summary>
          <ul>
            {problems.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

interface ShareProps {
  readonly title: string;
  /** 0 … 1 */
  readonly value: number;
  readonly onSlide: (value: number) => void;
}

function Share({ title, value, onSlide }: ShareProps) {
  const percent = Math.round(value * 100);
  return (
    <Slider title={title} value={percent} onSlide={(now) => onSlide(now / 100)}>
      <output>{`${percent} %`}</output>
    </Slider>
  );
}
