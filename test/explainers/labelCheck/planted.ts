import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { COLOURS, type Colour, cocoText, type Entry, type Square, writeColourModel, writeImage } from './coloured.ts';

export interface Planted {
  readonly card: string;
  readonly annotations: string;
  /** The annotation file's text. */
  readonly text: string;
}

const PLACES: readonly Square[] = [
  [0, 0, 12],
  [16, 2, 14],
  [4, 18, 12],
];

/** Eighteen images with one or two coloured squares, every label of them right. */
export function rightEntries(folder: string): Entry[] {
  return Array.from({ length: 18 }, (_, i) => {
    const name = `image${String(i).padStart(2, '0')}.bmp`;
    const first = COLOURS[i % 3]!;
    const second = COLOURS[(i + 1) % 3]!;
    const squares: Partial<Record<Colour, Square>> = { [first]: PLACES[i % 3]! };
    if (i % 2 === 0) squares[second] = PLACES[(i + 1) % 3]!;
    writeImage(path.join(folder, 'images', name), squares);
    return { name, boxes: Object.entries(squares) as [Colour, Square][] };
  });
}

/**
 * The same with one error of each kind. image00 (red, green): green is not labelled; image01 (green): red is labelled
 * too; image03 (red): its box is moved; image05 (blue): its box is drawn twice; image07 (green): it is labelled blue.
 */
export function plantErrors(entries: readonly Entry[]): Entry[] {
  const changed = entries.map(({ name, boxes }) => ({ name, boxes: [...boxes] }));
  changed[0]!.boxes = changed[0]!.boxes.filter(([colour]) => colour !== 'green');
  changed[1]!.boxes.push(['red', [20, 20, 10]]);
  changed[3]!.boxes = [['red', [20, 20, 12]]];
  const [blue, [x, y, side]] = changed[5]!.boxes[0]!;
  changed[5]!.boxes.push([blue, [x, y, side - 1]]);
  changed[7]!.boxes = [['blue', changed[7]!.boxes[0]![1]]];
  return changed;
}

export function writePlanted(folder: string, wrong = true): Planted {
  const entries = rightEntries(folder);
  const text = cocoText(wrong ? plantErrors(entries) : entries);
  const annotations = path.join(folder, 'labels.coco.json');
  writeFileSync(annotations, text);
  return { card: writeColourModel(folder), annotations, text };
}
