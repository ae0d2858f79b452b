/** More lines than this look alike. */
const MOST = 12;

/** Percentages of a range as shares, in order; null: the text is something else. */
export function parsedLevels(text: string): readonly number[] | null {
  const words = text.split(/[\s,;%]+/).filter((word) => word !== '');
  const levels = words.map((word) => Number(word) / 100);
  if (levels.length > MOST || levels.some((level) => !(level > 0 && level <= 1))) return null;
  return [...new Set(levels)].sort((a, b) => a - b);
}

/** `25, 50, 75` */
export function levelsText(levels: readonly number[]): string {
  return levels.map((level) => String(Number((level * 100).toFixed(4)))).join(', ');
}
