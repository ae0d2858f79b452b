import type { Heatmap, ImageAnnotation, MethodInfo } from '../../explainers/contracts/results.ts';
import type { MethodRow } from '../methods/methodRows.ts';
import type { ExplainedClass } from '../state/replies.ts';
import type { Scene } from '../state/scene.ts';
import { topClass } from '../state/topClass.ts';
import type { SuperpixelView } from '../state/ui.ts';

/** One heatmap to paint. */
export interface Overlay {
  readonly info: MethodInfo;
  readonly explained: ExplainedClass;
  /** It is being refined, and the picture shows the map so far. */
  readonly refining: boolean;
  readonly superpixels: SuperpixelView;
  /** The same method's map of the class with the best score, to compare its strength with; null: it is not known. */
  readonly top: Heatmap | null;
}

/** The heatmaps on the image, bottom first. */
export function overlays(scene: Scene, rows: readonly MethodRow[]): readonly Overlay[] {
  return scene.active.flatMap((info) => {
    const row = rows.find((each) => each.info.id === info.id);
    if (!row?.visible || !row.explained) return [];
    const { explained, superpixels } = row;
    return [{ info, explained, refining: row.reply.status === 'waiting', superpixels, top: topMap(scene, info.id) }];
  });
}

/** A method's map of the class with the best score. */
export function topMap({ prediction, replies, keys }: Scene, method: string): Heatmap | null {
  const best = prediction && topClass(prediction.scores);
  return best ? (replies.value('explain', keys.explain(method, best.index))?.map ?? null) : null;
}

/** An annotation, and whether it belongs to the class shown. */
export interface DrawnShape {
  readonly annotation: ImageAnnotation;
  readonly selected: boolean;
}

/** The shapes on the image; those of the class shown come last, so that they are on top. */
export function drawnShapes(scene: Scene, index = scene.index): readonly DrawnShape[] {
  const { state, annotations } = scene;
  if (!state.ui.annotations || annotations.status !== 'done') return [];
  return annotations.value.annotations
    .filter((annotation) => annotation.shape !== null)
    .map((annotation) => ({ annotation, selected: annotation.index !== null && annotation.index === index }))
    .sort((a, b) => Number(a.selected) - Number(b.selected));
}
