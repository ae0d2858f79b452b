import type { Heatmap } from '../../explainers/results.ts';
import type { Overlay } from '../derive.ts';
import type { RangeMode } from '../state.ts';
import type { Look } from './heatmap.ts';
import { COLOR_MAPS } from './tempmaps.ts';

const AUTOMATIC = { signed: 'redBlue', unsigned: 'inferno' };

/** The colours and the range of every heatmap shown. Signed maps always get a range that is symmetric around 0. */
export function looks(
  shown: readonly Overlay[],
  wish: { readonly colorMap: string; readonly range: RangeMode; readonly threshold: number },
): readonly Look[] {
  const tops = shown.map(({ explained }) => top(explained.map, wish.range));
  const all = tops.reduce((a, b) => Math.max(a, b), 0);
  return shown.map(({ info }, i) => {
    const id = wish.colorMap === 'auto' ? AUTOMATIC[info.signed ? 'signed' : 'unsigned'] : wish.colorMap;
    const map = COLOR_MAPS.find((each) => each.id === id) ?? COLOR_MAPS[0]!;
    const high = (wish.range === 'shared' ? all : tops[i]) || 1;
    return { map, range: info.signed ? [-high, high] : [0, high], threshold: wish.threshold };
  });
}

const measured = new WeakMap<Heatmap, Partial<Record<RangeMode, number>>>();

/** The largest magnitude; `robust`: that which 99 % of the values do not exceed. */
function top(map: Heatmap, mode: RangeMode): number {
  const known = measured.get(map) ?? {};
  measured.set(map, known);
  return (known[mode] ??= measure(map.values, mode));
}

function measure(values: Float32Array, mode: RangeMode): number {
  const sizes = values.map((value) => (Number.isFinite(value) ? Math.abs(value) : 0));
  if (mode !== 'robust') return sizes.reduce((a, b) => Math.max(a, b), 0);
  sizes.sort();
  return sizes[Math.floor(0.99 * (sizes.length - 1))] || (sizes.at(-1) ?? 0);
}
