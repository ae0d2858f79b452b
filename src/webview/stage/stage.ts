import type { Geometry } from '../../explainers/contracts/geometry.ts';
import type { DrawnShape } from '../overlay/overlays.ts';
import type { Picture } from '../state/replies.ts';
import { cleared, oncePerFrame, painted } from './canvas.ts';
import { contoursName, paintContours } from './contourLines.ts';
import { follow } from './follow.ts';
import { type Masks, masksName, paintMasks } from './masks.ts';
import { type MaskOutline, outlineName, paintOutline } from './outline.ts';
import { mapsName, type PaintedOverlay, paintMaps } from './paintMaps.ts';
import { paintPicture } from './picture.ts';
import { listenForPointer } from './pointer.ts';
import { paintShapes } from './shapes.ts';
import type { Sight } from './sight.ts';

export interface StageModel {
  readonly picture: Picture | null;
  readonly overlays: readonly PaintedOverlay[];
  readonly opacity: number;
  readonly shapes: readonly DrawnShape[];
  /** The mask that the metrics compare with the shapes. */
  readonly outline: MaskOutline | null;
  /** The masks of expert and method, in place of the heatmaps; null: the heatmaps. */
  readonly masks: Masks | null;
  /** How the model sees the image, if that is known. */
  readonly geometry: Geometry | null;
}

const NOTHING: StageModel = {
  ...{ picture: null, overlays: [], opacity: 1, shapes: [], outline: null, masks: null, geometry: null },
};

/** Something is on the screen for the first time. */
export type OnPainted = (what: 'image' | 'heatmap') => void;

/** From the bottom up. */
const LAYERS = ['image', 'heatmap', 'outline', 'annotations'] as const;

/**
 * The image below its heatmaps, a mask's outline and annotations: four canvases of the stage's size, painted at most
 * once per frame. Each one's `data-painted` says what it shows; `data-view` of the stage is `left top zoom` in CSS
 * pixels.
 */
export class Stage {
  readonly #element: HTMLElement;
  readonly #layers: Readonly<Record<(typeof LAYERS)[number], HTMLCanvasElement>>;
  readonly #sight: Sight;
  readonly #onPainted: OnPainted;
  readonly #told = new WeakSet<object>();
  readonly dispose: () => void;
  readonly #ask = oncePerFrame(() => this.#paint());
  #model: StageModel = NOTHING;
  #seen: Sight['view'] = null;

  /** @param element holds a canvas for each of {@link LAYERS}, named by `data-layer` */
  constructor(element: HTMLElement, sight: Sight, onPainted: OnPainted) {
    this.#element = element;
    this.#sight = sight;
    this.#onPainted = onPainted;
    const layer = (name: string) => element.querySelector<HTMLCanvasElement>(`[data-layer=${name}]`)!;
    this.#layers = {
      image: layer('image'),
      heatmap: layer('heatmap'),
      outline: layer('outline'),
      annotations: layer('annotations'),
    };
    this.dispose = follow(element, sight, {
      resized: () => this.#resize(),
      moved: this.#ask,
      seen: () => this.#seen,
    });
    listenForPointer(element, sight);
  }

  update(model: StageModel): void {
    this.#model = model;
    if (model.picture) this.#sight.show(model.picture.info.size);
    this.#ask();
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#element;
    this.#sight.resize({ width, height });
    // Immediately, because an emptied canvas must not be visible between two frames.
    this.#paint();
  }

  #paint(): void {
    const { image, heatmap, outline, annotations } = this.#layers;
    const { picture, overlays, shapes, outline: mask, masks } = this.#model;
    const { view, area } = this.#sight;
    this.#seen = view;
    const ratio = window.devicePixelRatio || 1;
    const all = [image, heatmap, outline, annotations];
    const [onImage, onHeatmap, onOutline, onShapes] = all.map((canvas) => cleared(canvas, area, ratio));
    if (!picture || !view || !onImage || !onHeatmap || !onOutline || !onShapes || area.width === 0) {
      for (const canvas of all) painted(canvas, '');
      return;
    }
    this.#element.dataset['view'] = `${view.left} ${view.top} ${view.zoom}`;
    paintPicture(onImage, picture, view, ratio, this.#ask);
    painted(image, picture.info.image);
    if (masks) paintMasks(onHeatmap, masks, shapes, view, ratio);
    else paintMaps(onHeatmap, { ...this.#model, picture }, view, ratio);
    painted(heatmap, masks ? masksName(masks, shapes) : mapsName(overlays));
    if (!masks) paintContours(onOutline, overlays, view, ratio);
    if (mask) paintOutline(onOutline, mask, view, ratio);
    painted(outline, [masks ? '' : contoursName(overlays), mask ? outlineName(mask) : ''].filter(Boolean).join(' '));
    paintShapes(onShapes, shapes, view, ratio);
    painted(annotations, shapes.length);
    this.#tell(picture, 'image');
    for (const { explained, refining } of overlays) if (!refining) this.#tell(explained.map, 'heatmap');
  }

  #tell(painted: object, what: 'image' | 'heatmap'): void {
    if (this.#told.has(painted)) return;
    this.#told.add(painted);
    this.#onPainted(what);
  }
}
