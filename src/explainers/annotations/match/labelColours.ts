import { plainText } from '../../files/text.ts';

/** The file with the colours of the classes of a mask, as CVAT writes it next to SegmentationClass. */
export const COLOUR_FILE = 'labelmap.txt';
/** More colours than any set has. */
const MAX_COLOURS = 10_000;

/**
 * The classes by their colours, red · 65536 + green · 256 + blue, from lines `cat:128,0,0::`; null if there are none.
 */
export function labelColours(beside: ReadonlyMap<string, Uint8Array> | undefined): ReadonlyMap<number, string> | null {
  const bytes = beside?.get(COLOUR_FILE);
  const found = new Map<number, string>();
  for (const line of bytes
    ? plainText(bytes)
        .split(/\r\n|\r|\n/)
        .slice(0, MAX_COLOURS)
    : []) {
    const [name = '', colour = ''] = line.split(':');
    const parts = colour.split(',').map((part) => part.trim());
    if (name.trim() === '' || name.trimStart().startsWith('#') || parts.length !== 3) continue;
    if (!parts.every((part) => /^\d{1,3}$/.test(part))) continue;
    const [red, green, blue] = parts.map(Number) as [number, number, number];
    if (Math.max(red, green, blue) <= 255) found.set(red * 65536 + green * 256 + blue, name.trim());
  }
  return found.size > 0 ? found : null;
}
