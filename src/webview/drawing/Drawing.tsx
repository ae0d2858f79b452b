import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Size } from '../../explainers/contracts/geometry.ts';
import type { FixBox } from '../../explainers/contracts/labels/fix.ts';
import { useGestures } from '../layouts/useGestures.ts';
import { custom } from '../parts/attributes.ts';
import { Button } from '../parts/toolkit.tsx';
import { listenForWheel, placeIn, STILL } from '../stage/pointer.ts';
import type { Sight } from '../stage/sight.ts';
import { imagePoint } from '../stage/viewport.ts';
import {
  arrowStep,
  boxAround,
  boxInside,
  boxText,
  dragged,
  type Grip,
  HANDLES,
  type Handle,
  moved,
  type Point,
  resized,
} from './box.ts';

declare module '../marks.ts' {
  interface Marks {
    /** The layer in which a box is drawn. */
    'data-drawing'?: Flag;
    /** The box: `x y width height` in pixels of the image. */
    'data-drawn-box'?: Text;
    /** A side or corner of it. */
    'data-handle'?: Text;
  }
}

interface DrawingProps {
  /** What the box is for: `Effusion`. */
  readonly label: string;
  /** The box as it was; null: there is none yet. */
  readonly start: FixBox | null;
  readonly image: Size;
  readonly sight: Sight;
  /** Called with every change of the box. */
  readonly onBox?: (box: FixBox) => void;
  /** Null: the user has changed their mind. */
  readonly onDone: (box: FixBox | null) => void;
}

interface Drag {
  readonly grip: Grip | 'pan';
  /** In CSS pixels of the layer: where it began, and the last event. */
  readonly first: Point;
  readonly last: Point;
  /** In pixels of the image. */
  readonly from: Point;
  readonly before: FixBox | null;
}

/** Keys that do to the view what they do elsewhere on the page. */
const ZOOM_KEYS = '+=-_01?';
/** With Ctrl, arrows go this many steps. */
const FAR = 10;

/** A layer over the picture in which a rectangle is drawn, moved and resized by pointer or keys. */
export function Drawing({ label, start, image, sight, onBox, onDone }: DrawingProps) {
  const layer = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const [box, setBox] = useState(() => start && boxInside(start, image));
  const [, setSeen] = useState(sight.view);
  useEffect(() => sight.listen(() => setSeen(sight.view)), [sight]);
  useLayoutEffect(() => layer.current!.focus(), []);
  useEffect(() => {
    if (box && box !== start) onBox?.(box);
  }, [box]);
  useGestures(layer, (element) => listenForWheel(element, sight));

  const placeOf = (event: MouseEvent): Point => placeIn(layer.current!, event);
  const inImage = ([x, y]: Point): Point => (sight.view ? imagePoint(sight.view, x, y) : [0, 0]);
  const step = (key: string, { shiftKey, ctrlKey, metaKey }: KeyboardEvent): boolean => {
    const arrow = arrowStep(key);
    if (!arrow || !sight.view) return false;
    const { zoom } = sight.view;
    const { width, height } = sight.area;
    if (!box) {
      setBox(boxAround(inImage([width / 2, height / 2]), [height / zoom, width / zoom], image));
      return true;
    }
    // One pixel, or as many as are seen as one.
    const far = Math.max(1, Math.round(1 / zoom)) * (ctrlKey || metaKey ? FAR : 1);
    setBox((shiftKey ? resized : moved)(box, arrow[0] * far, arrow[1] * far, image));
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (altKey || event.target !== event.currentTarget) return;
    const undo = (ctrlKey || metaKey) && key.toLowerCase() === 'z';
    if (undo) setBox(start && boxInside(start, image));
    else if (key === 'Enter' && box) onDone(box);
    else if (key === 'Escape') onDone(null);
    // Letters of the page would judge the label or leave the image.
    else if (!step(key, event) && (ctrlKey || metaKey || key.length > 1 || ZOOM_KEYS.includes(key))) return;
    event.preventDefault();
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button > 1) return;
    const { handle, drawnBox } = (event.target as HTMLElement).dataset;
    const grip = (handle as Handle | undefined) ?? (drawnBox === undefined ? 'new' : 'move');
    const last = placeOf(event);
    drag.current = {
      grip: event.button === 1 ? 'pan' : grip,
      first: last,
      last,
      from: inImage(last),
      before: box,
    };
    layer.current!.setPointerCapture(event.pointerId);
    layer.current!.focus();
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent) => {
    const now = placeOf(event);
    sight.hover(...now);
    const { current } = drag;
    if (!current) return;
    const { grip, first, last, from, before } = current;
    // A click takes no box away.
    if (grip === 'new' && last === first && Math.hypot(now[0] - first[0], now[1] - first[1]) < STILL) return;
    if (grip === 'pan') sight.pan(now[0] - last[0], now[1] - last[1]);
    else setBox(dragged(before, grip, from, inImage(now), image));
    drag.current = { ...current, last: now };
  };
  const { view } = sight;
  return (
    <div class="drawing">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame */}
      <div
        ref={layer}
        class="drawing-layer"
        role="group"
        tabindex={0}
        aria-roledescription="drawing area"
        aria-label={`Box of ${label}`}
        aria-describedby="drawing-keys"
        data-drawing=""
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={() => (drag.current = null)}
        onPointerCancel={() => (drag.current = null)}
        onPointerLeave={() => sight.leave()}
      >
        {box && view && (
          <div
            class="drawn-box"
            data-drawn-box={`${box.x} ${box.y} ${box.width} ${box.height}`}
            style={custom({
              '--left': `${view.left + box.x * view.zoom}px`,
              '--top': `${view.top + box.y * view.zoom}px`,
              '--width': `${box.width * view.zoom}px`,
              '--height': `${box.height * view.zoom}px`,
            })}
          >
            {HANDLES.map((handle) => (
              <div key={handle} class={`drawn-handle at-${handle}`} data-handle={handle} />
            ))}
          </div>
        )}
      </div>
      <div class="drawing-bar">
        <span class="drawing-title">{`Box of ${label}`}</span>
        <span role="status" aria-live="polite">
          {box ? boxText(box) : 'Drag over the picture'}
        </span>
        <Button appearance="primary" disabled={!box} title="Enter" onClick={() => box && onDone(box)}>
          Use this box
        </Button>
        <Button title="Escape" onClick={() => onDone(null)}>
          Cancel
        </Button>
      </div>
      <p id="drawing-keys" class="drawing-keys">
        Arrows move · Shift resizes · Ctrl goes further · Enter uses it · Escape cancels
      </p>
    </div>
  );
}
