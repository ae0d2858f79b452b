import { agreementTable } from '../agreement/agreementTable.ts';
import { maskLevel } from '../agreement/mapMask.ts';
import { score } from '../format.ts';
import type { Pane } from '../layouts/panes.ts';
import { gridPanes, splitPanes } from '../layouts/shownPanes.ts';
import { paintWhole } from '../layouts/tile.ts';
import { maskedMap, shownIn, withMask } from '../page/shown.ts';
import type { StageModel } from '../stage/stage.ts';
import { comparedName } from '../state/other.ts';
import type { Scene } from '../state/scene.ts';
import { arranged, GAP, SCREEN, TITLE } from './arrangement.ts';

/** A picture that is saved, copied or put into a report: one, or several in rows. */
export interface Composition {
  readonly pictures: readonly { readonly title: string | null; readonly model: StageModel }[];
  readonly columns: number;
}

/** What the page shows, as pictures. Null while there is no image. */
export function compositionOf(scene: Scene): Composition | null {
  const shown = shownIn(scene);
  const { picture, wishes, opacity } = shown;
  if (!picture) return null;
  const look = { picture, wishes, opacity, complete: true };
  const { layout } = scene.state.ui;
  if (layout !== 'overlay' && scene.index !== null && scene.active.length > 0) {
    if (layout === 'split') {
      const panes = splitPanes(scene, scene.index, look);
      return { columns: 2, pictures: panes.map((pane) => ({ title: titleOf(pane), model: pane.model })) };
    }
    const { panes, columns } = gridPanes(scene, look);
    const by = (i: number) => (columns[i % columns.length]!.other ? ` · ${comparedName(scene.state)}` : '');
    const pictures = panes.map((pane, i) => ({ title: `${titleOf(pane)}${by(i)}`, model: pane.model }));
    return { columns: columns.length, pictures };
  }
  const table = agreementTable(
    scene,
    (shown.rows ?? []).filter((row) => row.on),
  );
  const masked = maskedMap(scene, shown, table !== null);
  const level = masked && maskLevel(masked, scene.state.ui.measure);
  return { columns: 1, pictures: [{ title: null, model: withMask(scene, shown, level, table?.empty === null) }] };
}

export function titleOf({ method, label, score: value }: Pane): string {
  return [method?.title ?? 'Image', value === null ? label : `${label} ${score(value)}`].join(' · ');
}

/** The width of one of several pictures. */
const CELL = 800;

/** One picture at the image's resolution; several smaller, each below its title. */
export function drawComposition({ pictures, columns }: Composition): OffscreenCanvas {
  const [first] = pictures;
  const { bitmap, info } = first!.model.picture!;
  const [height, width] = info.size;
  if (pictures.length === 1 && first!.title === null) {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    paintAt(canvas, first!.model, 0, 0, bitmap.width);
    return canvas;
  }
  const cell = Math.min(CELL, width);
  const size = [Math.round((cell * height) / width), cell] as const;
  const { cells, ...whole } = arranged(pictures.length, columns, size, { gap: GAP, title: TITLE });
  const canvas = new OffscreenCanvas(whole.width, whole.height);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const [i, { title, model }] of pictures.entries()) {
    const { left, top } = cells[i]!;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = '#111';
    context.font = '600 16px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.fillText(title ?? '', left, top + TITLE / 2, cell);
    paintAt(canvas, model, left, top + TITLE, cell);
  }
  return canvas;
}

/** Paints a picture into a place of a canvas, and nothing beyond it. @param width in pixels of the canvas */
function paintAt(canvas: OffscreenCanvas, model: StageModel, left: number, top: number, width: number): void {
  const [rows, columns] = model.picture!.info.size;
  // The painters know canvases of pages; this one has the same context.
  const context = canvas.getContext('2d')! as unknown as CanvasRenderingContext2D;
  const ratio = Math.max(1, width / SCREEN);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.save();
  context.beginPath();
  context.rect(left, top, width, (width * rows) / columns);
  context.clip();
  const zoom = width / columns / ratio;
  paintWhole(context, model, { zoom, left: left / ratio, top: top / ratio, fitted: true }, ratio);
  context.restore();
}
