import type { Size } from '../../contracts/geometry.ts';
import type { AnnotatedImage, Shape } from '../../contracts/labels/annotation.ts';
import { greatest, least } from '../../lists.ts';
import { quoted } from '../problems.ts';
import { bounds } from '../shapes/shapes.ts';

/** Tolerance for fractions that were rounded, or drawn slightly beyond the edge. */
const SLACK = 0.02;
/** In an image that is smaller than this (both sides), a box of one pixel is normal. */
const TINY = 8;
/**
 * Up to this distance beyond the edge, as a fraction of the side and in pixels, a shape is an imprecise drawing;
 * further out it belongs to another image size.
 */
const SLIP = [0.05, 2] as const;
/** This many shapes are enough to ask whether all are in one corner, or in percent. */
const MANY = 3;

/** How the shapes of an entry are placed in the image. */
export interface Placement {
  /** The size that the coordinates refer to; [1, 1]: they are fractions. */
  readonly from: Size;
  /** Of the whole entry. */
  readonly problems: readonly string[];
  /** Why a shape cannot be drawn; null if it can. */
  readonly fault: (shape: Shape) => string | null;
}

/**
 * Finds out what coordinates mean if the file does not say so or is wrong: fractions of the image instead of pixels,
 * sizes whose height and width are swapped. Shapes that would be drawn in the wrong place are not drawn.
 */
export function placementOf({ size, annotations }: AnnotatedImage, to: Size): Placement {
  const shapes = annotations.flatMap(({ shape }) => shape ?? []);
  const outlines = shapes.filter(({ kind }) => kind !== 'runs');
  const problems: string[] = [];
  if (size && isRelative(size)) return { from: size, problems, fault: turnedMask(to) };
  const declared = size ?? to;
  const small = outlines.filter((shape) => isWithinOne(shape));
  const checked = greatest(declared) >= TINY && small.length > 0;
  if (checked && small.length === outlines.length && small.some(hasFractions)) {
    problems.push('its coordinates are fractions of the image (0 to 1), and are read as such');
    return { from: [1, 1], problems, fault: turnedMask(to) };
  }
  const mask = turnedMask(to);
  const turned = size !== null && isTurned(size, to);
  const stretched = [
    ...(size && !turned && outlines.length > 0 ? [size] : []),
    ...shapes.flatMap((shape) => (shape.kind === 'runs' && !isTurned(shape.size, to) ? [shape.size] : [])),
  ].find((each) => !sameAspect(each, to));
  if (stretched)
    problems.push(
      `its coordinates are for an image of ${show(stretched)} pixels, whose proportions differ from those of this one of ${show(to)}`,
    );
  if (seemsPercent(outlines, declared))
    problems.push(`all its coordinates lie within 0 to 100 of ${show(declared)} pixels, so they may be percentages`);
  return {
    from: declared,
    problems,
    fault: (shape) => {
      if (shape.kind === 'runs') return mask(shape);
      if (turned)
        return `it is for an image of ${show(size)} pixels, which is this one of ${show(to)} with height and width swapped`;
      if (checked && isWithinOne(shape))
        return 'it lies within one pixel, so its coordinates may be fractions of the image';
      return null;
    },
  };
}

/**
 * The note on a shape that is further outside the image than an imprecise drawing would be, in pixels of the image;
 * else null.
 */
export function beyondEdges(shape: Shape, label: string, to: Size): string | null {
  const [left, top, right, bottom] = bounds(shape);
  if (left >= to[1] || top >= to[0] || right <= 0 || bottom <= 0)
    return `the shape of ${quoted(label)} lies outside this image of ${show(to)} pixels`;
  const over = (low: number, high: number, side: number) => Math.max(-low, high - side) > side * SLIP[0] + SLIP[1];
  if (!over(left, right, to[1]) && !over(top, bottom, to[0])) return null;
  const [x0, y0, x1, y1] = [left, top, right, bottom].map(Math.round);
  return `the shape of ${quoted(label)} (x ${x0} … ${x1}, y ${y0} … ${y1}) reaches beyond this image of ${show(to)} pixels, so it may be for another size`;
}

function isRelative(size: Size): boolean {
  return size[0] === 1 && size[1] === 1;
}

/** A mask whose height and width are swapped may be rotated or written row by row, and nothing decides which. */
function turnedMask(to: Size): (shape: Shape) => string | null {
  return (shape) =>
    shape.kind === 'runs' && isTurned(shape.size, to)
      ? `its mask has ${show(shape.size)} pixels, which is this image of ${show(to)} with height and width swapped`
      : null;
}

/** Height and width are swapped, at this size or another. */
function isTurned(size: Size, to: Size): boolean {
  return !sameAspect(size, to) && sameAspect([size[1], size[0]], to);
}

/** An image resized with a pixel of rounding still has the same proportions. */
function sameAspect(a: Size, b: Size): boolean {
  return Math.abs(Math.log((a[0] * b[1]) / (a[1] * b[0]))) < 0.02;
}

function isWithinOne(shape: Shape): boolean {
  const [left, top, right, bottom] = bounds(shape);
  return left >= -SLACK && top >= -SLACK && right <= 1 + SLACK && bottom <= 1 + SLACK;
}

function hasFractions(shape: Shape): boolean {
  return !bounds(shape).every(Number.isInteger);
}

/** Several shapes, all of them in the corner where percentages would be, and up to its far end. */
function seemsPercent(shapes: readonly Shape[], size: Size): boolean {
  if (shapes.length < MANY || least(size) < 400) return false;
  const ends = shapes.map((shape) => greatest(bounds(shape).slice(2)));
  return ends.every((end) => end <= 100) && ends.some((end) => end > 50);
}

/** In people's notation. */
function show([height, width]: Size): string {
  return `${width} × ${height}`;
}
