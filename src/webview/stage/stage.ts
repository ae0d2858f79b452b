import type { Geometry } from '../../explainers/contracts/geometry.ts';
import { visibleRect } from '../../explainers/contracts/geometry.ts';
import { bestCount, bestSuperpixels } from '../methods/bestSuperpixels.ts';
import type { DrawnShape, Overlay } from '../overlay/overlays.ts';
import type { Zoomer } from '../page/keyboard.ts';
import type { Picture } from '../state/replies.ts';
import { type Look, paintHeatmap } from './heatmap.ts';
import { type MaskOutline, outlineName, paintOutline } from './outline.ts';
import { paintPicture, useImageCoordinates } from './picture.ts';
import { listenForPointer } from './pointer.ts';
import { paintShapes } from './shapes.ts';
import { paintBest, paintOutlines } from './superpixels.ts';
import { type Area, centred, fitted, imagePoint, panned, type Viewport, zoomedAt } from './viewport.ts';

export interface StageModel {
  readonly picture: Picture | null;
  readonly overlays: readonly (Overlay & { readonly look: Look })[];
  readonly opacity: number;
  readonly shapes: readonly DrawnShape[];
  /** The mask that the metrics compare with the shapes. */
  readonly outline: MaskOutline | null;
  /** How the model sees the image, if that is known. */
  readonly geometry: Geometry | null;
}

export interface StageEvents {
  /** The pointer is at this point of the image; null: outside any image. */
  onPoint(point: readonly [x: number, y: number] | null): void;
  onZoom(zoom: number, fitted: boolean): void;
  /** Something is on the screen for the first time. */
  onPainted(what: 'image' | 'heatmap'): void;
}

/** From the bottom up. */
const LAYERS = ['image', 'heatmap', 'outline', 'annotations'] as const;

/**
 * The image below its heatmaps, a mask's outline and annotations: four canvases of the stage's size, painted at most
 * once per frame. Each one's `data-painted` says what it shows; `data-view` of the stage is `left top zoom` in CSS
 * pixels.
 */
export class Stage implements Zoomer {
  readonly #element: HTMLElement;
  readonly #layers: Readonly<Record<(typeof LAYERS)[number], HTMLCanvasElement>>;
  readonly #events: StageEvents;
  readonly #told = new WeakSet<object>();
  readonly #sizes = new ResizeObserver(() => this.#resize());
  #model: StageModel = { picture: null, overlays: [], opacity: 1, shapes: [], outline: null, geometry: null };
  #view: Viewport | null = null;
  #area: Area = { width: 0, height: 0 };
  #asked = false;

  /** @param element holds a canvas for each of {@link LAYERS}, named by `data-layer` */
  constructor(element: HTMLElement, events: StageEvents) {
    this.#element = element;
    this.#events = events;
    const layer = (name: string) => element.querySelector<HTMLCanvasElement>(`[data-layer=${name}]`)!;
    this.#layers = {
      image: layer('image'),
      heatmap: layer('heatmap'),
      outline: layer('outline'),
      annotations: layer('annotations'),
    };
    this.#sizes.observe(element);
    listenForPointer(element, {
      pan: (dx, dy) => this.#move((view, size) => panned(view, dx, dy, size, this.#area)),
      zoomAt: (factor, x, y) => this.#move((view, size) => zoomedAt(view, factor, x, y, size, this.#area)),
      toggleFit: (x, y) => {
        if (!this.#view?.fitted) this.fit();
        else this.#move((view, size) => zoomedAt(view, 1 / view.zoom, x, y, size, this.#area));
      },
      hover: (x, y) => this.#hover(x, y),
      leave: () => this.#events.onPoint(null),
    });
  }

  dispose(): void {
    this.#sizes.disconnect();
  }

