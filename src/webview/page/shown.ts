import type { Heatmap } from '../../explainers/contracts/results.ts';
import { type MaskLevel, maskOutline } from '../agreement/mapMask.ts';
import { type MethodRow, methodRows } from '../methods/methodRows.ts';
import { drawnShapes, overlays } from '../overlay/overlays.ts';
import { type LookWishes, looks } from '../stage/heatmap.ts';
import type { MaskOutline } from '../stage/outline.ts';
import type { PaintedOverlay } from '../stage/paintMaps.ts';
import type { StageModel } from '../stage/stage.ts';
import type { Picture } from '../state/replies.ts';
import type { Scene } from '../state/scene.ts';
import type { Ui } from '../state/ui.ts';

/** What lies over the image, and how it is painted: the same for the screen and for a picture that is saved. */
export interface Shown {
  /** Null while the model is unknown. */
  readonly rows: readonly MethodRow[] | null;
  /** Null while there is no image. */
  readonly picture: Picture | null;
  readonly wishes: LookWishes;
  readonly opacity: number;
  readonly overlays: readonly PaintedOverlay[];
  /** The topmost map that is not being refined: its mask is measured and outlined. */
  readonly top: PaintedOverlay | undefined;
  /** Without an outline and a mask. */
  readonly model: StageModel;
}

export function shownIn(scene: Scene): Shown {
  const { state, replies, keys, prediction } = scene;
  const rows = methodRows(scene);
  const picture = replies.value('display', keys.display);
  const wishes = wishesOf(scene);
  const opacity = state.ui.opacity ?? state.resource.contents?.settings.opacity ?? 0.6;
  const plain = overlays(scene, rows ?? []);
  const look = looks(plain, wishes);
  const painted = plain.map((each, i) => ({ ...each, look: look[i]! }));
  return {
    rows,
    picture,
    wishes,
    opacity,
    overlays: painted,
    top: [...painted].reverse().find((each) => !each.refining),
    model: {
      picture,
      overlays: painted,
      opacity,
      shapes: picture ? drawnShapes(scene) : [],
      outline: null,
      masks: state.ui.masks ? { method: null } : null,
      geometry: prediction?.geometry ?? null,
    },
  };
}

/** The map whose mask is needed: the topmost one's. @param compared the table of agreement is there */
export function maskedMap(scene: Scene, { top }: Pick<Shown, 'top'>, compared: boolean): Heatmap | null {
  const needed = scene.state.ui.masks || (compared && !scene.folded('agreement'));
  return (needed && top?.explained.map) || null;
}

/**
 * What the stage shows, with the outline and the mask of the topmost map.
 * @param level of the topmost map; null: it is not known
 * @param drawn the class is annotated with a region
 */
export function withMask(
  scene: Scene,
  shown: Shown,
  level: Pick<MaskLevel, 'level'> | null,
  drawn: boolean,
): StageModel {
  const { top, model } = shown;
  const { ui } = scene.state;
  const mask = top && level && { map: top.explained.map, evidence: ui.measure.evidence, level: level.level };
  const outlined = top && mask && isOutlined(ui, top, mask, drawn);
  return { ...model, outline: outlined ? mask : null, masks: model.masks && { method: mask ?? null } };
}

/**
 * Whether the outline of a mask is drawn: on request, or if there is an annotation to compare it with and it is in few
 * pieces, because the speckled masks of pixel methods hide the image.
 * @param drawn the class is annotated with a region
 */
function isOutlined(
  { outline }: Ui,
  { superpixels }: PaintedOverlay,
  { map, level, evidence }: MaskOutline,
  drawn: boolean,
): boolean {
  if (superpixels.view === 'best' && map.superpixels) return false;
  const tidy = () => maskOutline(map, level, evidence).length <= MOST_PIECES;
  return outline ?? (drawn && tidy());
}

const MOST_PIECES = 25;

/** How heatmaps become colours: the user's choice, else the settings'. */
function wishesOf({ state: { ui, resource } }: Scene): LookWishes {
  const colorMap = resource.contents?.settings.colorMap ?? 'auto';
  return {
    colorMaps: { signed: ui.colorMaps.signed ?? colorMap, unsigned: ui.colorMaps.unsigned ?? colorMap },
    range: ui.range,
    threshold: ui.threshold,
    weak: ui.weak,
    smooth: ui.smooth,
    contours: ui.contours,
  };
}
