import { useLayoutEffect, useRef } from 'preact/hooks';
import { ticks } from '../../explainers/overlay/colorbar.ts';
import { figure } from '../format.ts';
import { custom } from '../parts/attributes.ts';
import { cut, type Look } from '../stage/heatmap.ts';

/** A colour bar with round numbers below it; the part that the threshold hides is hatched. */
export function Legend({ look }: { readonly look: Look }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { colorMap, range } = look;
  useLayoutEffect(() => paintBar(canvas.current, colorMap.table), [colorMap.id]);
  const [from, to] = cut(look);
  return (
    <div class="legend" title={`${colorMap.title}: ${figure(range.min)} to ${figure(range.max)}`}>
      <div class="legend-strip">
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas takes no focus */}
        <canvas ref={canvas} class="legend-bar" width={256} height={1} aria-hidden="true" />
        <div
          class="legend-cut"
          hidden={to <= from}
          style={custom({ '--from': `${from * 100}%`, '--to': `${to * 100}%` })}
        />
      </div>
      <div class="legend-ticks">
        {ticks(range, range.min < 0 ? 4 : 5).map(({ position, label }) => (
          <span key={label} style={custom({ '--at': `${position * 100}%` })}>
            {label}
          </span>
        ))}
      </div>
    </div>
  );
}

function paintBar(canvas: HTMLCanvasElement | null, table: Uint8Array): void {
  const context = canvas?.getContext('2d');
  if (!context) return;
  const pixels = context.createImageData(256, 1);
  for (let i = 0; i < 256; i++) {
    pixels.data.set(table.subarray(3 * i, 3 * i + 3), 4 * i);
    pixels.data[4 * i + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
}
