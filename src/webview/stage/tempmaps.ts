import type { ColorMap } from '../../explainers/overlay/colormap.ts';

function make(
  id: string,
  title: string,
  diverging: boolean,
  stops: readonly (readonly [number, number, number])[],
): ColorMap {
  const table = new Uint8Array(768);
  for (let i = 0; i < 256; i++) {
    const t = (i / 255) * (stops.length - 1);
    const k = Math.min(stops.length - 2, Math.floor(t));
    for (let c = 0; c < 3; c++) table[3 * i + c] = stops[k]![c]! * (1 - (t - k)) + stops[k + 1]![c]! * (t - k);
  }
  return { id, title, diverging, table };
}
export const COLOR_MAPS: readonly ColorMap[] = [
  make('inferno', 'Inferno', false, [
    [0, 0, 4],
    [87, 16, 110],
    [188, 55, 84],
    [249, 142, 9],
    [252, 255, 164],
  ]),
  make('turbo', 'Turbo', false, [
    [48, 18, 59],
    [65, 150, 250],
    [120, 250, 110],
    [250, 190, 60],
    [122, 4, 3],
  ]),
  make('redBlue', 'Red–blue', true, [
    [5, 48, 97],
    [67, 147, 195],
    [247, 247, 247],
    [214, 96, 77],
    [103, 0, 31],
  ]),
];
