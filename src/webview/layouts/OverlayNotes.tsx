import type { MaskLevel } from '../agreement/mapMask.ts';
import { weakShare } from '../stage/heatmap.ts';
import type { PaintedOverlay } from '../stage/paintMaps.ts';
import type { StageModel } from '../stage/stage.ts';
import { weakText } from './panes.ts';

interface OverlayNotesProps {
  readonly model: StageModel;
  /** The bound of the topmost map's mask; null: it is not known. */
  readonly level: MaskLevel | null;
  readonly top: PaintedOverlay | undefined;
  readonly label: string;
  /** What the class is compared with; null: nothing. */
  readonly compared: string | null;
}

/** Above the overlay: whose threshold, outline and mask it shows, and which of the maps are weak. */
export function OverlayNotes({ model, level, top, label, compared }: OverlayNotesProps) {
  const weak = model.overlays.flatMap((overlay) => {
    const share = weakShare(overlay);
    return share === null ? [] : [`${overlay.info.title} is ${weakText(share)}`];
  });
  const bound = top && level ? `${top.info.title} above ${boundText(level)} of its range` : null;
  const drawn = model.shapes.some(({ selected }) => selected);
  return (
    <p class="overlay-notes" data-overlay-notes="">
      {compared !== null && !model.masks && top && <span data-compared="">{`why ${label} and not ${compared}`}</span>}
      {model.masks && drawn && <span class="key expert">{`drawn for ${label}`}</span>}
      {model.masks && bound && <span class="key mask">{bound}</span>}
      {!model.masks && model.outline && bound && <span class="key outlined">{bound}</span>}
      {weak.map((each) => (
        <span key={each} class="pane-weak">
          {each}
        </span>
      ))}
    </p>
  );
}

/** `31 % (Otsu)` */
function boundText({ share, otsu }: MaskLevel): string {
  return `${Math.round(share * 100)} %${otsu ? ' (Otsu)' : ''}`;
}
