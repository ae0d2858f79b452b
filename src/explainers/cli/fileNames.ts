import path from 'node:path';
import type { Heatmap } from '../results.ts';
import type { ImageFile } from './imageFiles.ts';

/** `IMAGE.METHOD.CLASS` of a map, relative to the run's folder, with forward slashes. */
export function mapName(image: ImageFile, folder: string, map: Heatmap): string {
  const below = path.relative(folder, image.path).split(path.sep).map(safe).join('/');
  return `${below}.${map.method}.${className(map.index, map.label)}`;
}

/** `4-Mass`: index and name, short enough for every file system. */
export function className(index: number, label: string): string {
  const name = safe(label)
    .slice(0, 60)
    .replace(/[. ]+$/, '');
  return name === '' ? `${index}` : `${index}-${name}`;
}

const DISLIKED = new Set('<>:"/\\|?*');

/** A name with what file systems dislike replaced: separators, control characters, `<>:"|?*`, a dot or space at the end. */
function safe(name: string): string {
  const characters = [...name.normalize('NFC')].map((c) => (DISLIKED.has(c) || c < ' ' || c === '\u007f' ? '_' : c));
  return characters.join('').replace(/[. ]+$/, '_');
}
