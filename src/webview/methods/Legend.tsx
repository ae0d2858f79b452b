import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Heatmap } from '../../explainers/contracts/results.ts';
import { ticks } from '../../explainers/overlay/colorbar.ts';
import { positionIn } from '../../explainers/overlay/normalize.ts';
import { figure } from '../format.ts';
import { custom } from '../parts/attributes.ts';
import { cut, type Look, levelsOf, valueAt } from '../stage/heatmap.ts';
import type { Sight } from '../stage/sight.ts';
import { useSight } from '../stage/useSight.ts';

interface LegendProps {
  readonly look: Look;
  readonly map: Heatmap;
  readonly sight: Sight;
}

/**
 * A colour bar with round numbers below it; the part that the threshold hides is hatched, contour lines and the value
 * under the pointer are marked.
 */
export function Legend({ look, map, sight }: LegendProps) {
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
        {levelsOf(look).map(({ position }) => (
          <span key={position} class="legend-level" style={custom({ '--at': `${position * 100}%` })} />
        ))}
      </div>
      <Marker look={look} map={map} sight={sight} />
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

/** The value under the pointer, on the colour bar. */
function Marker({ look: { range }, map, sight }: LegendProps) {
  const show = (marker: HTMLSpanElement) => {
    const value = sight.point && valueAt(map, sight.point);
    marker.hidden = value === null || !Number.isFinite(value);
    if (value !== null) marker.style.setProperty('--at', `${positionIn(value, range) * 100}%`);
  };
  const element = useSight(sight, show, [map, range.min, range.max]);
  return <span ref={element} class="legend-marker" data-legend-marker="" hidden />;
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
