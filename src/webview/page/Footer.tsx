import { useEffect, useReducer } from 'preact/hooks';
import { fileName, relativePath } from '../format.ts';
import { Icon } from '../parts/Icon.tsx';
import { IconButton } from '../parts/toolkit.tsx';
import type { Sight } from '../stage/sight.ts';
import type { Actions } from '../state/actions.ts';

interface FooterProps {
  readonly actions: Actions;
  readonly sight: Sight;
  readonly onHelp: () => void;
  readonly images: readonly string[];
  readonly current: number;
  readonly workspace: string | null;
  /** Height and width. */
  readonly size: readonly [number, number] | null;
  readonly notes: readonly string[];
  /** `x 12  y 40` and the values there. */
  readonly readout: (point: readonly [number, number]) => string;
}

/** Below the image: its position in the set, the values under the pointer, and the zoom. */
export function Footer(props: FooterProps) {
  const { actions, images, current, workspace, size, notes } = props;
  const image = images[current];
  return (
    <footer class="footer">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame */}
      <div class="stepper" role="group" aria-label="Image of the set" hidden={images.length < 2}>
        <IconButton icon="left" label="Previous image (P)" disabled={current === 0} onClick={() => actions.step(-1)} />
        <span class="place" data-place="">{`${current + 1} of ${images.length}`}</span>
        <IconButton
          icon="right"
          label="Next image (N)"
          disabled={current >= images.length - 1}
          onClick={() => actions.step(1)}
        />
      </div>
      <div class="file">
        <span class="file-name" title={image && relativePath(image, workspace)}>
          {image ? fileName(image) : ''}
        </span>
        <span class="file-size">{size ? `${size[1]} × ${size[0]}` : ''}</span>
        <span class="image-notes" title={notes.join('\n')}>
          {notes.length > 0 && (
            <>
              <Icon name="info" />
              <span>{notes.join(' · ')}</span>
            </>
          )}
        </span>
      </div>
      <Pointed {...props} />
    </footer>
  );
}

/** The part that follows the pointer and is rendered separately. */
function Pointed({ sight, readout, size, onHelp }: FooterProps) {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => sight.listen(() => again(undefined)), [sight]);
  const { point, view } = sight;
  return (
    <>
      <span class="readout" data-readout="">
        {point ? readout(point) : ''}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame */}
      <div class="zoomer" role="group" aria-label="Zoom">
        <IconButton icon="minus" label="Zoom out (−)" onClick={() => sight.zoom(0.8)} />
        <button class="zoom" type="button" title="Actual size (1)" onClick={() => sight.actualSize()}>
          {size && view ? `${Math.round(view.zoom * 100)} %` : '–'}
        </button>
        <IconButton icon="plus" label="Zoom in (+)" onClick={() => sight.zoom(1.25)} />
        <IconButton
          icon="fit"
          label="Fit the whole image (0)"
          aria-pressed={size && view ? view.fitted : true}
          onClick={() => sight.fit()}
        />
        <IconButton icon="help" label="Keys (?)" onClick={onHelp} />
      </div>
    </>
  );
}
