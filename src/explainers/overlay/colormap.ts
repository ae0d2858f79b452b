import { mapped } from '../lists.ts';
import { colormapTables } from './colormapTables.ts';

/** A colour map: a position in 0…1 to red, green, blue in 0…255. Diverging ones have their neutral colour at ½. */
export interface ColorMap {
  readonly id: string;
  readonly title: string;
  readonly diverging: boolean;
  /** 256 × RGB. */
  readonly table: Uint8Array;
}

function define(id: string, title: string, diverging: boolean, table: string): ColorMap {
  const bytes = mapped(Uint8Array, atob(table), (character) => character.charCodeAt(0));
  return { id, title, diverging, table: bytes };
}

/** Every colour map, in menu order: for evidence of one sign first, then for evidence for and against. */
export const colormaps: readonly ColorMap[] = [
  define('inferno', 'Inferno', false, colormapTables.inferno),
  define('magma', 'Magma', false, colormapTables.magma),
  define('plasma', 'Plasma', false, colormapTables.plasma),
  define('viridis', 'Viridis', false, colormapTables.viridis),
  define('cividis', 'Cividis', false, colormapTables.cividis),
  define('turbo', 'Turbo', false, colormapTables.turbo),
  define('jet', 'Jet', false, colormapTables.jet),
  define('gray', 'Gray', false, colormapTables.gray),
  define('coolwarm', 'Blue to red (coolwarm)', true, colormapTables.coolwarm),
  define('RdBu_r', 'Blue, white, red', true, colormapTables.RdBu_r),
  define('seismic', 'Seismic', true, colormapTables.seismic),
  define('PuOr_r', 'Purple, white, orange', true, colormapTables.PuOr_r),
];

/** The colour map of that id; undefined if there is none. */
export function colormap(id: string): ColorMap | undefined {
  return colormaps.find((map) => map.id === id);
}

/** The colour map for a method's values: centred on zero if they have a sign, otherwise starting at zero. */
export function defaultColormap(signed: boolean): ColorMap {
  return colormap(signed ? 'RdBu_r' : 'inferno')!;
}

/** A map that can show these values: the requested one, unless it would hide their sign or invent one. */
export function suitableColormap(id: string, signed: boolean): ColorMap {
  const wanted = colormap(id);
  return wanted && wanted.diverging === signed ? wanted : defaultColormap(signed);
}
