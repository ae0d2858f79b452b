import { gridClasses, MOST_COLUMNS } from './gridClasses.ts';
import type { Replies } from './replies.ts';
import { Scene } from './scene.ts';
import type { Store } from './store.ts';
import type { Layout, SideWish } from './ui.ts';

const USUAL_CONTOURS: readonly number[] = [0.25, 0.5, 0.75];

/** A class and a method of the grid. */
export interface GridPlace {
  readonly index: number | null;
  readonly method: string | null;
}

/** What a user can do with several pictures side by side. */
export class LayoutActions {
  readonly #store: Store;
  readonly #replies: Replies;

  constructor(store: Store, replies: Replies) {
    this.#store = store;
    this.#replies = replies;
  }

  get #scene(): Scene {
    return new Scene(this.#store.state, this.#replies);
  }

  show(layout: Layout): void {
    this.#store.adjust({ layout, ...(layout !== 'overlay' && { solo: null, overlay: true }) });
  }

  /** The layout, or the overlay again if it is shown already. */
  toggle(layout: Layout): void {
    this.show(this.#store.state.ui.layout === layout ? 'overlay' : layout);
  }

  /** Shows one picture of the grid alone. */
  enlarge(method: string, index: number): void {
    this.#store.adjust({ layout: 'overlay', solo: method });
    this.#store.navigate({ chosen: index, columns: gridClasses(this.#scene) });
  }

  /** Shows one map of the grid and that of the compared model in the split view. */
  compareClass(method: string, index: number): void {
    const { split } = this.#store.state.ui;
    const side = { method, index };
    this.show('split');
    this.#store.adjust({ split: { ...split, left: side, right: { ...side, of: 'other' } } });
  }

  /** Shows the maps of these classes next to each other, each method's on one scale. */
  showClasses(columns: readonly number[]): void {
    this.show('grid');
    this.#store.adjust({ range: 'classes' });
    this.#store.navigate({ columns });
  }

  /** Shows, of the two topmost maps, the one that is not shown: flipping between them shows small differences. */
  flip(): void {
    const { state, active } = this.#scene;
    const [lower, upper] = active.slice(-2).map(({ id }) => id);
    if (lower === undefined || upper === undefined) return;
    this.#store.adjust({ layout: 'overlay', overlay: true, solo: state.ui.solo === upper ? lower : upper });
  }

  toggleMasks(): void {
    this.#store.adjust({ masks: !this.#store.state.ui.masks, overlay: true });
  }

  /** Contour lines at usual levels, or none. */
  toggleContours(): void {
    const { contours } = this.#store.state.ui;
    this.#store.adjust({ contours: contours.length > 0 ? [] : USUAL_CONTOURS, overlay: true });
  }

  toggleSmooth(): void {
    this.#store.adjust({ smooth: !this.#store.state.ui.smooth });
  }

  addColumn(index: number): void {
    const columns = gridClasses(this.#scene);
    if (columns.includes(index) || columns.length >= MOST_COLUMNS) return;
    this.#store.navigate({ columns: [...columns, index] });
  }

  dropColumn(index: number): void {
    const left = gridClasses(this.#scene).filter((each) => each !== index);
    if (left.length > 0) this.#store.navigate({ columns: left });
  }

  moveColumn(index: number, by: -1 | 1): void {
    this.#store.navigate({ columns: moved(gridClasses(this.#scene), index, by) });
  }

  moveRow(method: string, by: -1 | 1): void {
    const on = this.#scene.active.map(({ id }) => id);
    this.#store.adjust({ methods: moved(on, method, by) });
  }

  /** The column and the row of the grid that a command is about; null: the grid is not shown. */
  gridPlace(focused: Partial<GridPlace>): GridPlace {
    const scene = this.#scene;
    if (scene.state.ui.layout !== 'grid') return { index: null, method: null };
    const [classes, methods] = [gridClasses(scene), scene.active.map(({ id }) => id)];
    const one = <T>(all: readonly T[], ...wanted: readonly (T | null | undefined)[]): T | null =>
      wanted.find((each) => each !== null && each !== undefined && all.includes(each)) ?? all[0] ?? null;
    return { index: one(classes, focused.index, scene.index), method: one(methods, focused.method) };
  }

  /** @param at a share of the width, 0 … 1 */
  moveDivider(at: number): void {
    const { split } = this.#store.state.ui;
    this.#store.adjust({ split: { ...split, at: Math.min(1, Math.max(0, at)) } });
  }

  showOnSide(side: 'left' | 'right', wish: SideWish): void {
    const { split } = this.#store.state.ui;
    this.#store.adjust({ split: { ...split, [side]: wish } });
  }
}

function moved<T>(list: readonly T[], item: T, by: number): readonly T[] {
  const at = list.indexOf(item);
  const to = at + by;
  if (at < 0 || to < 0 || to >= list.length) return list;
  const rest = list.filter((_, i) => i !== at);
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}
