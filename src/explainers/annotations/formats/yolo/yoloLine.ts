import type { Size } from '../../../contracts/geometry.ts';
import { type Checked, checkedBox, checkedPolygon } from '../../shapes/shapes.ts';
import type { Rows } from './yoloPose.ts';

/** Coordinates are fractions of the image's width and height. */
export const RELATIVE: Size = [1, 1];

type Pose = readonly [points: number, values: number] | null;

/** The region of a line, and any doubt about it. */
export interface YoloRegion {
  readonly checked: Checked;
  readonly doubt?: string;
}

/**
 * What the numbers behind a class draw: a box (4), perhaps with a confidence and the number of a track behind it; a
 * pose (a box and key points), which is drawn by its box; or an outline, perhaps with a confidence and a track too.
 */
export function yoloRegion(texts: readonly string[], pose: Pose, rows: Rows): YoloRegion {
  const numbers = texts.map(Number);
  const n = numbers.length;
  if (n < 4) return { checked: { fault: `it has ${n} numbers after its class, but a box needs 4` } };
  if (n < 6) return box(numbers);
  if (pose) {
    const full = 4 + pose[0] * pose[1];
    if (n >= full && n <= full + 2) return box(numbers);
    if (n > 6)
      return {
        checked: { fault: `it has ${n} numbers after its class, but a pose of ${pose.join(' × ')} has ${full}` },
      };
  }
  if (!isMore(texts)) {
    const region = box(numbers);
    return numbers[5]! > 1 ? region : { ...region, doubt: 'its last number is read as that of a track' };
  }
  if (rows === 'poses') return box(numbers);
  if (rows === 'outlines') return outline(numbers, texts);
  return {
    checked: {
      fault: `its ${n} numbers may be an outline, or a box and key points; kpt_shape in a data.yaml next to it would decide`,
    },
  };
}

/** More than a box, its confidence and the number of a track. */
export function isMore(texts: readonly string[]): boolean {
  return texts.length > 6 || (texts.length === 6 && !isTrack(texts));
}

function box(numbers: readonly number[]): YoloRegion {
  const [cx, cy, width, height] = numbers as [number, number, number, number];
  const corner = [cx - width / 2, cy - height / 2, width, height].map(clean);
  return { checked: pixels(numbers.slice(0, 4)) ?? checkedBox(corner, RELATIVE) };
}

function outline(numbers: readonly number[], texts: readonly string[]): YoloRegion {
  // After the points: a confidence, the number of a track, or both.
  const tracked = isTrack(texts) && numbers.at(-1)! > 1 ? numbers.slice(0, -1) : numbers;
  const points = tracked.length % 2 ? tracked.slice(0, -1) : tracked;
  return { checked: pixels(points) ?? checkedPolygon([points], RELATIVE) };
}

/** An integer at the end, while the others are fractions; no coordinate among fractions is written like that. */
function isTrack(texts: readonly string[]): boolean {
  return /^\d+$/.test(texts.at(-1)!) && !texts.slice(0, -1).every(isWhole) && texts.slice(0, -1).every(isShare);
}

function isWhole(text: string): boolean {
  return /^[+-]?\d+(?:\.0*)?$/.test(text);
}

function isShare(text: string): boolean {
  return Math.abs(Number(text)) <= 2;
}

function pixels(numbers: readonly number[]): Checked | null {
  if (!numbers.some((v) => Math.abs(v) > 2)) return null;
  return { fault: 'its coordinates are not fractions of the image, as YOLO requires (about 0 to 1)' };
}

/** 0.1 + 0.2 stays 0.3. */
function clean(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : value;
}
