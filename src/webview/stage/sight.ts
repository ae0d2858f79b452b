import type { Size } from '../../explainers/contracts/geometry.ts';
import type { Zoomer } from '../page/keyboard.ts';
import type { Gestures } from './pointer.ts';
import { type Area, centred, fitted, imagePoint, panned, type Viewport, zoomedAt } from './viewport.ts';

/**
 * What is visible of the image, and what lies under the pointer. Every picture on the page that shows the image has the
 * same one, so that they zoom and move together; they are equally large.
 */
export class Sight implements Zoomer, Gestures {
  #image: Size | null = null;
  #area: Area = { width: 0, height: 0 };
  #view: Viewport | null = null;
  #point: readonly [x: number, y: number] | null = null;
  readonly #listeners = new Set<() => void>();

  /** Null before there is an image. */
  get view(): Viewport | null {
    return this.#view;
  }

  get area(): Area {
    return this.#area;
  }

  get whole(): boolean {
    return this.#view?.fitted ?? true;
  }

  /** In pixels of the image; null: the pointer is outside any image. */
  get point(): readonly [x: number, y: number] | null {
    return this.#point;
  }

  /** Calls back after every change. @returns ends it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** An image of this size is shown now; one of another size is fitted. */
  show(image: Size): void {
    const before = this.#image;
    this.#image = image;
    if (!before || !this.#view || before[0] !== image[0] || before[1] !== image[1]) this.fit();
  }

  /** The pictures have this size now. */
  resize(area: Area): void {
    if (area.width === this.#area.width && area.height === this.#area.height) return;
    this.#area = area;
    if (this.#image && (!this.#view || this.#view.fitted)) this.fit();
    else this.#tell();
  }

  zoom(factor: number): void {
    const { width, height } = this.#area;
    this.zoomAt(factor, width / 2, height / 2);
  }

  fit(): void {
    this.#move((_, image) => fitted(image, this.#area));
  }

  actualSize(): void {
    this.#move((_, image) => centred(image, this.#area, 1));
  }

  pan(dx: number, dy: number): void {
    this.#move((view, image) => panned(view, dx, dy, image, this.#area));
  }

  zoomAt(factor: number, x: number, y: number): void {
    this.#move((view, image) => zoomedAt(view, factor, x, y, image, this.#area));
  }

  toggleFit(x: number, y: number): void {
    if (!this.#view?.fitted) this.fit();
    else this.zoomAt(1 / this.#view.zoom, x, y);
  }

  hover(x: number, y: number): void {
    if (!this.#view || !this.#image) return;
    const [px, py] = imagePoint(this.#view, x, y);
    const [height, width] = this.#image;
    this.#point = px >= 0 && py >= 0 && px < width && py < height ? [px, py] : null;
    this.#tell();
  }

  nudge(dx: number, dy: number): void {
    if (!this.#view) return;
    const { zoom, left, top } = this.#view;
    const { width, height } = this.#area;
    const from = this.#point ? [left + this.#point[0] * zoom, top + this.#point[1] * zoom] : [width / 2, height / 2];
    const inside = (at: number, least: number, most: number) => Math.min(most - 0.5, Math.max(least, at));
    const [rows, columns] = this.#image!;
    const x = inside(from[0]! + dx, left, left + columns * zoom);
    const y = inside(from[1]! + dy, top, top + rows * zoom);
    this.hover(x, y);
  }

  leave(): void {
    this.#point = null;
    this.#tell();
  }

  #move(change: (view: Viewport, image: Size) => Viewport): void {
    if (!this.#image) return;
    this.#view = change(this.#view ?? fitted(this.#image, this.#area), this.#image);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
