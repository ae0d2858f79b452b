import { custom, fill, h, text, type View } from '../dom.ts';
import { figure } from '../format.ts';
import type { Legend } from '../stage/heatmap.ts';

/** A colour bar with the values at its ends, and 0 where the map has a middle. */
export function legendView(): View<Legend> {
  const canvas = h('canvas', { class: 'legend-bar', width: 256, height: 1, 'aria-hidden': 'true' });
  const ticks = h('div', { class: 'legend-ticks' });
  const element = h('div', { class: 'legend' }, canvas, ticks);
  let painted = '';
  return {
    element,
    update({ map, range: [low, high], threshold, signed }) {
      const key = `${map.id} ${low} ${high} ${threshold} ${signed}`;
      if (key === painted) return;
      painted = key;
      paintBar(canvas, map.table);
      const values = low < 0 && high > 0 ? [low, 0, high] : [low, high];
      fill(ticks, ...values.map((value) => h('span', {}, figure(value))));
      text(ticks, '');
      fill(ticks, ...values.map((value) => h('span', {}, figure(value))));
      custom(element, '--cut', threshold);
      element.classList.toggle('signed', signed);
      element.title = `${map.title}: ${figure(low)} to ${figure(high)}`;
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
