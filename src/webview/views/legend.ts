import { ticks } from '../../explainers/overlay/colorbar.ts';
import { custom, fill, h, type View, whenChanged } from '../dom.ts';
import { figure } from '../format.ts';
import { cut, type Look } from '../stage/heatmap.ts';

/** A colour bar with round numbers under it; what the threshold hides is hatched. */
export function legendView(): View<Look> {
  const canvas = h('canvas', { class: 'legend-bar', width: 256, height: 1, 'aria-hidden': 'true' });
  const hidden = h('div', { class: 'legend-cut' });
  const marks = h('div', { class: 'legend-ticks' });
  const element = h('div', { class: 'legend' }, h('div', { class: 'legend-strip' }, canvas, hidden), marks);
  const paint = whenChanged<{
    readonly id: string;
    readonly min: number;
    readonly max: number;
    readonly threshold: number;
  }>(({ min, max }) => {
    if (!shown) return;
    paintBar(canvas, shown.colorMap.table);
    fill(
      marks,
      ...ticks({ min, max }, min < 0 ? 4 : 5).map(({ position, label }) => {
        const mark = h('span', {}, label);
        custom(mark, '--at', `${position * 100}%`);
        return mark;
      }),
    );
    const [from, to] = cut(shown);
    hidden.hidden = to <= from;
    custom(hidden, '--from', `${from * 100}%`);
    custom(hidden, '--to', `${to * 100}%`);
    element.title = `${shown.colorMap.title}: ${figure(min)} to ${figure(max)}`;
  });
  let shown: Look | undefined;
  return {
    element,
    update(look) {
      shown = look;
      paint({ id: look.colorMap.id, ...look.range, threshold: look.threshold });
    },
  };
}

function paintBar(canvas: HTMLCanvasElement, table: Uint8Array): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const pixels = context.createImageData(256, 1);
  for (let i = 0; i < 256; i++) {
    pixels.data.set(table.subarray(3 * i, 3 * i + 3), 4 * i);
    pixels.data[4 * i + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
}
