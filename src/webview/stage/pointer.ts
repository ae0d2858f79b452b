import { table } from '../../explainers/tables.ts';

/** The requests of a pointer, a wheel and the arrow keys to the stage, in its CSS pixels. */
export interface Gestures {
  /** The whole image is visible, so arrow keys have nothing to move. */
  readonly whole: boolean;
  pan(dx: number, dy: number): void;
  zoomAt(factor: number, x: number, y: number): void;
  /** Toggles between the whole image and its actual size. */
  toggleFit(x: number, y: number): void;
  hover(x: number, y: number): void;
  /** Moves the point that is pointed at, as the pointer would. */
  nudge(dx: number, dy: number): void;
  leave(): void;
}

const ARROWS = table<readonly [number, number]>({
  ArrowLeft: [40, 0],
  ArrowRight: [-40, 0],
  ArrowUp: [0, 40],
  ArrowDown: [0, -40],
});

/** A nudge is this much shorter than a pan. */
const NUDGE = 8;

/** A wheel's notch is about 100 pixels, 3 lines or a page; a pinch arrives as a wheel with Ctrl and small steps. */
const LINE = 33;
const PAGE = 300;

export function wheelFactor(event: Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>): number {
  const pixels = event.deltaY * ([1, LINE, PAGE][event.deltaMode] ?? 1);
  return Math.exp(-Math.max(-200, Math.min(200, pixels)) * (event.ctrlKey ? 0.01 : 0.002));
}

/** A press that moves less than this, in CSS pixels, is a click. */
export const STILL = 4;

/** Where an event is, in CSS pixels of an element. */
export function placeIn(element: HTMLElement, { clientX, clientY }: MouseEvent): readonly [number, number] {
  const { left, top } = element.getBoundingClientRect();
  return [clientX - left, clientY - top];
}

/** The wheel zooms. Not by an attribute, because such listeners cannot keep the page from scrolling. */
export function listenForWheel(element: HTMLElement, gestures: Pick<Gestures, 'zoomAt'>): void {
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      gestures.zoomAt(wheelFactor(event), ...placeIn(element, event));
    },
    { passive: false },
  );
}

/** Turns events into gestures. Two fingers zoom and pan at once. */
export function listenForPointer(stage: HTMLElement, gestures: Gestures): void {
  const fingers = new Map<number, readonly [number, number]>();
  const place = (event: MouseEvent) => placeIn(stage, event);
  listenForWheel(stage, gestures);
  stage.addEventListener('pointerdown', (event) => {
    if (event.button > 1) return;
    fingers.set(event.pointerId, place(event));
    stage.setPointerCapture(event.pointerId);
    stage.classList.add('dragging');
  });
  stage.addEventListener('pointermove', (event) => {
    const now = place(event);
    gestures.hover(...now);
    const before = fingers.get(event.pointerId);
    if (!before) return;
    fingers.set(event.pointerId, now);
    const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    gestures.pan((now[0] - before[0]) / fingers.size, (now[1] - before[1]) / fingers.size);
    if (!other) return;
    const distance = (a: readonly [number, number]) => Math.max(1, Math.hypot(a[0] - other[0], a[1] - other[1]));
    gestures.zoomAt(distance(now) / distance(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
  });
  const release = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
    stage.classList.toggle('dragging', fingers.size > 0);
  };
  stage.addEventListener('pointerup', release);
  stage.addEventListener('pointercancel', release);
  stage.addEventListener('pointerleave', () => gestures.leave());
  stage.addEventListener('dblclick', (event) => gestures.toggleFit(...place(event)));
  stage.addEventListener('keydown', (event) => {
    const arrow = ARROWS[event.key];
    if (event.key === ' ') stage.classList.add('grabbing-key');
    else if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.shiftKey) gestures.nudge(-arrow[0] / NUDGE, -arrow[1] / NUDGE);
    else if (gestures.whole) return;
    else gestures.pan(...arrow);
    event.preventDefault();
  });
  stage.addEventListener('keyup', (event) => {
    if (event.key === ' ') stage.classList.remove('grabbing-key');
  });
}
