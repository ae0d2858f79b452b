import type { ImageAnnotation, MethodInfo } from '../../explainers/contracts/results.ts';
import type { MethodRow } from '../methods/methodRows.ts';
import type { ExplainedClass } from '../state/replies.ts';
import type { Scene } from '../state/scene.ts';
import type { SuperpixelView } from '../state/ui.ts';

/** One heatmap to paint. */
export interface Overlay {
  readonly info: MethodInfo;
  readonly explained: ExplainedClass;
  /** It is being refined, and the picture shows the map so far. */
  readonly refining: boolean;
  readonly superpixels: SuperpixelView;
}

/** The heatmaps on the image, bottom first. */
export function overlays({ active }: Scene, rows: readonly MethodRow[]): readonly Overlay[] {
  return active.flatMap((info) => {
    const row = rows.find((each) => each.info.id === info.id);
    if (!row?.visible || !row.explained) return [];
    const { explained, superpixels } = row;
    return [{ info, explained, refining: row.reply.status === 'waiting', superpixels }];
  });
}

/** An annotation, and whether it belongs to the class being explained. */
export interface DrawnShape {
  readonly annotation: ImageAnnotation;
  readonly selected: boolean;
}

/** The shapes on the image; those of the selected class come last, so that they are on top. */
export function drawnShapes({ state, annotations, index }: Scene): readonly DrawnShape[] {
  if (!state.ui.annotations || annotations.status !== 'done') return [];
  return annotations.value.annotations
    .filter((annotation) => annotation.shape !== null)
    .map((annotation) => ({ annotation, selected: annotation.index !== null && annotation.index === index }))
    .sort((a, b) => Number(a.selected) - Number(b.selected));
}
