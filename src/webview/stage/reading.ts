import type { Heatmap } from '../../explainers/contracts/results.ts';
import type { SuperpixelValues } from '../../explainers/contracts/superpixelValues.ts';
import { figure } from '../format.ts';
import { placeIn, valueAt } from './heatmap.ts';

/** A place among others, from 1: those with a higher value come before it. */
interface Rank {
  readonly rank: number;
  readonly of: number;
}

/** What a map says about a point of the image. */
export interface Reading {
  readonly value: number;
  /** Of the superpixel there among all; null: the map has one value per pixel. */
  readonly superpixel: Rank | null;
  /** Of the map's class among those of the other maps, by their values there; null: there is no other. */
  readonly class: Rank | null;
}

/** @param others maps of the same method for other classes @returns null where the model saw nothing */
export function readingAt(
  map: Heatmap,
  point: readonly [number, number],
  others: readonly Heatmap[] = [],
): Reading | null {
  const value = valueAt(map, point);
  if (value === null) return null;
  const here = others.flatMap((each) => valueAt(each, point) ?? []);
  const higher = here.filter((each) => each > value).length;
  return {
    value,
    superpixel: map.superpixels ? superpixelRank(map, map.superpixels, point) : null,
    class: here.length > 0 ? { rank: 1 + higher, of: 1 + here.length } : null,
  };
}

const ranks = new WeakMap<SuperpixelValues, readonly number[]>();

function superpixelRank(map: Heatmap, superpixels: SuperpixelValues, point: readonly [number, number]): Rank {
  const { values, labels } = superpixels;
  const known = ranks.get(superpixels) ?? rankedValues(values);
  ranks.set(superpixels, known);
  return { rank: known[labels[placeIn(map, point)!]!]!, of: values.length };
}

/** Equal values have the same rank. */
function rankedValues(values: Float32Array): readonly number[] {
  const sorted = [...values].sort((a, b) => b - a);
  const first = new Map<number, number>();
  for (const [i, value] of sorted.entries()) if (!first.has(value)) first.set(value, i + 1);
  return [...values].map((value) => first.get(value)!);
}

/** `0.412, 3rd of 64 superpixels, 1st of 3 classes` */
export function readingText(reading: Reading | null): string {
  if (!reading) return 'not seen by the model';
  const { value, superpixel, class: among } = reading;
  return [
    figure(value),
    superpixel && `${ordinal(superpixel.rank)} of ${superpixel.of} superpixels`,
    among && `${ordinal(among.rank)} of ${among.of} classes`,
  ]
    .filter(Boolean)
    .join(', ');
}

const ENDINGS: Readonly<Record<Intl.LDMLPluralRule, string>> = {
  ...{ zero: 'th', one: 'st', two: 'nd', few: 'rd', many: 'th', other: 'th' },
};
const rules = new Intl.PluralRules('en', { type: 'ordinal' });

const ordinal = (value: number) => `${value}${ENDINGS[rules.select(value)]}`;
