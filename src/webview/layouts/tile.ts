import { cleared, oncePerFrame, painted } from '../stage/canvas.ts';
import { paintContours } from '../stage/contourLines.ts';
import { follow } from '../stage/follow.ts';
import { masksName, paintMasks } from '../stage/masks.ts';
import { paintOutline } from '../stage/outline.ts';
import { mapsName, paintMaps } from '../stage/paintMaps.ts';
import { paintPicture } from '../stage/picture.ts';
import { paintShapes } from '../stage/shapes.ts';
import type { Sight } from '../stage/sight.ts';
import type { StageModel } from '../stage/stage.ts';
import type { Viewport } from '../stage/viewport.ts';

/**
 * A whole picture on one canvas: the image, its maps, the mask's outline and the annotations.
 * @param again see {@link paintPicture}
 */
export function paintWhole(
  context: CanvasRenderingContext2D,
  model: StageModel,
  view: Viewport,
  ratio: number,
  again?: () => void,
): void {
  const { picture, outline, shapes, masks, overlays } = model;
  if (!picture) return;
  paintPicture(context, picture, view, ratio, again);
  if (masks) paintMasks(context, masks, shapes, view, ratio);
  else {
    paintMaps(context, { ...model, picture }, view, ratio);
    paintContours(context, overlays, view, ratio);
  }
  if (outline) paintOutline(context, outline, view, ratio);
  paintShapes(context, shapes, view, ratio);
}

/** One of several pictures of the image, which move and zoom together. */
export class Tile {
  readonly #canvas: HTMLCanvasElement;
  readonly #sight: Sight;
  readonly #leads: boolean;
  readonly dispose: () => void;
  readonly #ask = oncePerFrame(() => this.#paint());
  #model: StageModel | null = null;
  #seen: Viewport | null = null;

  /** @param leads its size is that of the sight; the others are as large, but for a pixel */
  constructor(canvas: HTMLCanvasElement, sight: Sight, leads: boolean) {
    this.#canvas = canvas;
    this.#sight = sight;
    this.#leads = leads;
    this.dispose = follow(canvas, sight, {
      resized: () => this.#resize(),
      moved: this.#ask,
      seen: () => this.#seen,
    });
  }

  update(model: StageModel): void {
    this.#model = model;
    if (model.picture) this.#sight.show(model.picture.info.size);
    this.#ask();
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (this.#leads) this.#sight.resize({ width, height });
    this.#paint();
  }

  #paint(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const ratio = window.devicePixelRatio || 1;
    const { view } = this.#sight;
    this.#seen = view;
    const context = cleared(this.#canvas, { width, height }, ratio);
    const shown = context && view && this.#model?.picture && width > 0;
    if (shown) paintWhole(context, this.#model!, view, ratio, this.#ask);
    painted(this.#canvas, shown ? nameOf(this.#model!) : '');
  }
}

function nameOf({ overlays, masks, shapes }: StageModel): string {
  return masks ? masksName(masks, shapes) : mapsName(overlays) || 'image';
}