  update(model: StageModel): void {
    const before = this.#model.picture?.info.size;
    const now = model.picture?.info.size;
    this.#model = model;
    if (now && (!before || !this.#view || before[0] !== now[0] || before[1] !== now[1]))
      this.#setView(fitted(now, this.#area));
    this.#ask();
  }

  zoom(factor: number): void {
    const { width, height } = this.#area;
    this.#move((view, size) => zoomedAt(view, factor, width / 2, height / 2, size, this.#area));
  }

  fit(): void {
    this.#move((_, size) => fitted(size, this.#area));
  }

  actualSize(): void {
    this.#move((_, size) => centred(size, this.#area, 1));
  }

  #move(change: (view: Viewport, size: readonly [number, number]) => Viewport): void {
    const { picture } = this.#model;
    if (this.#view && picture) this.#setView(change(this.#view, picture.info.size));
  }

  #setView(view: Viewport): void {
    this.#view = view;
    this.#events.onZoom(view.zoom, view.fitted);
    this.#ask();
  }

  #hover(x: number, y: number): void {
    const { picture } = this.#model;
    if (!this.#view || !picture) return;
    const [px, py] = imagePoint(this.#view, x, y);
    const [height, width] = picture.info.size;
    this.#events.onPoint(px >= 0 && py >= 0 && px < width && py < height ? [px, py] : null);
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#element;
    this.#area = { width, height };
    const { picture } = this.#model;
    if (picture && (!this.#view || this.#view.fitted)) this.#setView(fitted(picture.info.size, this.#area));
    // Immediately, because an emptied canvas must not be visible between two frames.
    this.#paint();
  }

  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#paint();
    });
  }

  #paint(): void {
    const { image, heatmap, outline, annotations } = this.#layers;
    const { picture } = this.#model;
    const ratio = window.devicePixelRatio || 1;
    const all = [image, heatmap, outline, annotations];
    const [onImage, onHeatmap, onOutline, onShapes] = all.map((canvas) => cleared(canvas, this.#area, ratio));
    const view = this.#view;
    if (!picture || !view || !onImage || !onHeatmap || !onOutline || !onShapes || this.#area.width === 0) {
      for (const canvas of all) painted(canvas, '');
      return;
    }
    this.#element.dataset['view'] = `${view.left} ${view.top} ${view.zoom}`;
    paintPicture(onImage, picture, view, ratio);
    painted(image, picture.info.image);
    this.#paintHeatmaps(onHeatmap, picture, view, ratio);
    const mask = this.#model.outline;
    if (mask) paintOutline(onOutline, mask, view, ratio);
    painted(outline, mask ? outlineName(mask) : '');
    paintShapes(onShapes, this.#model.shapes, view, ratio);
    painted(annotations, this.#model.shapes.length);
    this.#tell(picture, 'image');
    for (const { explained, refining } of this.#model.overlays) if (!refining) this.#tell(explained.map, 'heatmap');
  }

  #paintHeatmaps(context: CanvasRenderingContext2D, picture: Picture, view: Viewport, ratio: number): void {
    const { overlays, opacity, geometry } = this.#model;
    const [height, width] = picture.info.size;
    useImageCoordinates(context, view, ratio);
    context.save();
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
    for (const overlay of overlays) paintOverlay(context, overlay, opacity, view.zoom);
    context.restore();
    if (geometry && overlays.length > 0) shadeUnseen(context, geometry, view.zoom);
    painted(
      this.#layers.heatmap,
      overlays.map((each) => `${kindOf(each)}:${each.explained.map.method}:${each.explained.map.index}`).join(' '),
    );
  }

  #tell(painted: object, what: 'image' | 'heatmap'): void {
    if (this.#told.has(painted)) return;
    this.#told.add(painted);
    this.#events.onPainted(what);
  }
}

/** Records what a canvas shows, for tests and scripts. */
function painted(canvas: HTMLCanvasElement, what: string | number): void {
  canvas.dataset['painted'] = String(what);
}

/** A heatmap, a heatmap so far, or the picture of the best superpixels. */
function kindOf({ explained, refining, superpixels }: Overlay): string {
  if (refining) return 'partial';
  return superpixels.view === 'best' && explained.map.superpixels ? 'best' : 'heatmap';
}

function paintOverlay(
  context: CanvasRenderingContext2D,
  { explained: { map }, look, superpixels: view }: StageModel['overlays'][number],
  opacity: number,
  zoom: number,
): void {
  const { superpixels } = map;
  if (superpixels && view.view === 'best') {
    const best = bestSuperpixels(superpixels).slice(0, bestCount(superpixels, view));
    paintBest(context, map, superpixels, best, opacity, zoom);
  } else paintHeatmap(context, map, look, opacity);
  if (superpixels && view.outlines) paintOutlines(context, map, superpixels, zoom);
}

/** The canvas cleared, at the stage's size. */
function cleared(canvas: HTMLCanvasElement, { width, height }: Area, ratio: number): CanvasRenderingContext2D | null {
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext('2d');
  context?.setTransform(1, 0, 0, 1, 0, 0);
  context?.clearRect(0, 0, w, h);
  return context;
}

/**
 * Darkens the part that a centre crop hides from the model, so that nobody mistakes the missing heatmap there for
 * missing evidence.
 */
function shadeUnseen(context: CanvasRenderingContext2D, geometry: Geometry, zoom: number): void {
  const [height, width] = geometry.image;
  const [top, left, bottom, right] = visibleRect(geometry);
  if (Math.max(top, left, height - bottom, width - right) < 0.5) return;
  const unseen = new Path2D();
  unseen.rect(0, 0, width, height);
  unseen.rect(left, top, right - left, bottom - top);
  context.fillStyle = 'rgba(0, 0, 0, 0.45)';
  context.fill(unseen, 'evenodd');
  context.strokeStyle = 'rgba(255, 255, 255, 0.6)';
  context.lineWidth = 1 / zoom;
  context.setLineDash([4 / zoom, 4 / zoom]);
  context.strokeRect(left, top, right - left, bottom - top);
  context.setLineDash([]);
}
